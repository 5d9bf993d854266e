import { type Rate, TokenBucket } from './rate-limit.ts'
import { remember } from './remember.ts'

/** Of one address. Milliseconds. A choice. */
const MINUTE = 60_000

/** Lines that strangers cause: so many at once, and then one in a minute. Whoever has many addresses fills no log. A choice. */
const STRANGERS: Rate = { burst: 16, each: MINUTE }

/** Addresses whose last line is remembered. A choice. */
const ADDRESSES = 256

/**
 * Lets the same words through once in a while, and other words at once.
 * @param ms how long a while is, milliseconds.
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
 * Bounds lines that strangers cause: of one address no more than come back in a minute, so that it keeps no other's out.
 * @param now monotonic, milliseconds.
 * @returns for each line that is wanted, by its address: how many were left out before it; undefined: leave it out as well.
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
