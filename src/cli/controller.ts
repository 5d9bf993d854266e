import type { Logger } from 'pino'
import type { ApiServer } from '../cluster/api-server.ts'
import { SYSTEM_CLOCK } from '../controller/clock.ts'
import type { ControlLoop } from '../controller/control-loop.ts'
import { createEventRecorder } from '../controller/event-recorder.ts'
import type { EventRecorder } from '../controller/events.ts'
import { ownIdentity } from '../controller/identity.ts'
import { runController } from '../controller/run-controller.ts'
import { createSparing } from '../controller/sparing.ts'
import type { LiveView } from '../core/inventory/inventory.ts'
import { refText } from '../core/model/object-ref.ts'
import type { Settings } from '../core/model/settings.ts'
import type { ControllerMetrics } from '../server/controller-metrics.ts'

/** How often it is logged that Events cannot be written. Milliseconds. */
const SAID_AGAIN = 60_000

export interface ControllerInputs {
  readonly api: ApiServer
  readonly live: LiveView
  readonly settings: Settings
  readonly metrics: ControllerMetrics
  readonly log: Logger
}

/** What a control loop may be made of. */
interface Parts extends ControllerInputs {
  readonly events: EventRecorder
}

/** What the leader does, side by side. A further loop is a line here. */
const loopsOf = (_parts: Parts): readonly ControlLoop[] => []

/** Everything that writes to the cluster, until it is aborted; then the lease is handed over. */
export async function actOnCluster(inputs: ControllerInputs, signal: AbortSignal): Promise<void> {
  const { api, live, settings, metrics, log } = inputs
  const identity = ownIdentity()
  const events = recorderOf(inputs, identity, signal)
  await runController(
    {
      api,
      namespace: settings.ownNamespace,
      identity,
      loops: loopsOf({ ...inputs, events }),
      doubt: () => live.doubt?.(),
      clock: SYSTEM_CLOCK,
      random: Math.random,
      log,
      onLeading: metrics.leading,
      onTick: metrics.tick,
    },
    signal,
  )
  await events.flush()
}

function recorderOf({ api, metrics, log }: ControllerInputs, instance: string, signal: AbortSignal) {
  const isNews = createSparing(SAID_AGAIN, SYSTEM_CLOCK.now)
  return createEventRecorder({
    api,
    clock: SYSTEM_CLOCK,
    random: Math.random,
    instance,
    signal,
    onOutcome: metrics.event,
    onFailure: ({ regarding, reason }, error) => {
      const said = error instanceof Error ? error.message : String(error)
      if (isNews('')) log.warn({ object: refText(regarding), reason, error: said }, 'event not written')
    },
  })
}
