import type { GroupMeasurement } from '../core/measurement/measurement.ts'

/**
 * What the numbers prove, of the time that the sleep is computed with. Of n departures none took longer than the longest, so
 * with 95 % confidence at most 3 in n of all departures do: the rule of three (Hanley and Lippman-Hand, JAMA 1983, 249: 1743).
 */
export function statementOf(
  { departures, silent, lastRequest, propagation, seen }: GroupMeasurement,
  enough: number,
  basis: 'deletion' | 'deregistration',
): string {
  const isByCall = basis === 'deregistration'
  const { n, max } = (isByCall ? propagation : lastRequest) ?? { n: 0, max: 0 }
  const longest = (isByCall ? seen.propagation : seen.lastRequest) ?? max
  if (departures === 0) return silentText(silent)
  if (n < enough)
    return `${n} of the ${enough} departures that are needed: it is shown, and nothing is computed with it; ${enough - n} more ${enough - n === 1 ? 'is' : 'are'} needed`
  const rate = `with 95 % confidence at most ${percent(3 / n)} of departures take longer (3 in ${n})`
  return `no request was seen later than ${short(longest)} s after the ${basis} in ${n} departures: ${rate}`
}

const silentText = (silent: number): string =>
  silent === 0
    ? 'no Pod is known to have left it within the time of the logs'
    : `${silent} ${silent === 1 ? 'Pod' : 'Pods'} left it, and the logs do not show how long requests still came`

/** One decimal, up. */
const short = (seconds: number): string => String(Math.ceil(seconds * 10) / 10)

const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`
