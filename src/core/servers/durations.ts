import { type Seconds, seconds } from '../model/seconds.ts'

/**
 * How a server writes a time.
 * - `seconds`, `milliseconds`: a whole number;
 * - `spring`: `60s`, `PT1M`; without a unit milliseconds (Spring Boot: Converting Durations);
 * - `nginx`: `90`, `1m30s`; without a unit seconds (nginx.org: Configuration file measurement units);
 * - `timespan`: `[days.]hours:minutes:seconds` (.NET: TimeSpan.Parse; a number alone is days).
 */
export type TimeFormat = 'seconds' | 'milliseconds' | 'spring' | 'nginx' | 'timespan'

/** No longer text is a time: the longest that means something is an ISO 8601 duration with all its parts. A choice. */
const LONGEST_TEXT = 32

/** A day: what our annotations take, and more than any pod is given. A choice. */
const LONGEST_TIME = 86_400

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** @returns whole seconds, rounded up; undefined where it is no such time, or none that a pod could be given. */
export function timeIn(text: string, format: TimeFormat): Seconds | undefined {
  if (text.length > LONGEST_TEXT) return undefined
  const time = Math.ceil(READ[format](text.trim()) / 1000)
  return time >= 0 && time <= LONGEST_TIME ? seconds(time) : undefined
}

/** Milliseconds; NaN for what is no such time. */
const READ: Readonly<Record<TimeFormat, (text: string) => number>> = {
  seconds: (text) => whole(text) * 1000,
  milliseconds: (text) => whole(text),
  spring: (text) => (/^[+-]?p/i.test(text) ? isoDuration(text) : simpleDuration(text)),
  nginx: (text) => nginxTime(text),
  timespan: (text) => timeSpan(text),
}

const whole = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Number.NaN)

function simpleDuration(text: string): number {
  const [, count = '', unit = 'ms'] = /^(\d+)(ms|s|m|h|d)?$/i.exec(text) ?? []
  return count === '' ? Number.NaN : Number(count) * (MILLISECONDS[unit.toLowerCase()] ?? Number.NaN)
}

function isoDuration(text: string): number {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text)
  if (parts === null || parts.slice(1).every((part) => part === undefined)) return Number.NaN
  const [days = 0, hours = 0, minutes = 0, rest = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  return (((days * 24 + hours) * 60 + minutes) * 60 + rest) * 1000
}

function nginxTime(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000
  if (!/^(?:\d+(?:ms|[dhms]))+$/.test(text)) return Number.NaN
  const parts = [...text.matchAll(/(\d+)(ms|[dhms])/g)]
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (MILLISECONDS[unit] ?? 0), 0)
}

function timeSpan(text: string): number {
  const parts = /^(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?$/.exec(text)
  if (parts === null) return Number.NaN
  const [days = 0, hours = 0, minutes = 0, rest = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  return (((days * 24 + hours) * 60 + minutes) * 60 + rest) * 1000
}
