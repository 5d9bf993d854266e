declare const unit: unique symbol

/** A whole number of seconds. Every time in the core has this type; a bare number is never a time. */
export type Seconds = number & { readonly [unit]: 's' }

export const seconds = (count: number): Seconds => count as Seconds

/** The longest time: a larger whole number is not exact in JSON, as we read and write it (RFC 8259, section 6). */
export const LONGEST: Seconds = seconds(Number.MAX_SAFE_INTEGER)

/** A sum, at most `LONGEST`, so that it stays exact. */
export function add(...parts: readonly Seconds[]): Seconds {
  let sum = seconds(0)
  for (const part of parts) sum = seconds(Math.min(LONGEST, sum + part))
  return sum
}

export const subtract = (from: Seconds, part: Seconds): Seconds => seconds(from - part)

/** The longest of several times; 0 for none. */
export function longest(times: Iterable<Seconds>): Seconds {
  let most = seconds(0)
  for (const time of times) if (time > most) most = time
  return most
}

export const shorter = (a: Seconds, b: Seconds): Seconds => (a < b ? a : b)

export const longer = (a: Seconds, b: Seconds): Seconds => (a > b ? a : b)
