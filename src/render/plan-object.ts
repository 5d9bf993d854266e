import { printableIn } from '../core/model/printable.ts'
import type { PlannedObject } from '../plan/plan.ts'
import { workloadOf } from '../result/from-plan.ts'
import { drawDiff } from './diff.ts'
import type { Paper } from './paint.ts'
import { drawReason, drawSaid, drawWorkload, spaced } from './workload.ts'

/**
 * Escapes control characters, except in the input of the diff, which escapes its own lines. All at once: what many
 * workloads share is looked through once.
 */
export function printableObjects(objects: readonly PlannedObject[]): readonly PlannedObject[] {
  const shown = printableIn(
    objects.map(({ manifest, operations: _, withoutRecord: __, ...rest }) => ({
      ...rest,
      position: manifest.position,
    })),
  )
  return objects.map(({ manifest, operations, withoutRecord, ...rest }, index): PlannedObject => {
    const { position, ...parts } = shown[index] ?? { ...rest, position: manifest.position }
    return { ...parts, manifest: { ...manifest, position }, operations, withoutRecord }
  })
}

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
