import type { Logger } from 'pino'
import { strangersThrottle } from '../pacing/log-throttle.ts'
import { remember } from '../pacing/remember.ts'

/** Addresses to remember: there are few API servers. A choice; beyond it the oldest is forgotten. */
const REMEMBERED = 256

/**
 * Logs each address with its first request, so that an unexpected caller is seen.
 * @param now monotonic, milliseconds.
 */
export function watchCallers(log: Logger, now: () => number): (from: string) => void {
  const known = new Map<string, true>()
  const limit = strangersThrottle(now)
  return (from) => {
    if (known.has(from)) return
    remember(known, from, true, REMEMBERED)
    const leftOut = limit(from)
    if (leftOut !== undefined) log.info({ from, ...leftOutField(leftOut) }, 'first request from this address')
  }
}

export const leftOutField = (leftOut: number): { readonly leftOut?: number } =>
  leftOut === 0 ? {} : { leftOut }
