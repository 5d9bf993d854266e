import type { ControlLoop } from '../cluster/control-loop.ts'
import { isInDoubt } from '../core/inventory/inventory.ts'
import { createBackOff } from '../pacing/back-off.ts'
import type { Clock } from '../pacing/clock.ts'

/** Between two ticks of a loop. Milliseconds. */
const INTERVAL = 5_000
/** After ticks that failed, at the longest. Milliseconds. */
const LONGEST_WAIT = 60_000

/** How a tick ended; `waiting`: it was left out, since what is known of the cluster is incomplete or old. */
export type TickOutcome = 'done' | 'waiting' | 'failed'

interface LoopOptions {
  readonly clock: Clock
  readonly random: () => number
  /** Why what is known may be wrong; undefined: it is right. */
  readonly doubt: () => string | undefined
  readonly onTick: (loop: string, outcome: TickOutcome) => void
  readonly onTickFailed: (loop: string, error: unknown) => void
}

/** Ticks until it is aborted, never twice at a time; a tick that fails makes the next come later. */
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
