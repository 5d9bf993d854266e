import { isAbsent, isForbidden } from '../cluster/api-error.ts'
import { createBackOff } from '../pacing/back-off.ts'
import type { Clock } from '../pacing/clock.ts'
import { JITTER_FACTOR, type Lease, type LeaseAttempt, RENEW_DEADLINE, RETRY_PERIOD } from './lease.ts'

/** Between attempts that cannot succeed before a permission is granted or the namespace is created. Milliseconds. */
const LONGEST_WAIT = 60_000

interface ElectionListener {
  /** This process has become the leader. */
  readonly onElected: () => void
  /** This process is no longer the leader; with the reason, as a clause. */
  readonly onEnded: (why: string) => void
  /** An attempt failed and will be repeated. */
  readonly onProblem: (error: unknown) => void
}

interface ElectionOptions extends ElectionListener {
  readonly lease: Lease
  readonly clock: Clock
  readonly random: () => number
  /** The leader's work, until its signal aborts: then it must end soon, and write nothing more. */
  readonly lead: (signal: AbortSignal) => Promise<void>
}

/** Stands for election again and again, until aborted; a leader then releases the lease. */
export async function standForElection(options: ElectionOptions, signal: AbortSignal): Promise<void> {
  for (;;) {
    const began = await acquire(options, signal)
    if (began === undefined) return
    await serveTerm(began, options, signal)
  }
}

/** @returns when the successful attempt began, on the clock; undefined if aborted. */
async function acquire(options: ElectionOptions, signal: AbortSignal): Promise<number | undefined> {
  const { lease, clock, random, onProblem } = options
  const backOff = createBackOff({ first: RETRY_PERIOD, longest: LONGEST_WAIT, random })
  while (!signal.aborted) {
    const began = clock.now()
    let wait = RETRY_PERIOD * (1 + JITTER_FACTOR * random())
    try {
      const { held } = await lease.attempt(signal)
      if (held) return began
      backOff.reset()
    } catch (error) {
      if (signal.aborted) return undefined
      onProblem(error)
      if (isForbidden(error) || isAbsent(error)) wait = backOff.next()
    }
    await clock.sleep(wait, signal)
  }
  return undefined
}

async function serveTerm(began: number, options: ElectionOptions, signal: AbortSignal): Promise<void> {
  const { lease, lead, onElected, onEnded, onProblem } = options
  const term = new AbortController()
  onElected()
  const work = lead(AbortSignal.any([signal, term.signal])).catch(onProblem)
  const why = await renew(began, options, signal)
  term.abort()
  onEnded(why)
  // Not before the work has ended: the next step lets another process lead.
  await work
  if (signal.aborted) await lease.release(new AbortController().signal).catch(onProblem)
  else lease.giveUp()
}

/** @returns why the lease can no longer be relied on. */
async function renew(began: number, options: ElectionOptions, signal: AbortSignal): Promise<string> {
  const { clock } = options
  let deadline = began + RENEW_DEADLINE
  for (;;) {
    await clock.sleep(Math.min(RETRY_PERIOD, deadline - clock.now()), signal)
    if (signal.aborted) return 'leaving'
    // The record may be written at any time after the request began: other processes count from then at the earliest.
    const attempted = clock.now()
    if (attempted >= deadline) return `not renewed for ${RENEW_DEADLINE / 1000} s`
    const attempt = await tryRenewal(deadline - attempted, options, signal)
    if (attempt?.held === true) deadline = attempted + RENEW_DEADLINE
    if (attempt?.held === false) return attempt.lostTo
  }
}

/** @returns undefined if it failed and may be retried. */
async function tryRenewal(
  ms: number,
  { lease, onProblem }: ElectionOptions,
  signal: AbortSignal,
): Promise<LeaseAttempt | undefined> {
  try {
    return await lease.attempt(signal, ms)
  } catch (error) {
    if (!signal.aborted) onProblem(error)
    return undefined
  }
}
