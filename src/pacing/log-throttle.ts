import { type Rate, TokenBucket } from './rate-limit.ts'
import { remember } from './remember.ts'

/** Interval per address. Milliseconds. A choice. */
const MINUTE = 60_000

/** Lines that unknown clients cause: a burst, then one per minute, whatever the number of addresses. A choice. */
const STRANGERS: Rate = { burst: 16, each: MINUTE }

/** Addresses whose last line is remembered. A choice. */
const ADDRESSES = 256

/**
 * Lets the same text through once per interval, and a different text at once.
 * @param ms the interval, milliseconds.
 * @param now monotonic, milliseconds.
 */
export function logThrottle(ms: number, now: () => number): (words: string) => boolean {
  let last: { readonly words: string; readonly at: number } | undefined
  return (words) => {
    if (last?.words === words && now() - last.at < ms) return false
    last = { words, at: now() }
    return true
  }
}

/**
 * Limits lines that unknown clients cause: at most one per minute for one address, so that it does not suppress the
 * others.
 * @param now monotonic, milliseconds.
 * @returns for each line, by its address: how many were left out before it; undefined: leave this one out too.
 */
export function strangersThrottle(now: () => number): (from: string) => number | undefined {
  const lines = new TokenBucket(STRANGERS, now)
  const logged = new Map<string, number>()
  let leftOut = 0
  return (from) => {
    const isRecent = now() - (logged.get(from) ?? Number.NEGATIVE_INFINITY) < MINUTE
    if (isRecent || !lines.take()) {
      leftOut++
      return undefined
    }
    remember(logged, from, now(), ADDRESSES)
    const before = leftOut
    leftOut = 0
    return before
  }
}
