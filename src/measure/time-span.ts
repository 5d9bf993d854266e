/** From and to, milliseconds since 1970; both belong to it. */
export interface TimeSpan {
  readonly from: number
  readonly to: number
}

/** A date, then hours, minutes, seconds and their fraction as far as they are given, then a zone. */
const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?([Zz]|[+-]\d{2}:\d{2})?)?$/

const SECOND = 1_000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

/**
 * A time as RFC 3339 has it, or a part of it: what is left out is the length of the span, so `2026-11-27T10:04` is the whole
 * minute. Without a zone it is UTC, as the times of access logs are.
 * @returns undefined if it is none, such as 30 February.
 */
export function timeSpan(text: string): TimeSpan | undefined {
  const [whole, date = '', hour, minute, second, fraction, zone = 'Z'] = TIME.exec(text) ?? []
  if (whole === undefined) return undefined
  const clock = `${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}.${(fraction ?? '').slice(0, 3).padEnd(3, '0')}`
  // Parsed without the zone first: the parser takes 30 February for 2 March.
  const plain = Date.parse(`${date}T${clock}Z`)
  if (Number.isNaN(plain) || new Date(plain).toISOString() !== `${date}T${clock}Z`) return undefined
  const from = Date.parse(`${date}T${clock}${zone.toUpperCase()}`)
  if (Number.isNaN(from)) return undefined
  const length =
    hour === undefined ? DAY : second === undefined ? MINUTE : fraction === undefined ? SECOND : 1
  return { from, to: from + length - 1 }
}
