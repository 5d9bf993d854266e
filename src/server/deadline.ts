/** Milliseconds in each unit of a Go duration (time.ParseDuration). */
const UNIT: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 1e-6,
}

const PART = /(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)/y

declare const unit: unique symbol
/** A time span in milliseconds. */
export type Milliseconds = number & { readonly [unit]: 'ms' }

/**
 * Reads the API server's time limit, `?timeout=5s`, a Go duration such as `1m30s` or `500ms`. Undefined if there is
 * none, or if it is unreadable.
 */
export function parseTimeout(text: unknown): Milliseconds | undefined {
  if (typeof text !== 'string' || text === '') return undefined
  let total = 0
  PART.lastIndex = 0
  while (PART.lastIndex < text.length) {
    const [, count, name] = PART.exec(text) ?? []
    if (count === undefined || name === undefined) return undefined
    total += Number(count) * (UNIT[name] ?? 0)
  }
  return total as Milliseconds
}
