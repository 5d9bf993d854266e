import type { Notice } from '../core/model/notice.ts'
import type { Note, Problem } from '../manifests/position.ts'
import type { Plan, PlannedObject } from '../plan/plan.ts'
import { entryOf } from '../report/workload-entry.ts'
import type { Result, ResultRemark, ResultWorkload } from './result.ts'

/** A plan as a result: workloads in the order of the files. */
export const resultOfPlan = (
  plan: Plan,
  { command, version }: Pick<Result, 'command' | 'version'>,
): Result => ({
  command,
  version,
  workloads: plan.objects.map(workloadOf),
  remarks: [
    ...plan.notices.map(noticeRemark),
    ...plan.notes.map(noteRemark),
    ...plan.problems.map(problemRemark),
  ],
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
