import { expect, test } from 'vitest'
import { SYSTEM_CLOCK, sleep, within } from '../../src/pacing/clock.ts'

/** Longer than any test: what waits for it to pass fails. Milliseconds. */
const LONG = 3_600_000

test('a sleep that is aborted ends at once and does not throw, before it began as well', async () => {
  const controller = new AbortController()
  const asleep = sleep(LONG, controller.signal)
  controller.abort(new Error('aborted'))
  expect(await asleep).toBeUndefined()
  expect(await sleep(LONG, controller.signal)).toBeUndefined()
})

test('what takes too long is aborted, and named by its time', async () => {
  let limit: AbortSignal | undefined
  const never = within({ ms: 5, clock: SYSTEM_CLOCK, signal: new AbortController().signal }, (signal) => {
    limit = signal
    return new Promise<never>(() => undefined)
  })
  await expect(never).rejects.toThrow('no answer within 0 s')
  expect(limit?.aborted).toBe(true)
})

test('what ends in time is returned', async () => {
  const { signal } = new AbortController()
  expect(await within({ ms: LONG, clock: SYSTEM_CLOCK, signal }, async () => 'done')).toBe('done')
})
