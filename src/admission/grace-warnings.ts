import type { ReadableAssessment } from '../assessment/assess.ts'
import { relianceOf } from '../core/decision/reliance.ts'
import { ownedWorkOf } from '../core/decision/repair.ts'
import { listNames } from '../core/findings/rule.ts'
import type { Change } from '../core/injection/desired.ts'

type Raise = Extract<Change, { readonly kind: 'set-grace' }>

/**
 * Warnings about the grace period for the user's own hook: that the API server accepts the object only with
 * Slackwater's change, or that Slackwater does not raise it far enough, so that the API server is about to refuse it.
 */
export function graceWarnings(assessment: ReadableAssessment): readonly string[] {
  const { decision, operations } = assessment
  const { subject, verdict, changes, protection } = decision
  if (verdict === 'restore' || verdict === 'unchanged' || verdict === 'opted-out') return []
  const raise = changes.find((change): change is Raise => change.kind === 'set-grace')
  if (raise !== undefined) return operations.length === 0 ? [] : raised(assessment, raise)
  if (verdict !== 'complete' || protection?.budget === undefined) return []
  const reliance = relianceOf(subject.template, ownedWorkOf(subject.template, subject.stored))
  if (reliance === undefined || reliance.sleep <= (subject.template.grace ?? 0)) return []
  return [
    `grace period not raised: maxHookGraceSeconds or maxGraceSeconds is below the sleep of ${reliance.sleep} s in ${listNames(reliance.containers)}`,
  ]
}

function raised(assessment: ReadableAssessment, { to }: Raise): readonly string[] {
  const { subject } = assessment.decision
  const reliance = relianceOf(subject.template, ownedWorkOf(subject.template, subject.stored))
  return [
    ...(reliance === undefined || reliance.sleep > to
      ? []
      : [
          `valid only with Slackwater: sleep ${reliance.sleep} s in ${listNames(reliance.containers)} is above the grace period ${reliance.grace} s`,
        ]),
  ]
}
