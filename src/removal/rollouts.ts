import { isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { readObject } from '../cluster/objects.ts'
import { messageOf } from '../core/model/thrown.ts'
import { type RolloutProgress, rolloutProgress } from '../kubernetes/rollout-progress.ts'
import type { Clock } from '../pacing/clock.ts'
import type { FoundWorkload } from './find-workloads.ts'

/** Between two checks of a rollout. Milliseconds. A choice. */
const INTERVAL = 2_000

interface Waiting {
  readonly api: ApiServer
  readonly clock: Clock
  /** Milliseconds. */
  readonly timeout: number
  readonly signal: AbortSignal
  /** Called once for each workload, when there is nothing more to wait for. */
  readonly onEnd: (workload: FoundWorkload, progress: RolloutProgress) => void
}

/**
 * Waits for the rollouts of a batch, until each one is done or needs a user, one is stuck, or the time is over. Those
 * still in progress are then reported as such.
 */
export async function waitForRollouts(batch: readonly FoundWorkload[], waiting: Waiting): Promise<void> {
  const { clock, timeout, signal, onEnd } = waiting
  const deadline = clock.now() + timeout
  let pending = batch
  while (pending.length > 0 && !signal.aborted) {
    const inspected = await Promise.all(
      pending.map(async (workload) => ({ workload, progress: await progressOf(workload, waiting) })),
    )
    const isOver = clock.now() >= deadline || inspected.some(({ progress }) => progress.state === 'stuck')
    const under = inspected.filter(({ progress }) => progress.state === 'rolling')
    for (const { workload, progress } of inspected)
      if (isOver || progress.state !== 'rolling') onEnd(workload, progress)
    if (isOver) return
    pending = under.map(({ workload }) => workload)
    if (pending.length > 0) await clock.sleep(INTERVAL, signal)
  }
}

/** A short outage of the API server does not end the wait. */
async function progressOf(
  { path }: FoundWorkload,
  { api, signal }: Pick<Waiting, 'api' | 'signal'>,
): Promise<RolloutProgress> {
  try {
    return rolloutProgress(await readObject(api, path, signal))
  } catch (error) {
    if (isAbsent(error)) return { state: 'done' }
    return { state: 'rolling', why: `cannot be read: ${messageOf(error)}` }
  }
}
