import type { HandoverTerms } from '../core/handover/change.ts'
import type { PodView } from '../core/handover/scene.ts'

/**
 * Which ready Pods load balancers certainly send to. With a readiness gate, ready says it, the first time: a Pod that is
 * ready again is registered anew, and until then its gate still has the health of the target that it was
 * (aws-load-balancer-controller, targetgroupbinding/resource_manager.go). Without one, a target is healthy some time
 * after its Pod is ready, and only whoever has seen it ready for so long can tell: of an old Pod, too, which may have been
 * unready until just now. Where the workload wants a Pod to be ready for longer before it counts (`minReadySeconds`), that
 * is waited for too.
 */
export class ServingTargets {
  /** Milliseconds of the clock, by uid. */
  readonly #since = new Map<string, number>()
  /** Uids of those that were ready, and then were not. */
  readonly #lapsed = new Set<string>()

  /** @param now milliseconds of a monotonic clock. */
  among(
    members: readonly PodView[],
    {
      terms,
      now,
      minReady,
    }: {
      readonly terms: HandoverTerms
      readonly now: number
      /** Seconds. */
      readonly minReady: number
    },
  ): ReadonlySet<string> {
    for (const { uid, isReady } of members) {
      if (!isReady) {
        if (this.#since.delete(uid)) this.#lapsed.add(uid)
      } else if (!this.#since.has(uid)) this.#since.set(uid, now)
    }
    const serves = ({ uid, isReady, isGated }: PodView): boolean => {
      const needed = Math.max(minReady, isGated && !this.#lapsed.has(uid) ? 0 : terms.healthy)
      return isReady && now - (this.#since.get(uid) ?? now) >= needed * 1000
    }
    return new Set(members.filter(serves).map(({ uid }) => uid))
  }
}
