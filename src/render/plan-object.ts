import { printableIn } from '../core/model/printable.ts'
import type { PlannedObject } from '../plan/plan.ts'
import { workloadOf } from '../result/from-plan.ts'
import { drawDiff } from './diff.ts'
import type { Paper } from './paint.ts'
import { drawReason, drawSaid, drawWorkload, spaced } from './workload.ts'

/** Escapes control characters, except in the input of the diff, which escapes its own lines. */
export const printableObject = ({
  manifest,
  operations,
  withoutRecord,
  ...rest
}: PlannedObject): PlannedObject => ({
  ...printableIn(rest),
  manifest: { ...manifest, position: printableIn(manifest.position) },
  operations,
  withoutRecord,
})

/** Everything about one workload: what changes, why, its numbers, its findings and the diff. */
export function drawObject(object: PlannedObject, paper: Paper): readonly string[] {
  const entry = workloadOf(object)
  return [
    ...drawWorkload(entry, paper),
    ...spaced(drawSaid(entry, paper)),
    ...spaced(drawDiff(object, paper)),
  ]
}

/** A workload of which only the reason is shown. */
export function drawBrief(object: PlannedObject, paper: Paper): readonly string[] {
  const entry = workloadOf(object)
  return [...drawReason(entry, paper), ...drawSaid(entry, paper)]
}
