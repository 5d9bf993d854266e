import type { GateOutlook } from '../core/decision/lbc-facts.ts'
import { lackingPods } from '../judgement/workloads.ts'
import type { PodTally } from './pod-tally.ts'
import type { WorkloadEntry, WorkloadPods } from './schema.ts'

interface RemedyFacts {
  readonly gates: readonly GateOutlook[]
  /** The command that replaces the Pods. */
  readonly restart: string
}

/** The Pods of a workload, why they lack what they lack, and what ends it. */
export function podsOfWorkload(
  entry: WorkloadEntry,
  { counts, oldest }: PodTally,
  { gates, restart }: RemedyFacts,
): WorkloadPods {
  if (lackingPods(counts) === 0) return counts
  const closed = gates.find(({ now }) => !now)
  const missesHook = counts.withoutHook + counts.shortHook + counts.shortGrace > 0
  return { ...counts, oldest, ...(missesHook ? hookRemedy(entry, restart) : gateRemedy(closed, restart)) }
}

type Remedy = Required<Pick<WorkloadPods, 'cause' | 'cure'>>

function hookRemedy(entry: WorkloadEntry, restart: string): Remedy {
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

const gateRemedy = (closed: GateOutlook | undefined, restart: string): Remedy =>
  closed === undefined
    ? {
        cause: 'made before the namespace had its readiness-gate label, or before their target group existed',
        cure: restart,
      }
    : {
        cause: closed.why ?? 'the namespace has no readiness-gate label',
        cure: `${closed.why === undefined ? 'label the namespace' : 'make the controller inject gates here'}, then ${restart}`,
      }
