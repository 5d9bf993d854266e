export interface Rate {
  readonly burst: number
  /** Milliseconds until one that was taken is there again. */
  readonly each: number
}

/** So many at once, and then so many in a time. */
export class TokenBucket {
  readonly #rate: Rate
  readonly #now: () => number
  #tokens: number
  #filled: number

  /** @param now monotonic, milliseconds. */
  constructor(rate: Rate, now: () => number) {
    this.#rate = rate
    this.#now = now
    this.#tokens = rate.burst
    this.#filled = now()
  }

  /** Takes one, if there is one. */
  take(): boolean {
    this.#fill()
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  /** Milliseconds until there is one. */
  wait(): number {
    this.#fill()
    return this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) * this.#rate.each)
  }

  #fill(): void {
    const { burst, each } = this.#rate
    const at = this.#now()
    this.#tokens = Math.min(burst, this.#tokens + (at - this.#filled) / each)
    this.#filled = at
  }
}
