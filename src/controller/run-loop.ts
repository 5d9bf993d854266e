import type { ControlLoop } from '../cluster/control-loop.ts'
import { isInDoubt } from '../core/inventory/inventory.ts'
import { createBackOff } from '../pacing/back-off.ts'
import type { Clock } from '../pacing/clock.ts'

/** Between two ticks of a loop. Milliseconds. A choice. */
const INTERVAL = 5_000
/** Longest wait after failed ticks, in addition. Milliseconds. A choice. */
const LONGEST_WAIT = 60_000

/** How a tick ended; `waiting`: it was skipped, because the inventory is incomplete or stale. */
export type TickOutcome = 'done' | 'waiting' | 'failed'

interface LoopOptions {
  readonly clock: Clock
  readonly random: () => number
  /** Why the inventory may be wrong; undefined: it is reliable. */
  readonly doubt: () => string | undefined
  readonly onTick: (loop: string, outcome: TickOutcome) => void
  readonly onTickFailed: (loop: string, error: unknown) => void
}

/** Ticks until aborted, never twice at the same time; a failed tick delays the next one. */
export async function runLoop(loop: ControlLoop, options: LoopOptions, signal: AbortSignal): Promise<void> {
  const { clock, random, onTick } = options
  const backOff = createBackOff({ first: INTERVAL, longest: LONGEST_WAIT, random })
  while (!signal.aborted) {
    const outcome = await tick(loop, options, signal)
    if (signal.aborted) return
    onTick(loop.name, outcome)
    if (outcome !== 'failed') backOff.reset()
    await clock.sleep(outcome === 'failed' ? INTERVAL + backOff.next() : INTERVAL, signal)
  }
}

async function tick(loop: ControlLoop, options: LoopOptions, signal: AbortSignal): Promise<TickOutcome> {
  if (loop.regardlessOfDoubt !== true && isInDoubt(options)) return 'waiting'
  try {
    await loop.tick(signal)
    return 'done'
  } catch (error) {
    // An aborted round may throw.
    if (!signal.aborted) options.onTickFailed(loop.name, error)
    return 'failed'
  }
}
