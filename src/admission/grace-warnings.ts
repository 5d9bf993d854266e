import { isAccepted, type ReadableAssessment } from '../assessment/assess.ts'
import { AUTOSCALER_LIMIT } from '../core/budget/caps.ts'
import { relianceOf } from '../core/decision/reliance.ts'
import { ownedWorkOf } from '../core/decision/repair.ts'
import { listNames } from '../core/findings/rule.ts'
import type { Change } from '../core/injection/desired.ts'
import { longestKnownHook } from '../core/injection/hooks.ts'
import { withoutOurs } from '../core/injection/owned-work.ts'

type Raise = Extract<Change, { readonly kind: 'set-grace' }>

/**
 * Warnings about the grace period for the user's own hook: that the API server accepts the object only with
 * Slackwater's change, that the grace period exceeds cluster-autoscaler's limit, or that Slackwater does not raise it
 * far enough.
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
  const { subject, protection } = assessment.decision
  const ownedWork = ownedWorkOf(subject.template, subject.stored)
  const reliance = relianceOf(subject.template, ownedWork)
  const hook = longestKnownHook(withoutOurs(subject.template, ownedWork))
  const isForHook = hook > (protection?.sleep ?? 0)
  return [
    ...(reliance === undefined || reliance.sleep > to
      ? []
      : [
          `valid only with Slackwater: sleep ${reliance.sleep} s in ${listNames(reliance.containers)} is above the grace period ${reliance.grace} s`,
        ]),
    ...(to > AUTOSCALER_LIMIT && isForHook && !isAccepted(assessment, 'grace-above-limit')
      ? [
          `grace period ${to} s, for a hook of ${hook} s; cluster-autoscaler ends a Pod after ${AUTOSCALER_LIMIT} s`,
        ]
      : []),
  ]
}
