import type { Logger } from 'pino'
import type { ApiServer } from '../cluster/api-server.ts'
import type { ControlLoop } from '../cluster/control-loop.ts'
import { departureTeller } from '../controller/departure-news.ts'
import { createDepartures } from '../controller/departures.ts'
import type { EventRecorder } from '../controller/events.ts'
import { createLedger } from '../core/departures/create-ledger.ts'
import type { LiveView } from '../core/inventory/inventory.ts'
import type { Settings } from '../core/model/settings.ts'
import { SYSTEM_CLOCK } from '../pacing/clock.ts'
import type { KnownLedger } from '../report/departures.ts'
import type { ControllerMetrics } from '../server/controller-metrics.ts'

interface LedgerInputs {
  readonly api: ApiServer
  readonly live: LiveView
  readonly settings: Settings
  readonly events: EventRecorder
  readonly metrics: ControllerMetrics
  readonly log: Logger
}

/** The ledger of departures in this process: the leader keeps it. */
export interface KeptLedger {
  readonly loop: ControlLoop
  readonly leading: (leads: boolean) => void
  /** @param leader the holder of the Lease, if known. */
  readonly state: (leader?: string) => KnownLedger
}

export function keptLedger({ api, live, settings, events, metrics, log }: LedgerInputs): KeptLedger {
  let leads = false
  const departures = createDepartures({
    api,
    live,
    settings,
    newLedger: createLedger,
    onNews: departureTeller({
      ...{ known: live, mode: settings.mode, events, log },
      count: metrics.departures,
    }),
    clock: SYSTEM_CLOCK,
    random: Math.random,
    log,
  })
  return {
    loop: departures,
    leading: (now) => {
      leads = now
    },
    state: (leader) => {
      if (!leads) return { kept: 'elsewhere', why: elsewhere(leader) }
      const view = departures.view()
      return view === undefined ? NOTHING_READ : { kept: 'here', view }
    },
  }
}

const NOTHING_READ: KnownLedger = {
  kept: 'nowhere',
  why: 'this replica leads, and has not read the Pods: it began a moment ago, its copy of the cluster is stale, or it has no permission to list and watch Pods (then its log says so)',
}

/** A process that answers admission only. */
export const NO_LEDGER: KnownLedger = {
  kept: 'nowhere',
  why: 'this slackwater serve only answers admission; one that acts on the cluster keeps the ledger of departures (--controller)',
}

/** An identity is the name of its Pod and random digits. */
const elsewhere = (leader: string | undefined): string =>
  leader === undefined || leader === ''
    ? 'the leader keeps the ledger of departures, and none is known at the moment'
    : `the leader, ${leader.replace(/_[0-9a-f]+$/, '')}, keeps the ledger of departures: run slackwater report in its Pod, or outside the Pods, where it asks the leader`
