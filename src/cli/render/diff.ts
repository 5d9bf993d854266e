import { structuredPatch } from 'diff'
import { stringify } from 'yaml'
import { printable } from '../../core/model/printable.ts'
import { applyToCopy } from '../../kubernetes/proof.ts'
import type { PlannedObject } from '../../plan/plan.ts'
import type { Paper } from './paint.ts'

/** Lines of context around a change, as `diff -u` and kubectl have it. */
const CONTEXT = 3

const asYaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })

/** What would change in an object, as `kubectl diff` shows it: both sides as plain YAML. Empty: nothing. */
export function drawDiff({ manifest, operations }: PlannedObject, { paint }: Paper): readonly string[] {
  if (operations.length === 0) return []
  const after = applyToCopy(manifest.raw, operations)
  const patch = structuredPatch('', '', asYaml(manifest.raw), asYaml(after), '', '', { context: CONTEXT })
  return patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    paint.cyan(`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`),
    ...lines.map((line) => painted(printable(line), paint)),
  ])
}

function painted(line: string, paint: Paper['paint']): string {
  if (line.startsWith('+')) return paint.green(line)
  return line.startsWith('-') ? paint.red(line) : line
}
