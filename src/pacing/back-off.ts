/**
 * Waits that double from the first to the longest, each shortened randomly by up to half, so that clients spread out.
 */
export interface BackOff {
  /** The wait before the next attempt, in the unit of `first`. */
  next(): number
  /** An attempt succeeded: start again from the first wait. */
  reset(): void
}

interface BackOffOptions {
  /** In any unit: milliseconds, or ticks. */
  readonly first: number
  /** In the unit of `first`. */
  readonly longest: number
  /** From 0 to below 1. */
  readonly random: () => number
}

export function createBackOff({ first, longest, random }: BackOffOptions): BackOff {
  let wait = first
  return {
    next: () => {
      const chosen = wait * (1 - random() / 2)
      wait = Math.min(wait * 2, longest)
      return chosen
    },
    reset: () => {
      wait = first
    },
  }
}

/** Ticks between two attempts at a repeated failure: from the next tick to some minutes later. A choice. */
const SETBACK = { first: 1, longest: 64 } as const

interface Setback {
  readonly backOff: BackOff
  /** The first tick at which it may be retried. */
  readonly until: number
}

/** Failures, and when to retry each: an object that a policy rejects must not be retried every few seconds. */
export class Setbacks {
  #tick = 0
  readonly #setbacks = new Map<string, Setback>()
  readonly #random: () => number

  /** @param random from 0 to below 1. */
  constructor(random: () => number) {
    this.#random = random
  }

  nextTick(): void {
    this.#tick++
  }

  mayTry(what: string): boolean {
    return (this.#setbacks.get(what)?.until ?? 0) <= this.#tick
  }

  failed(what: string): void {
    const known = this.#setbacks.get(what)
    const backOff = known?.backOff ?? createBackOff({ ...SETBACK, random: this.#random })
    this.#setbacks.set(what, { backOff, until: this.#tick + 1 + backOff.next() })
  }

  /** It succeeded, or is no longer needed. */
  forget(what: string): void {
    this.#setbacks.delete(what)
  }
}
