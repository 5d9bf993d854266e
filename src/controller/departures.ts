import type { ControlLoop } from '../cluster/control-loop.ts'
import { TIMING, type Timing } from '../cluster/reflector.ts'
import type { LedgerView } from '../core/departures/verdict.ts'
import { DepartureTerm, type TermOptions } from './departure-term.ts'

interface DeparturesOptions extends Omit<TermOptions, 'timing'> {
  /** @default TIMING */
  readonly timing?: Timing
}

/** Follows the Pods behind load balancers while this process leads, and keeps the ledger of those that have left. */
interface Departures extends ControlLoop {
  /** Undefined: this process does not lead, has not read the Pods yet, or has no permission to. */
  view(): LedgerView | undefined
}

export function createDepartures(options: DeparturesOptions): Departures {
  const all = { timing: TIMING, ...options }
  let term: DepartureTerm | undefined
  return {
    name: 'departures',
    // On doubt it has to end the watch: what is not followed is a gap in the ledger.
    regardlessOfDoubt: true,
    tick: async (signal) => {
      if (term?.signal !== signal) term = new DepartureTerm(all, signal)
      await term.tick()
    },
    view: () => (term?.signal.aborted === false ? term.view() : undefined),
  }
}
