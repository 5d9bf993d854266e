import type { HandoverTerms } from '../core/handover/change.ts'
import type { PodView } from '../core/handover/scene.ts'

/**
 * Which ready Pods load balancers certainly send to. With a readiness gate, ready says it. Without one, a target is
 * healthy some time after its Pod is ready, and only whoever has seen it ready for so long can tell.
 */
export class ServingTargets {
  /** Milliseconds of the clock, by uid. */
  readonly #since = new Map<string, number>()

  /** @param old uids of those that have served since before. @param now milliseconds of a monotonic clock. */
  among(
    members: readonly PodView[],
    {
      terms,
      old,
      now,
    }: { readonly terms: HandoverTerms; readonly old: ReadonlySet<string>; readonly now: number },
  ): ReadonlySet<string> {
    for (const { uid, isReady } of members) {
      if (!isReady) this.#since.delete(uid)
      else if (!this.#since.has(uid)) this.#since.set(uid, now)
    }
    const serves = ({ uid, isReady, isGated }: PodView): boolean =>
      isReady && (isGated || old.has(uid) || now - (this.#since.get(uid) ?? now) >= terms.healthy * 1000)
    return new Set(members.filter(serves).map(({ uid }) => uid))
  }
}
