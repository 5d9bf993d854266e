import type { Exposure } from '../core/model/exposure.ts'
import { type ObjectRef, refText } from '../core/model/object-ref.ts'

/**
 * How long the address of a load balancer counts as new. The controller writes it right after the TargetGroupBinding
 * (LBC controllers/ingress/group_controller.go, pkg/deploy/stack_deployer.go), so the two are seen together. AWS then
 * takes minutes until a new load balancer answers. Milliseconds; within that, a choice.
 */
export const NEW_ADDRESS = 60_000

/** Remembers which exposures existed when Slackwater first looked, and whose address appeared while it was watching. */
export class Arrivals {
  readonly #now: () => number
  /** Ids of exposures under their Service: they are forgotten with it. */
  readonly #marked = new Map<string, Set<string>>()
  readonly #addressed = new Map<string, number>()
  /** Marking runs in progress. */
  #marking = 0

  /** @param now monotonic, milliseconds. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Marks all present exposures, step by step; until the last step every exposure counts as marked. */
  *markingOf(exposures: Iterable<readonly Exposure[]>): Generator<void, void> {
    this.#marking += 1
    try {
      for (const some of exposures) {
        for (const exposure of some) this.#mark(exposure)
        yield
      }
    } finally {
      this.#marking -= 1
    }
  }

  #mark({ id, service }: Exposure): void {
    const key = refText(service)
    const ids = this.#marked.get(key)
    if (ids === undefined) this.#marked.set(key, new Set([id]))
    else ids.add(id)
  }

  isMarked({ id, service }: Exposure): boolean {
    return this.#marking > 0 || this.#marked.get(refText(service))?.has(id) === true
  }

  addressCame(ref: ObjectRef): void {
    const since = this.#now() - NEW_ADDRESS
    for (const [key, came] of this.#addressed) if (came < since) this.#addressed.delete(key)
    this.#addressed.set(refText(ref), this.#now())
  }

  cameNow(ref: ObjectRef): boolean {
    const came = this.#addressed.get(refText(ref))
    return came !== undefined && this.#now() - came < NEW_ADDRESS
  }

  /** The object is gone. */
  forget(ref: ObjectRef): void {
    this.#marked.delete(refText(ref))
    this.#addressed.delete(refText(ref))
  }
}
