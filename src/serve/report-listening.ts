import type { Logger } from 'pino'
import packageJson from '../../package.json' with { type: 'json' }
import type { ApiServer } from '../cluster/api-server.ts'
import { inSlices } from '../cluster/slices.ts'
import { createGateWatch } from '../controller/gate-watch.ts'
import { LEASE_NAME } from '../controller/run-controller.ts'
import { adoptionOf } from '../core/adoption/adoption.ts'
import { adoptionContext } from '../core/adoption/context.ts'
import { liveGates } from '../core/gates/live-gates.ts'
import type { LiveView } from '../core/inventory/inventory.ts'
import type { Settings } from '../core/model/settings.ts'
import { htmlPieces, PAGE_HEADER } from '../render/html/page.ts'
import { paperOf } from '../render/paint.ts'
import { reportPieces } from '../render/report-text.ts'
import { buildReport, type ReportInputs } from '../report/build-report.ts'
import type { KnownLedger } from '../report/departures.ts'
import { lbcEntry } from '../report/lbc-entry.ts'
import { measuredEntry } from '../report/measured-entry.ts'
import type { Report } from '../report/schema.ts'
import { differingSettings } from '../report/settings.ts'
import { shared } from '../report/shared.ts'
import { resultOfReport } from '../result/from-report.ts'
import { buildReportListener } from '../server/report-listener.ts'
import type { LocalListener } from '../server/server-options.ts'
import { DEFAULT_SETTINGS } from '../settings/schema.ts'
import { NO_LEDGER } from './departures.ts'
import type { KnowledgeSource, KnownFiles } from './knowledge.ts'
import type { Leader } from './leader.ts'

interface ReportListening {
  readonly settings: Settings
  /** What acts on the cluster in this process; undefined: it answers admission only. */
  readonly leader: Pick<Leader, 'ledger' | 'measured'> | undefined
  readonly port: number
  readonly log: Logger
}

/** For a client such as curl: the client's terminal is unknown here. */
const PLAIN = { ...paperOf({ width: 80, color: false }), details: false }

/** The report of a serve: on the cluster that it follows, or on the manifests that it answers from. */
export function reportListener(
  source: KnowledgeSource,
  { settings, leader, port, log }: ReportListening,
): LocalListener | undefined {
  const ledger = leader?.ledger ?? (() => NO_LEDGER)
  const facts = factsOf(source, { settings, ledger, measured: leader?.measured })
  if (facts === undefined) return undefined
  const { inventory, ages } = source
  const inputs: ReportInputs = {
    ...facts,
    knowledge: { inventory, settings },
    version: packageJson.version,
    settings: differingSettings(settings, DEFAULT_SETTINGS),
    ages,
    now: () => new Date(),
  }
  const report = shared((namespace, signal) =>
    buildReport(inputs, namespace === '' ? undefined : namespace, signal),
  )
  const app = buildReportListener<Report>({
    report: (namespace = '', signal) => report(namespace, signal),
    text: (made) => reportPieces(made, PLAIN),
    ledger: () => ledger().kept,
    page: (made) => htmlPieces(resultOfReport(made, { command: 'report' })),
    policy: PAGE_HEADER,
    log,
  })
  return { app, port }
}

interface Known {
  readonly settings: Settings
  /** @param leader the holder of the Lease, if known. */
  readonly ledger: (leader?: string) => KnownLedger
  readonly measured: Leader['measured'] | undefined
}

type Facts = Omit<ReportInputs, 'knowledge' | 'version' | 'settings' | 'ages' | 'now'>

function factsOf(
  { api, live, files }: KnowledgeSource,
  { settings, ledger: departures, measured }: Known,
): Facts | undefined {
  if (api !== undefined && live !== undefined)
    return { ...clusterFacts(api, live, { settings, measured }), departures }
  return files === undefined ? undefined : fileFacts(files, settings)
}

function clusterFacts(api: ApiServer, live: LiveView, { settings, measured }: Omit<Known, 'ledger'>): Facts {
  const watch = createGateWatch({ api, known: live, settings, clock: Date.now })
  const gates = liveGates(live, settings, () => watch.hold())
  const adoption = () => ({
    inventory: live,
    settings,
    now: Date.now(),
    furtherNamespaces: gates.homes(),
    gateSettled: gates.isSettled,
  })
  return {
    source: { api, lease: { namespace: settings.ownNamespace, name: LEASE_NAME } },
    lateExposure: (workload) => adoptionOf(workload, adoptionContext(workload, adoption())),
    // Any replica may be asked, and only the leader watches: so each reads for itself.
    gates: async (signal) => {
      await watch.read(signal)
      return gates.decisions(await inSlices(live.exposedNamespaces()))
    },
    passedOver: () => inSlices(live.passedOver()),
    loadBalancerController: () => lbcEntry(live.lbc(), measuredEntry(measured?.(), settings)),
  }
}

/** With files there is no controller: no workload is rolled out automatically. */
function fileFacts({ inventory, paths, objects, namespace }: KnownFiles, settings: Settings): Facts {
  const gates = liveGates(inventory, settings)
  return {
    source: { manifests: paths, objects, namespace },
    gates: async () => gates.decisions(inventory.exposedNamespaces()),
    passedOver: () => inSlices(inventory.passedOver()),
    loadBalancerController: () => lbcEntry(inventory.lbc()),
  }
}
