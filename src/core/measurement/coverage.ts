/** AWS writes a log file for every load-balancer node and five minutes. Milliseconds. */
const SLOT = 300_000

/** How long after a departure the logs must go on for it to count: C and P as they are assumed (5 + 25 s). */
const AFTER = 30_000

/** Slots of one load balancer: two years of them. A choice. */
const MOST_SLOTS = 210_000

interface Covered {
  readonly slots: Set<number>
  to: number
}

/** Which times the logs of each load balancer cover: a departure at an edge of them would seem to end too early. */
export class Coverage {
  requests = 0
  from = Number.POSITIVE_INFINITY
  to = Number.NEGATIVE_INFINITY
  readonly #byLoadBalancer = new Map<string, Covered>()
  #loadBalancer = ''
  #covered: Covered = { slots: new Set(), to: Number.NEGATIVE_INFINITY }
  #slot = Number.NaN

  note(loadBalancer: string, answered: number): void {
    this.requests += 1
    if (answered < this.from) this.from = answered
    if (answered > this.to) this.to = answered
    const slot = Math.floor(answered / SLOT)
    if (loadBalancer !== this.#loadBalancer) this.#turnTo(loadBalancer)
    else if (slot === this.#slot && answered <= this.#covered.to) return
    this.#slot = slot
    const covered = this.#covered
    if (answered > covered.to) covered.to = answered
    if (covered.slots.size < MOST_SLOTS) covered.slots.add(slot)
  }

  /** Whether the logs have requests of this load balancer then, in the same five minutes, and long enough after it. */
  covers(loadBalancer: string, time: number): boolean {
    const covered = this.#byLoadBalancer.get(loadBalancer)
    if (covered === undefined || time + AFTER > covered.to) return false
    return covered.slots.has(Math.floor(time / SLOT)) && covered.slots.has(Math.floor((time + AFTER) / SLOT))
  }

  #turnTo(loadBalancer: string): void {
    const known = this.#byLoadBalancer.get(loadBalancer)
    const covered = known ?? { slots: new Set(), to: Number.NEGATIVE_INFINITY }
    if (known === undefined) this.#byLoadBalancer.set(loadBalancer, covered)
    this.#loadBalancer = loadBalancer
    this.#covered = covered
  }
}
