/** Waits that double from the first to the longest, each shortened by up to half so that clients do not march in step. */
export interface BackOff {
  /** How long to wait before the next attempt, in the unit of `first`. */
  next(): number
  /** Something went well: begin anew. */
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

/** Ticks between two attempts at something that goes on failing: from the next to some minutes later. A choice. */
const SETBACK = { first: 1, longest: 64 } as const

interface Setback {
  readonly backOff: BackOff
  /** The tick from which on it may be tried again. */
  readonly until: number
}

/** What failed, and when it may be tried again: a policy that refuses one object must not be asked every few seconds. */
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

  /** It went well, or is no longer wanted. */
  forget(what: string): void {
    this.#setbacks.delete(what)
  }
}
