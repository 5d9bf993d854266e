import { isPodLeftOut } from '../decision/selected.ts'
import { handoverCommand } from '../model/handover-command.ts'
import type { InjectInto, Settings } from '../model/settings.ts'
import type { WorkloadSummary } from '../model/workload.ts'
import { traitsOf } from '../model/workload-kind.ts'

/** The commands that replace running Pods, and what each of them costs. */

/** What is replaced, and where its new Pods get their hook. */
export interface Replaced extends Pick<WorkloadSummary, 'ref' | 'live'> {
  /** Absent: the hook is in its template already. */
  readonly injectInto?: InjectInto
}

/** Where the new Pods of a workload get their hook, with the user's selectors of the webhook. */
export const intoOf = (
  { live }: Pick<WorkloadSummary, 'live'>,
  settings: Pick<Settings, 'injectInto' | 'webhook'>,
): InjectInto => (isPodLeftOut(live?.templateLabels ?? {}, settings) ? 'workloads' : settings.injectInto)

/**
 * The command that replaces running Pods which lack their hook or gate: `slackwater handover deployment/web -n shop`
 * where that is possible, and a restart otherwise.
 */
export const handoverOrRestart = (replaced: Replaced): string => handoverOf(replaced) ?? restartOf(replaced)

/**
 * A handover makes a ReplicaSet create another Pod from the template as it is stored.
 * @returns undefined if no ReplicaSet creates the Pods, or if the new Pod would have no hook.
 */
function handoverOf({ ref, injectInto }: Replaced): string | undefined {
  const traits = traitsOf(ref.kind)
  if (traits?.isHandedOver !== true || isOnlyByRollout(ref.kind, injectInto)) return undefined
  return handoverCommand(ref)
}

/** Templates that are never written have their Pods changed under this setting, too (core/decision/placement.ts). */
const isOnlyByRollout = (kind: string, injectInto: InjectInto | undefined): boolean =>
  injectInto === 'workloads' && traitsOf(kind)?.isWritten === true

/**
 * `kubectl rollout restart deployment/web -n shop`. kubectl itself cannot restart a Rollout (Argo's plugin does), nor a
 * Deployment that is paused (kubectl pkg/polymorphichelpers/objectrestarter.go).
 */
export function restartOf({ ref, live }: Pick<WorkloadSummary, 'ref' | 'live'>): string {
  const { kind, namespace, name } = ref
  const by = traitsOf(kind)?.restart
  if (by === 'argo-rollouts') return `kubectl argo rollouts restart ${name} -n ${namespace}`
  if (by === 'pods') return `delete its Pods one by one: ${kind} ${name} creates new ones`
  const object = `${kind.toLowerCase()}/${name} -n ${namespace}`
  const restart = `kubectl rollout restart ${object}`
  return live?.paused === true ? `kubectl rollout resume ${object}, then ${restart}` : restart
}

/**
 * What it costs to replace Pods that predate their hook. A handover lets them leave the load balancer first; in a rollout
 * they leave as they always have, this one time.
 * @param until seconds for which a load balancer still sends to a deleted Pod; 0: unknown.
 */
export function costOfReplacing(replaced: Replaced, until: number): string {
  const length = until === 0 ? '' : `, for about ${until} s`
  const loss = `loses requests: each Pod without a hook ends while its load balancer still sends to it${length}`
  if (handoverOf(replaced) !== undefined) return `a rollout before it ${loss}`
  const { ref, injectInto } = replaced
  const why = isOnlyByRollout(ref.kind, injectInto)
    ? `Only a changed template gives its Pods the hook`
    : `slackwater handover cannot replace the Pods of a ${ref.kind}`
  return `this restart itself ${loss}. ${why}: choose off-peak hours, or replace few Pods at a time`
}
