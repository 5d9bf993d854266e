import type { LeavingTarget } from '../core/measurement/leaving-target.ts'

/** How much earlier than the deletion a call may seem to begin: the ledger's times are whole seconds. Milliseconds. */
const ROUNDING = 2_000

/**
 * How much later than the deletion the controller may begin to deregister: the longest back-off after a failed reconcile
 * (its flag --targetgroupbinding-max-exponential-backoff-delay, 16m40s). Milliseconds.
 */
const LATEST = 1_000_000

/**
 * Joins what ledgers know of a Pod with what the load balancer controller's log knows of its address. A Pod may have been in
 * several target groups, and each is a target of its own; an address may have been several Pods', which times tell apart.
 * @param ledger of Pods; one without a deletion was evicted when it ended.
 * @param logged of addresses.
 */
export function joinSources(
  ledger: readonly LeavingTarget[],
  logged: readonly LeavingTarget[],
): readonly LeavingTarget[] {
  const byAddress = Map.groupBy(ledger, ({ ip }) => ip)
  const found = new Set<LeavingTarget>()
  const joined = logged.map((target) => {
    const pod = podOf(target, byAddress.get(target.ip) ?? [])
    if (pod === undefined) return target
    found.add(pod)
    return { ...pod, ...target, missing: pod.missing }
  })
  return [...ledger.filter((pod) => !found.has(pod)), ...joined]
}

/** The Pod of this address that left last before the controller took it out. */
function podOf(target: LeavingTarget, pods: readonly LeavingTarget[]): LeavingTarget | undefined {
  const at = target.deregistering ?? target.deregistered
  if (at === undefined) return undefined
  const left = ({ deleted, ended }: LeavingTarget): number | undefined => deleted ?? ended
  const before = pods.filter((pod) => {
    const time = left(pod)
    return time !== undefined && time - ROUNDING <= at && at - time <= LATEST
  })
  return before.reduce<LeavingTarget | undefined>(
    (last, pod) => ((left(pod) ?? 0) > ((last && left(last)) ?? 0) ? pod : last),
    undefined,
  )
}
