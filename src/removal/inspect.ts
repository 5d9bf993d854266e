import { describeChanges } from '../assessment/describe.ts'
import { assessOptOut } from '../assessment/opt-out.ts'
import { isNothing, ownedWorkIn } from '../core/injection/owned-work.ts'
import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import { at, isPresent, root, ShapeError } from '../kubernetes/json.ts'
import type { PatchOperation } from '../kubernetes/patch.ts'
import { toWorkloadTemplate } from '../kubernetes/workload.ts'

/** What a stored workload contains of Slackwater's work. */
type WorkloadInspection =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'owned'
      readonly changes: readonly string[]
      readonly operations: readonly PatchOperation[]
    }
  | { readonly kind: 'left' | 'stays'; readonly why: string }

/** Uses the decision of mode off. */
export function inspectWorkload(raw: unknown, namespace: string): WorkloadInspection {
  if (!isRecorded(raw)) return { kind: 'nothing' }
  const assessment = assessOptOut(raw, namespace)
  if (!assessment.readable) return { kind: 'left', why: assessment.problem }
  const { decision, operations, unproven } = assessment
  const ownedWork = ownedWorkIn(decision.subject.template)
  if (ownedWork.unreadable)
    return {
      kind: 'left',
      why: `its annotation ${RECORD_ANNOTATION} cannot be read: what Slackwater wrote is unknown`,
    }
  if (isNothing(ownedWork))
    return { kind: 'stays', why: 'an outdated record without effect; not worth a rollout' }
  if (unproven !== undefined)
    return { kind: 'left', why: `the API server would reject the result: ${unproven}` }
  if (operations.length === 0) return { kind: 'left', why: decision.why }
  return { kind: 'owned', changes: describeChanges(decision, decision.changes), operations }
}

function isRecorded(raw: unknown): boolean {
  try {
    return isPresent(at(root(raw), 'spec', 'template', 'metadata', 'annotations', RECORD_ANNOTATION))
  } catch (error) {
    if (error instanceof ShapeError) return false
    throw error
  }
}

/** Whether the template of this object contains Slackwater's work. @throws ShapeError */
export const hasOurs = (raw: unknown): boolean => !isNothing(ownedWorkIn(toWorkloadTemplate(root(raw))))
