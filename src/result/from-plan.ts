import type { Notice } from '../core/model/notice.ts'
import { keyOf, type ObjectRef } from '../core/model/object-ref.ts'
import { given } from '../kubernetes/json.ts'
import { fieldPositions } from '../manifests/field-position.ts'
import type { ManifestObject } from '../manifests/manifest-object.ts'
import type { Note, Position, Problem } from '../manifests/position.ts'
import type { Plan, PlannedObject } from '../plan/plan.ts'
import { entryOf } from '../report/workload-entry.ts'
import { namedKey } from './named-key.ts'
import type { Result, ResultRemark, ResultWorkload } from './result.ts'

/** A plan as a result: workloads in the order of the files. */
export function resultOfPlan(plan: Plan, { command, version }: Pick<Result, 'command' | 'version'>): Result {
  const manifestOf = manifestsIn(plan)
  const fieldAt = fieldPositions()
  const positionOf = (manifest: ManifestObject, sentence: string): Position => {
    const key = namedKey(manifest.raw, sentence)
    return key === undefined ? manifest.position : fieldAt(manifest, key)
  }
  const placed = (notice: Notice): ResultRemark => {
    const manifest = manifestOf(notice.object)
    return {
      ...noticeRemark(notice),
      ...given('position', manifest && positionOf(manifest, notice.text)),
    }
  }
  const placedWorkload = (planned: PlannedObject): ResultWorkload => ({
    ...workloadOf(planned),
    warningPositions: planned.warnings.map((warning) => positionOf(planned.manifest, warning)),
  })
  return {
    command,
    version,
    isAfterChanges: true,
    workloads: plan.objects.map(placedWorkload),
    remarks: [
      ...plan.notices.map(placed),
      ...plan.notes.map(noteRemark),
      ...plan.problems.map(problemRemark),
    ],
  }
}

/** Where an object is written; of several the first. One that names no namespace may be any of its kind and name. */
function manifestsIn({ manifests }: Plan): (object: ObjectRef) => ManifestObject | undefined {
  const known = new Map<string, ManifestObject>()
  for (const manifest of manifests) {
    const { kind, namespace = '', name } = manifest
    const key = keyOf({ kind, namespace, name })
    if (!known.has(key)) known.set(key, manifest)
  }
  return (object) => known.get(keyOf(object)) ?? known.get(keyOf({ ...object, namespace: '' }))
}

/** The same files for a cluster without Slackwater: its changes fix nothing there, and cause nothing. */
export const asWritten = ({ isAfterChanges: _, workloads, ...rest }: Result): Result => ({
  ...rest,
  workloads: workloads.map((workload) => ({
    ...workload,
    findings: workload.findings.filter(({ holds }) => holds !== 'after'),
  })),
})

/** One workload of a plan. */
export function workloadOf(planned: PlannedObject): ResultWorkload {
  const { manifest, operations: proposed, sent: operations, ...rest } = planned
  const entry = entryOf({ ...rest, proposed, operations }, rest)
  return { ...entry, position: manifest.position }
}

export const noticeRemark = ({ id, severity, object, text }: Notice): ResultRemark => ({
  what: 'notice',
  id,
  severity,
  message: text,
  object,
})

const noteRemark = ({ id, severity, text, ...place }: Note): ResultRemark => ({
  what: 'note',
  id,
  severity,
  message: text,
  position: place,
})

const problemRemark = ({ message, column: _, ...place }: Problem): ResultRemark => ({
  what: 'problem',
  id: 'problem',
  severity: 'error',
  message,
  position: place,
})
