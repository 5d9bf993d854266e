import type { Logger } from 'pino'
import type { LiveView } from '../core/inventory/inventory.ts'
import { refText } from '../core/model/object-ref.ts'
import { gateWordsText, type StuckGate } from '../core/model/stuck-gate.ts'
import type { EventRecorder, ObjectEvent, Regarding } from './events.ts'
import { regardingOf } from './regarding.ts'

interface TellerOptions {
  readonly known: Pick<LiveView, 'workload'>
  readonly events: EventRecorder
  readonly log: Logger
}

/** Tells once of each gate that is stuck, on its workload and in the log, and in the log when it is settled. */
export class StuckGateTeller {
  readonly #options: TellerOptions
  /** By workload and gate: the reason that was told. */
  readonly #told = new Map<string, string>()

  constructor(options: TellerOptions) {
    this.#options = options
  }

  tell(stuck: readonly StuckGate[]): void {
    for (const one of stuck) this.#tellOf(one)
    const current = new Set(stuck.map(keyOf))
    for (const key of [...this.#told.keys()].filter((one) => !current.has(one))) {
      this.#told.delete(key)
      this.#options.log.info({ gate: key }, 'readiness gate settled')
    }
  }

  #tellOf(stuck: StuckGate): void {
    const { known, events, log } = this.#options
    const reason = stuck.reason ?? ''
    if (this.#told.get(keyOf(stuck)) === reason) return
    this.#told.set(keyOf(stuck), reason)
    log.warn(
      {
        workload: refText(stuck.workload),
        pod: stuck.pod.name,
        gate: stuck.gate,
        condition: gateWordsText(stuck),
      },
      'readiness gate stuck',
    )
    events.record(stuckEvent(stuck, regardingOf(stuck.workload, known)))
  }
}

const keyOf = ({ workload, gate }: StuckGate): string => `${refText(workload)} ${gate}`

const stuckEvent = (stuck: StuckGate, regarding: Regarding): ObjectEvent => ({
  regarding,
  type: 'Warning',
  reason: 'ReadinessGateStuck',
  action: 'HoldBack',
  note: `Pod ${stuck.pod.name} is not ready: its containers are, but its readiness gate ${stuck.gate} has not passed within ${stuck.limit} s: ${gateWordsText(stuck)}. Until it passes, Slackwater labels no further namespace.`,
})
