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

/** In any span of so many milliseconds, no more than `most` over all and `mostOfOne` under one key. */
export interface Window {
  readonly most: number
  readonly mostOfOne: number
  /** Milliseconds. */
  readonly span: number
}

/** Where a token bucket would let twice as many through in its first span: a burst, and what has come back meanwhile. */
export class SlidingWindow {
  readonly #window: Window
  readonly #now: () => number
  #taken: readonly { readonly key: string; readonly at: number }[] = []

  /** @param now monotonic, milliseconds. */
  constructor(window: Window, now: () => number) {
    this.#window = window
    this.#now = now
  }

  isFree(key: string): boolean {
    const { most, mostOfOne, span } = this.#window
    const since = this.#now() - span
    this.#taken = this.#taken.filter(({ at }) => at > since)
    return this.#taken.length < most && this.#taken.filter((one) => one.key === key).length < mostOfOne
  }

  /** Whether it is free or not: it has happened. */
  take(key: string): void {
    this.#taken = [...this.#taken, { key, at: this.#now() }]
  }
}
