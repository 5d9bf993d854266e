import { counts, isGrave, stays } from './severity.ts'
import { isStateAccepted, isSurelyRefused, type JudgedWorkload, lackingPods } from './workloads.ts'

/** What a reader wants to know first of a workload, the most urgent first. */
export const STANDINGS = {
  'at-risk': 'requests may fail when Pods are replaced or drained, or a finding needs attention',
  unknown: 'a hook of unknown length, or something about it that could not be read',
  accepted: 'at risk, and accepted with a reason',
  protected: 'nothing to change, and no finding that needs attention',
  'not-exposed': 'not behind a load balancer',
} as const
export type Standing = keyof typeof STANDINGS

/** One word for everything that is known of a workload, its running Pods included. */
export function standingOf(workload: JudgedWorkload): Standing {
  const { state, findings } = workload
  if (isAtRisk(workload)) return 'at-risk'
  if (isUncertain(workload)) return 'unknown'
  if (state === undefined) return 'not-exposed'
  const accepted = findings.some(
    (finding) => isGrave(finding) && stays(finding) && finding.accepted !== undefined,
  )
  return state !== 'protected' || accepted ? 'accepted' : 'protected'
}

const isAtRisk = (workload: JudgedWorkload): boolean =>
  hasRiskyState(workload) ||
  isSurelyRefused(workload) ||
  (workload.pods !== undefined && lackingPods(workload.pods) > 0) ||
  workload.findings.some((finding) => stays(finding) && counts(finding))

/** A hook of unknown length is enough, or is not: a risk is not claimed. */
function hasRiskyState(workload: JudgedWorkload): boolean {
  const { state, findings } = workload
  if (state === undefined || state === 'protected' || isStateAccepted(workload)) return false
  return state !== 'short' || !findings.some(isOfUnknownLength)
}

const isOfUnknownLength = ({ id, accepted }: JudgedWorkload['findings'][number]): boolean =>
  id === 'prestop-unknown-length' && accepted === undefined

const isUncertain = ({ state, verdict, findings, warnings, notices }: JudgedWorkload): boolean =>
  verdict === 'unknown' ||
  (state === 'short' && findings.some(isOfUnknownLength)) ||
  warnings.length > 0 ||
  notices.some(isGrave)
