import { type BackOff, createBackOff } from './back-off.ts'

/** Ticks between two attempts at something that goes on failing: from the next to some minutes later. */
const FIRST = 1
const LONGEST = 64

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
    const backOff = known?.backOff ?? createBackOff({ first: FIRST, longest: LONGEST, random: this.#random })
    this.#setbacks.set(what, { backOff, until: this.#tick + 1 + backOff.next() })
  }

  /** It went well, or is no longer wanted. */
  forget(what: string): void {
    this.#setbacks.delete(what)
  }
}
