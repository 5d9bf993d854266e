import type { GateOutlook } from '../core/decision/controller-facts.ts'
import { isLacking, type PodTally } from './pod-tally.ts'
import type { WorkloadEntry, WorkloadPods } from './schema.ts'

/** The Pods of a workload, why they lack what they lack, and what ends it. */
export function podsOfWorkload(
  entry: WorkloadEntry,
  { counts, oldest }: PodTally,
  gates: readonly GateOutlook[],
): WorkloadPods {
  if (!isLacking(counts)) return counts
  const closed = gates.find(({ now }) => !now)
  const missesHook = counts.withoutHook + counts.shortHook + counts.shortGrace > 0
  return { ...counts, oldest, ...(missesHook ? hookRemedy(entry) : gateRemedy(entry, closed)) }
}

type Remedy = Required<Pick<WorkloadPods, 'cause' | 'cure'>>

function hookRemedy(entry: WorkloadEntry): Remedy {
  const restart = restartOf(entry)
  if (entry.state === 'protected')
    return { cause: 'made before the template had its hook; no rollout has replaced them', cure: restart }
  if (entry.state === 'short')
    return {
      cause: 'their template says so',
      cure: 'raise the hook in the source, or take it out for Slackwater to write one',
    }
  return {
    cause: 'made before Slackwater could give them a hook',
    cure: entry.mode === 'dry-run' ? `mode enforce, then ${restart}` : restart,
  }
}

const gateRemedy = (entry: WorkloadEntry, closed: GateOutlook | undefined): Remedy =>
  closed === undefined
    ? {
        cause: 'made before the namespace had its readiness-gate label, or before their target group existed',
        cure: restartOf(entry),
      }
    : {
        cause: closed.why ?? 'the namespace has no readiness-gate label',
        cure: `${closed.why === undefined ? 'label the namespace' : 'make the controller inject gates here'}, then ${restartOf(entry)}`,
      }

function restartOf({ kind, namespace, name }: WorkloadEntry): string {
  if (kind === 'Rollout') return `kubectl argo rollouts restart ${name} -n ${namespace}`
  if (kind === 'ReplicaSet') return `delete its Pods one by one: ReplicaSet ${name} makes new ones`
  return `kubectl rollout restart ${kind.toLowerCase()}/${name} -n ${namespace}`
}
