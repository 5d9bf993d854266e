import type { GateOutlook } from '../core/decision/lbc-facts.ts'
import { lackingPods } from '../judgement/workloads.ts'
import { given } from '../kubernetes/json.ts'
import type { WorkloadPods } from './pod-schema.ts'
import type { PodTally } from './pod-tally.ts'
import type { WorkloadEntry } from './schema.ts'

interface RemedyFacts {
  readonly gates: readonly GateOutlook[]
  /** The Deployment of the load balancer controller, if it has no ready replica now. */
  readonly down?: string
  /** New Pods get no gate while the controller is down: its webhook ignores failures, or is not known. */
  readonly isGateSkipped: boolean
  /** The report is that of an audit: whether Slackwater is installed is not known. */
  readonly isAudit: boolean
  /** The command that replaces the Pods. */
  readonly restart: string
}

/** The Pods of a workload, why they lack something, and what fixes it. */
export function podsOfWorkload(
  entry: WorkloadEntry,
  { counts, oldest, stuck }: PodTally,
  facts: RemedyFacts,
): WorkloadPods {
  const waiting = stuckGateOf(stuck)
  if (lackingPods(counts) === 0) return { ...counts, ...waiting }
  const missesHook = counts.withoutHook + counts.shortHook + counts.shortGrace > 0
  const remedy = missesHook ? hookRemedy(entry, facts) : gateRemedy(facts)
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

type Remedy = Required<Pick<WorkloadPods, 'cause' | 'cure'>>

function hookRemedy(entry: WorkloadEntry, { restart, isAudit }: RemedyFacts): Remedy {
  if (entry.state === 'protected')
    return { cause: 'created before the template had its hook, and not replaced since', cure: restart }
  if (entry.state === 'short')
    return {
      cause: 'set in their template',
      cure: 'raise the hook in the manifest, or delete it so that Slackwater injects one',
    }
  if (isAudit)
    return {
      cause: 'their template has no sufficient hook and grace period',
      cure: `change the template, or install Slackwater, then ${restart}`,
    }
  return {
    cause: 'created before Slackwater could give them a hook',
    cure: entry.mode === 'dry-run' ? `mode enforce, then ${restart}` : restart,
  }
}

function gateRemedy({ gates, down, isGateSkipped, restart }: RemedyFacts): Remedy {
  const closed = gates.find(({ now }) => !now)
  if (closed !== undefined)
    return {
      cause: closed.why ?? 'the namespace has no readiness-gate label',
      cure: `${closed.why === undefined ? 'label the namespace' : 'make the controller inject gates here'}, then ${restart}`,
    }
  const skipped = isGateSkipped ? 'while the load balancer controller had no ready replica, ' : ''
  return {
    cause: `created ${skipped}before the namespace had its readiness-gate label, or before a TargetGroupBinding selected them`,
    cure: down === undefined ? restart : `restore ${down}, then ${restart}`,
  }
}
