import { printable } from '../../core/model/printable.ts'
import { applyToCopy } from '../../kubernetes/proof.ts'
import type { PlannedObject } from '../../plan/plan.ts'
import { type ChangedLine, changedLines } from './changed-lines.ts'
import type { Paper } from './paint.ts'

/** Lines of context around a change, as `diff -u` and kubectl have it. */
const CONTEXT = 3

/** What would change in an object, as `kubectl diff` shows it: both sides as plain YAML. Empty: nothing. */
export function drawDiff({ manifest, operations }: PlannedObject, { paint }: Paper): readonly string[] {
  if (operations.length === 0) return []
  const lines = changedLines(manifest.raw, applyToCopy(manifest.raw, operations))
  let [old, young] = [1, 1]
  let at = 0
  return hunksOf(lines).flatMap(({ start, end }) => {
    // Between hunks both sides are the same.
    old += start - at
    young += start - at
    at = end
    const hunk = lines.slice(start, end)
    const [oldLines, newLines] = [without('+', hunk), without('-', hunk)]
    const head = paint.cyan(`@@ -${old},${oldLines} +${young},${newLines} @@`)
    old += oldLines
    young += newLines
    return [head, ...hunk.map((line) => painted(line, paint))]
  })
}

const without = (side: ChangedLine['side'], lines: readonly ChangedLine[]): number =>
  lines.filter((line) => line.side !== side).length

interface Hunk {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** What differs, with its context; where two contexts meet, they are one. */
function hunksOf(lines: readonly ChangedLine[]): readonly Hunk[] {
  const hunks: Hunk[] = []
  for (const [index, { side }] of lines.entries()) {
    if (side === ' ') continue
    const last = hunks.at(-1)
    const meets = last !== undefined && index - CONTEXT <= last.end
    if (meets) hunks.pop()
    hunks.push({
      start: meets ? last.start : Math.max(0, index - CONTEXT),
      end: Math.min(lines.length, index + 1 + CONTEXT),
    })
  }
  return hunks
}

function painted({ side, text }: ChangedLine, paint: Paper['paint']): string {
  const line = printable(side + text)
  if (side === '+') return paint.green(line)
  return side === '-' ? paint.red(line) : line
}
