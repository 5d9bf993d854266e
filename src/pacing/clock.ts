import { setTimeout as timeout } from 'node:timers/promises'

/** Time, passed in so that tests can control it. */
export interface Clock {
  /** Monotonic, milliseconds: for durations. */
  now(): number
  /** For users and other machines to read; never for durations. */
  date(): Date
  /** Milliseconds. Resolves early, without an error, when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export const SYSTEM_CLOCK: Clock = { now: () => performance.now(), date: () => new Date(), sleep }

/** Milliseconds. Resolves early, without an error, when aborted. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await timeout(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** `V1MicroTime`: the API server requires exactly six digits (apimachinery, meta/v1 micro_time.go RFC3339Micro). */
export const microTime = (date: Date): string => date.toISOString().replace('Z', '000Z')

/**
 * Limits the time of some work. @throws if it has not ended after that many milliseconds. Its signal aborts then, and
 * in any case at the end.
 */
export async function within<T>(
  { ms, clock, signal }: { readonly ms: number; readonly clock: Clock; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController()
  const both = AbortSignal.any([signal, ended.signal])
  const late = clock.sleep(ms, both).then(() => {
    throw new Error(signal.aborted ? 'aborted' : `no answer within ${Math.round(ms / 100) / 10} s`)
  })
  try {
    return await Promise.race([work(both), late])
  } finally {
    ended.abort()
  }
}
