import type { GateOutlook } from '../core/decision/lbc-facts.ts'
import { lackingPods } from '../judgement/workloads.ts'
import { given } from '../kubernetes/json.ts'
import type { WorkloadPods } from './pod-schema.ts'
import type { PodTally } from './pod-tally.ts'
import type { WorkloadEntry } from './schema.ts'

interface RemedyFacts {
  readonly gates: readonly GateOutlook[]
  /** The command that replaces the Pods. */
  readonly restart: string
}

/** The Pods of a workload, why they lack something, and what fixes it. */
export function podsOfWorkload(
  entry: WorkloadEntry,
  { counts, oldest, stuck }: PodTally,
  { gates, restart }: RemedyFacts,
): WorkloadPods {
  const waiting = stuckGateOf(stuck)
  if (lackingPods(counts) === 0) return { ...counts, ...waiting }
  const closed = gates.find(({ now }) => !now)
  const missesHook = counts.withoutHook + counts.shortHook + counts.shortGrace > 0
  return {
    ...counts,
    ...waiting,
    oldest,
    ...(missesHook ? hookRemedy(entry, restart) : gateRemedy(closed, restart)),
  }
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

function hookRemedy(entry: WorkloadEntry, restart: string): Remedy {
  if (entry.state === 'protected')
    return { cause: 'created before the template had its hook, and not replaced since', cure: restart }
  if (entry.state === 'short')
    return {
      cause: 'set in their template',
      cure: 'raise the hook in the manifest, or delete it so that Slackwater injects one',
    }
  return {
    cause: 'created before Slackwater could give them a hook',
    cure: entry.mode === 'dry-run' ? `mode enforce, then ${restart}` : restart,
  }
}

const gateRemedy = (closed: GateOutlook | undefined, restart: string): Remedy =>
  closed === undefined
    ? {
        cause:
          'created before the namespace had its readiness-gate label, or before their target group existed',
        cure: restart,
      }
    : {
        cause: closed.why ?? 'the namespace has no readiness-gate label',
        cure: `${closed.why === undefined ? 'label the namespace' : 'make the controller inject gates here'}, then ${restart}`,
      }
