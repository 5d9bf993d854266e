export interface Rate {
  readonly burst: number
  /** Milliseconds until a used token is available again. */
  readonly each: number
}

/** Allows a burst, and then a steady rate. */
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

  /** Takes a token, if one is available. */
  take(): boolean {
    this.#fill()
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  /** Milliseconds until a token is available. */
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

/** In any period of `span`, at most `most` in total and `mostOfOne` under one key. */
export interface Window {
  readonly most: number
  readonly mostOfOne: number
  /** Milliseconds. */
  readonly span: number
}

/** Stricter than a token bucket, whose first span would allow twice as many: the burst, and refilled tokens. */
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

  /** Counts an event, whether a place is free or not: it has happened. */
  take(key: string): void {
    this.#taken = [...this.#taken, { key, at: this.#now() }]
  }
}
