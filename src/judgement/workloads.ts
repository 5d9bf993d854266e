import type { Severity } from '../core/findings/catalogue.ts'
import type { Holds } from '../core/findings/finding.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { counts, isGrave, stays } from './severity.ts'
import { STATE_FINDINGS, type State } from './states.ts'

/** How many running Pods lack each item; one Pod may lack several. */
export interface PodShortfall {
  readonly withoutHook: number
  readonly shortHook: number
  readonly shortGrace: number
  readonly withoutGate: number
  /** Pods that wait for a gate longer than it may need; absent: none is known. */
  readonly stuckGate?: { readonly pods: number; readonly gate: string; readonly reason?: string }
}

interface JudgedFinding {
  readonly id: string
  readonly severity: Severity
  readonly holds: Holds
  readonly accepted?: unknown
}

/** The part of a workload that is judged. */
export interface JudgedWorkload extends ObjectRef {
  readonly mode: string
  /** Absent: not behind a load balancer, unless the verdict is `unknown`. */
  readonly state?: State
  readonly verdict: string
  readonly findings: readonly JudgedFinding[]
  readonly notices: readonly { readonly severity: Severity }[]
  /** Labels and annotations that could not be used, and patches that could not be proven. */
  readonly warnings: readonly string[]
  readonly present: { readonly recorded: boolean }
  readonly pods?: PodShortfall & { readonly cure?: string }
  readonly lateExposure?: { readonly verdict: string; readonly cure?: string }
  /** Its last rollouts, the newest first; absent: none is known. */
  readonly rollouts?: readonly JudgedRollout[]
  /** What a dry run of its change came to. */
  readonly tried?: { readonly result: string }
  readonly refusedWithoutUs?: { readonly likelihood: string; readonly sleepSeconds: number }
}

interface JudgedRollout {
  /** Absent: it goes on. */
  readonly ended?: string
  readonly verdict: string
  readonly text: string
  readonly cure?: string
}

/**
 * The last rollout that has ended, if its Pods left unprotected: a later one that was covered makes up for it, and one of
 * which not everything was seen does not.
 */
export function exposedRollout({ rollouts = [] }: JudgedWorkload): JudgedRollout | undefined {
  const last = rollouts.find(({ ended, verdict }) => ended !== undefined && verdict !== 'unknown')
  return last?.verdict === 'exposed' ? last : undefined
}

const isLastExposed = (workload: JudgedWorkload): boolean => exposedRollout(workload) !== undefined

/** The minimum number of Pods that need a fix. An unmet gate does not count: the Pod may just be starting. */
export const lackingPods = ({ withoutHook, shortHook, shortGrace, withoutGate }: PodShortfall): number =>
  Math.max(withoutHook, shortHook, shortGrace, withoutGate)

/** The API server rejects the next apply of its manifest while Slackwater is unavailable. */
export const isSurelyRefused = ({ refusedWithoutUs }: JudgedWorkload): boolean =>
  refusedWithoutUs?.likelihood === 'certain'

/** The template is correct, but some Pods are older than it: a restart is enough. */
export const isOutdated = ({ state, pods }: JudgedWorkload): boolean =>
  (state === 'protected' || state === 'in-pods') &&
  pods !== undefined &&
  pods.withoutHook + pods.shortHook + pods.shortGrace > 0

/**
 * Pods lack nothing but their readiness gate, and the next ones get it. If they would not, the finding
 * readiness-gate-missing says so.
 */
export const isUngated = (workload: JudgedWorkload): boolean => {
  const { state, pods, findings } = workload
  return (
    (state === 'protected' || state === 'in-pods') &&
    pods !== undefined &&
    pods.withoutGate > 0 &&
    !isOutdated(workload) &&
    !awaitsPerson(workload) &&
    !findings.some(({ id }) => id === 'readiness-gate-missing')
  )
}

/** New Pods do not become ready, because their readiness gate does not pass, and nobody has accepted that. */
export const isStuck = ({ pods, findings }: JudgedWorkload): boolean =>
  pods?.stuckGate !== undefined &&
  !findings.some(({ id, accepted }) => id === 'gate-stuck' && accepted !== undefined)

/** Only the user can have its Pods replaced. */
export const awaitsPerson = ({ mode, lateExposure }: JudgedWorkload): boolean =>
  mode === 'enforce' && lateExposure?.verdict === 'leave'

/** The report lists it: there is something to report about it. */
export const isListed = ({ state, present, findings, notices, warnings }: JudgedWorkload): boolean =>
  state !== undefined || present.recorded || findings.length + warnings.length > 0 || notices.some(isGrave)

/** A user has accepted every finding that stands for its state. */
export function isStateAccepted({ state, findings }: JudgedWorkload): boolean {
  const ids: readonly string[] = (state && STATE_FINDINGS[state]) ?? []
  const behind = findings.filter(({ id }) => ids.includes(id))
  return behind.length > 0 && behind.every(({ accepted }) => accepted !== undefined)
}

/** It needs attention; a protected workload with nothing else to report does not. */
export const needsAttention = (workload: JudgedWorkload): boolean =>
  (workload.state !== undefined && workload.state !== 'protected' && !isStateAccepted(workload)) ||
  isSurelyRefused(workload) ||
  isUnstored(workload) ||
  isOutdated(workload) ||
  isUngated(workload) ||
  isLastExposed(workload) ||
  workload.findings.some((finding) => stays(finding) && counts(finding)) ||
  workload.warnings.length > 0 ||
  workload.notices.some(isGrave)

/** It changes the exit code of a plan: what the change does not fix. */
export const staysUnsound = ({ findings, warnings, notices }: JudgedWorkload): boolean =>
  findings.some((finding) => stays(finding) && counts(finding)) ||
  warnings.length > 0 ||
  notices.some(isGrave)

/** A dry run has shown that its change would be refused, or overwritten. */
export const isUnstored = ({ tried }: JudgedWorkload): boolean =>
  tried?.result === 'refused' || tried?.result === 'changed-back'

/** It changes the exit code of a report, even if the next change of its template fixes it. */
export const isUnsound = (workload: JudgedWorkload): boolean =>
  workload.findings.some(counts) ||
  workload.warnings.length > 0 ||
  isSurelyRefused(workload) ||
  isLastExposed(workload) ||
  (workload.pods !== undefined && lackingPods(workload.pods) > 0)
