/** So many at once, and then so many in a time. */
export interface TokenBucket {
  /** Takes one, if there is one. */
  take(): boolean
  /** Milliseconds until there is one. */
  wait(): number
}

export interface Rate {
  readonly burst: number
  /** Milliseconds until one that was taken is there again. */
  readonly each: number
}

/** @param now monotonic, milliseconds. */
export function createTokenBucket({ burst, each }: Rate, now: () => number): TokenBucket {
  let tokens = burst
  let filled = now()
  const fill = (): void => {
    const at = now()
    tokens = Math.min(burst, tokens + (at - filled) / each)
    filled = at
  }
  return {
    take: () => {
      fill()
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
    wait: () => {
      fill()
      return tokens >= 1 ? 0 : Math.ceil((1 - tokens) * each)
    },
  }
}
