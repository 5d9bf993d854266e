import { setTimeout as timeout } from 'node:timers/promises'

/** Time, handed in so that tests can let it pass. */
export interface Clock {
  /** Monotonic, milliseconds: for spans. */
  now(): number
  /** For people and other machines to read; never measured with. */
  date(): Date
  /** Milliseconds. Ends early, and does not throw, when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export const SYSTEM_CLOCK: Clock = { now: () => performance.now(), date: () => new Date(), sleep }

/** Milliseconds. Ends early, and does not throw, when it is aborted. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await timeout(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** `V1MicroTime`: the API server wants exactly six digits of the second (apimachinery, meta/v1 micro_time.go RFC3339Micro). */
export const microTime = (date: Date): string => date.toISOString().replace('Z', '000Z')

/** @throws where the work has not ended after so many milliseconds; its signal is aborted then, and in any case at the end. */
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
