import type { AdoptionVerdict } from '../core/adoption/adoption.ts'
import { costOfReplacing, handoverOrRestart, intoOf, type Replaced } from '../core/adoption/replacing.ts'
import type { Settings } from '../core/model/settings.ts'
import type { WorkloadSummary } from '../core/model/workload.ts'
import { lackingPods } from '../judgement/workloads.ts'
import { given } from '../kubernetes/json.ts'
import type { WorkloadEntry } from './schema.ts'

/** The command that replaces the Pods of a workload, and what it costs if they have no hook. */
export interface Replacing {
  readonly replacing: string
  readonly cost: string
}

/** @param known absent: the inventory does not have it. */
export function replacingOf(
  entry: WorkloadEntry,
  known: Pick<WorkloadSummary, 'live'> | undefined,
  settings: Pick<Settings, 'injectInto' | 'webhook'>,
): Replacing {
  const isInTemplate = entry.state === 'protected'
  const replaced: Replaced = {
    ref: { kind: entry.kind, namespace: entry.namespace, name: entry.name },
    ...given('live', known?.live),
    ...(isInTemplate ? {} : { injectInto: intoOf(known ?? {}, settings) }),
  }
  return { replacing: handoverOrRestart(replaced), cost: costOfReplacing(replaced, arrivalsEnd(entry)) }
}

/** Seconds for which a load balancer still sends to a Pod after its deletion; 0: unknown. */
function arrivalsEnd({ budget }: WorkloadEntry): number {
  const phases = budget?.perExposure.flatMap((one) => one.phases) ?? []
  return Math.max(0, ...phases.flatMap(({ kind, to }) => (kind === 'finishing' ? [] : to)))
}

/** In these states, a template gets its hooks with its next rollout. */
const OPEN: readonly WorkloadEntry['state'][] = ['would-change', 'in-pods']

/** @param verdictOf is asked only where a hook is still to come. */
export function lateExposureOf(
  { state }: WorkloadEntry,
  verdictOf: () => AdoptionVerdict | undefined,
  { cost }: Replacing,
): WorkloadEntry['lateExposure'] {
  const verdict = OPEN.includes(state) ? verdictOf() : undefined
  if (verdict?.kind === 'adopt') return { verdict: 'adopt' }
  if (verdict?.kind === 'wait') return { verdict: 'wait', why: verdict.why }
  if (verdict?.kind !== 'leave') return undefined
  return { verdict: 'leave', why: verdict.why, cure: verdict.cure, cost }
}

/**
 * Once each running Pod has what it needs, or none is to run, nothing waits for a person: the next change of the
 * template writes the hook there, and the Pods that it replaces leave with theirs.
 * @param replicas as it is stored.
 */
export function withoutReplacedPods(entry: WorkloadEntry, replicas: number | undefined): WorkloadEntry {
  const { pods, lateExposure, ...rest } = entry
  if (lateExposure?.verdict !== 'leave') return entry
  if (pods === undefined) return replicas === 0 ? rest : entry
  return lackingPods(pods) > 0 ? entry : { ...rest, pods }
}
