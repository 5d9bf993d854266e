import type { Logger } from 'pino'
import { modeOfWorkload } from '../assessment/modes.ts'
import type { News } from '../core/departures/ledger.ts'
import { ROLLOUT_EVENTS, rolloutNote } from '../core/departures/rollout-event.ts'
import type { DepartureOutcome, RolloutRecord } from '../core/departures/verdict.ts'
import { rolloutReasons, rolloutText } from '../core/departures/words.ts'
import type { LiveView } from '../core/inventory/inventory.ts'
import { refText } from '../core/model/object-ref.ts'
import type { Mode } from '../core/model/settings.ts'
import type { EventRecorder, ObjectEvent, Regarding } from './events.ts'
import { regardingOf } from './regarding.ts'

/** The numbers of departures, as metrics. */
interface DepartureCounts {
  readonly departure: (outcome: DepartureOutcome) => void
  /** Seconds for which the hooks of a Pod held SIGTERM back. */
  readonly slept: (seconds: number) => void
  /** Seconds from ready containers to the readiness gate of the target. */
  readonly gatePassed: (seconds: number) => void
  /** In the mode of its workload as it stands when the rollout has ended. */
  readonly rollout: (verdict: DepartureOutcome, mode: Mode) => void
}

interface TellerOptions {
  readonly known: Pick<LiveView, 'workload' | 'namespace'>
  /** Of the installation. */
  readonly mode: Mode
  readonly events: EventRecorder
  readonly log: Logger
  readonly count: DepartureCounts
}

/** Tells what has become certain of Pods that left: each rollout on its workload and in the log, everything as numbers. */
export const departureTeller =
  ({ known, mode, events, log, count }: TellerOptions) =>
  ({ departures, rollouts, gatesPassed }: News): void => {
    for (const { outcome, slept } of departures) {
      count.departure(outcome)
      if (slept !== undefined) count.slept(slept)
    }
    for (const seconds of gatesPassed) count.gatePassed(seconds)
    for (const record of rollouts) {
      count.rollout(record.verdict, modeOfWorkload(record.workload, known, mode))
      log[record.verdict === 'exposed' ? 'warn' : 'info'](lineOf(record), 'rollout')
      events.record(rolloutEvent(record, regardingOf(record.workload, known)))
    }
  }

const lineOf = (record: RolloutRecord) => ({
  workload: refText(record.workload),
  revision: record.revision,
  verdict: record.verdict,
  what: rolloutText(record),
  ...record.departures,
  ...(record.shortestSleep === undefined ? {} : { shortestSleep: record.shortestSleep }),
  gatesHeld: record.gates.held,
  gatesOf: record.gates.of,
  reasons: rolloutReasons(record).map(({ id }) => id),
})

const rolloutEvent = (record: RolloutRecord, regarding: Regarding): ObjectEvent => ({
  regarding,
  ...ROLLOUT_EVENTS[record.verdict],
  action: 'Observe',
  note: rolloutNote(record),
})
