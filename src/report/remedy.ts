import type { GateOutlook } from '../core/decision/lbc-facts.ts'
import { lackingPods } from '../judgement/workloads.ts'
import { given } from '../kubernetes/json.ts'
import type { WorkloadPods } from './pod-schema.ts'
import type { PodTally } from './pod-tally.ts'
import type { Replacing } from './replacing-pods.ts'
import type { WorkloadEntry } from './schema.ts'

interface RemedyFacts extends Replacing {
  readonly gates: readonly GateOutlook[]
  /** The Deployment of the load balancer controller, if it has no ready replica now. */
  readonly down?: string
  /** New Pods get no gate while the controller is down: its webhook ignores failures, or is not known. */
  readonly isGateSkipped: boolean
  /** The report is that of an audit: whether Slackwater is installed is not known. */
  readonly isAudit: boolean
}

/** The Pods of a workload, why they lack something, and what fixes it. */
export function podsOfWorkload(entry: WorkloadEntry, tally: PodTally, facts: RemedyFacts): WorkloadPods {
  const { counts, oldest, stuck } = tally
  const waiting = stuckGateOf(stuck)
  if (lackingPods(counts) === 0) return { ...counts, ...waiting }
  const missesHook = counts.withoutHook + counts.shortHook + counts.shortGrace > 0
  const remedy = missesHook ? hookRemedy(entry, tally, facts) : gateRemedy(facts)
  return { ...counts, ...waiting, oldest, ...remedy }
}

/** Gates that have not passed in time, as the report has them. */
export function stuckGateOf(stuck: PodTally['stuck']): Pick<WorkloadPods, 'stuckGate'> {
  if (stuck === undefined) return {}
  const { pod, gate, limit, reason, message } = stuck.longest
  return {
    stuckGate: {
      ...{ pods: stuck.pods, pod: pod.name, gate, limitSeconds: limit },
      ...given('reason', reason),
      ...given('message', message),
    },
  }
}

type Remedy = Pick<WorkloadPods, 'cause' | 'cure' | 'cost'>

function hookRemedy(entry: WorkloadEntry, tally: PodTally, facts: RemedyFacts): Remedy {
  const { replacing, cost, isAudit } = facts
  if (entry.state === 'protected')
    return {
      ...{ cause: 'created before the template had its hook, and not replaced since', cost },
      cure: replacing,
    }
  if (entry.state === 'short')
    return {
      cause: 'set in their template',
      cure: 'raise the hook in the manifest, or delete it so that Slackwater injects one',
    }
  if (isAudit)
    return {
      ...{ cause: 'their template has no sufficient hook and grace period', cost },
      cure: `install Slackwater, then ${replacing}; or write both into the manifest`,
    }
  return {
    ...{ cause: isYounger(tally) ? UNAVAILABLE : 'created before Slackwater could give them a hook', cost },
    cure: entry.mode === 'dry-run' ? `mode enforce, then ${replacing}` : replacing,
  }
}

const UNAVAILABLE =
  'created while Slackwater was unavailable, or not in mode enforce: older Pods have their hook'

/** Their template gives no Pod its hook, so Slackwater gave it to the older ones. */
const isYounger = ({ newestUnhooked = '', oldestHooked = '' }: PodTally): boolean =>
  oldestHooked !== '' && oldestHooked < newestUnhooked

function gateRemedy({ gates, down, isGateSkipped, replacing }: RemedyFacts): Remedy {
  const closed = gates.find(({ now }) => !now)
  if (closed !== undefined)
    return {
      cause: closed.why ?? 'the namespace has no readiness-gate label',
      cure: `${closed.why === undefined ? 'label the namespace' : 'make the controller inject gates here'}, then ${replacing}`,
    }
  const skipped = isGateSkipped ? 'while the load balancer controller had no ready replica, ' : ''
  return {
    cause: `created ${skipped}before the namespace had its readiness-gate label, or before a TargetGroupBinding selected them`,
    cure: down === undefined ? replacing : `restore ${down}, then ${replacing}`,
  }
}
