import type { Notice } from '../core/model/notice.ts'
import { keyOf, type ObjectRef } from '../core/model/object-ref.ts'
import { given } from '../kubernetes/json.ts'
import type { Note, Position, Problem } from '../manifests/position.ts'
import type { Plan, PlannedObject } from '../plan/plan.ts'
import { entryOf } from '../report/workload-entry.ts'
import type { Result, ResultRemark, ResultWorkload } from './result.ts'

/** A plan as a result: workloads in the order of the files. */
export function resultOfPlan(plan: Plan, { command, version }: Pick<Result, 'command' | 'version'>): Result {
  const placeOf = placesIn(plan)
  const placed = (notice: Notice): ResultRemark => ({
    ...noticeRemark(notice),
    ...given('position', placeOf(notice.object)),
  })
  return {
    command,
    version,
    isAfterChanges: true,
    workloads: plan.objects.map(workloadOf),
    remarks: [
      ...plan.notices.map(placed),
      ...plan.notes.map(noteRemark),
      ...plan.problems.map(problemRemark),
    ],
  }
}

/** Where an object is written; of several the first. One that names no namespace may be any of its kind and name. */
function placesIn({ manifests }: Plan): (object: ObjectRef) => Position | undefined {
  const places = new Map<string, Position>()
  for (const { kind, namespace = '', name, position } of manifests) {
    const key = keyOf({ kind, namespace, name })
    if (!places.has(key)) places.set(key, position)
  }
  return (object) => places.get(keyOf(object)) ?? places.get(keyOf({ ...object, namespace: '' }))
}

/** The same files for a cluster without Slackwater: its changes fix nothing there, and cause nothing. */
export const asWritten = ({ isAfterChanges: _, workloads, ...rest }: Result): Result => ({
  ...rest,
  workloads: workloads.map((workload) => ({
    ...workload,
    findings: workload.findings.filter(({ holds }) => holds !== 'after'),
  })),
})

function workloadOf(planned: PlannedObject): ResultWorkload {
  const { manifest, operations: proposed, sent: operations, ...rest } = planned
  const entry = entryOf({ ...rest, proposed, operations }, { ...rest, notices: [] })
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
