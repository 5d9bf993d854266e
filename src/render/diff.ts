import { structuredPatch } from 'diff'
import { stringify } from 'yaml'
import { printable } from '../core/model/printable.ts'
import { applyToCopy } from '../kubernetes/proof.ts'
import type { PlannedObject } from '../plan/plan.ts'
import type { Paper } from './paint.ts'

/** Lines of context around a change, as in `diff -u` and kubectl. */
const CONTEXT = 3

/**
 * Limit on changed lines: the time to find them grows with their square. A choice: the hooks of two hundred
 * containers, too many for anyone to read.
 */
const MOST_CHANGED = 2_000

const asYaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })

interface Diffed extends Pick<PlannedObject, 'operations'> {
  readonly manifest: Pick<PlannedObject['manifest'], 'raw'>
}

/** What would change in an object, in the style of `kubectl diff`: both sides as plain YAML. Empty: nothing. */
export function drawDiff({ manifest, operations }: Diffed, { paint }: Paper): readonly string[] {
  if (operations.length === 0) return []
  const after = applyToCopy(manifest.raw, operations)
  const bounds = { context: CONTEXT, maxEditLength: MOST_CHANGED }
  const patch = structuredPatch('', '', asYaml(manifest.raw), asYaml(after), '', '', bounds)
  if (patch === undefined)
    return [
      `more than ${MOST_CHANGED} lines change: --patched prints the whole object, -o json every operation`,
    ]
  return patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    paint.cyan(`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`),
    ...lines.map((line) => painted(printable(line), paint)),
  ])
}

function painted(line: string, paint: Paper['paint']): string {
  if (line.startsWith('+')) return paint.green(line)
  return line.startsWith('-') ? paint.red(line) : line
}
