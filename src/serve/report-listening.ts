import type { Logger } from 'pino'
import packageJson from '../../package.json' with { type: 'json' }
import { inSlices } from '../cluster/slices.ts'
import { LEASE_NAME } from '../controller/run-controller.ts'
import { adoptionOf } from '../core/adoption/adoption.ts'
import { adoptionContext } from '../core/adoption/context.ts'
import { liveGates } from '../core/gates/live-gates.ts'
import type { Settings } from '../core/model/settings.ts'
import type { WorkloadSummary } from '../core/model/workload.ts'
import { paperOf } from '../render/paint.ts'
import { reportText } from '../render/report-text.ts'
import { buildReport } from '../report/build-report.ts'
import { lbcEntry } from '../report/lbc-entry.ts'
import type { Report } from '../report/schema.ts'
import { differingSettings } from '../report/settings.ts'
import { shared } from '../report/shared.ts'
import { buildReportListener } from '../server/report-listener.ts'
import type { LocalListener } from '../server/server-options.ts'
import { DEFAULT_SETTINGS } from '../settings/schema.ts'
import type { KnowledgeSource } from './knowledge.ts'

interface ReportListening {
  readonly settings: Settings
  readonly port: number
  readonly log: Logger
}

/** What somebody reads who asks with curl: no terminal is known here. */
const PLAIN = { ...paperOf({ width: 80, colour: false }), details: false }

/** The report of a serve that follows a cluster; from files there is nothing running to report on. */
export function reportListener(
  { inventory, api, live, ages }: KnowledgeSource,
  { settings, port, log }: ReportListening,
): LocalListener | undefined {
  if (api === undefined || live === undefined) return undefined
  const gates = liveGates(live, settings)
  const adoption = () => ({
    inventory: live,
    settings,
    now: Date.now(),
    furtherNamespaces: gates.homes(),
    gateSettled: gates.isSettled,
  })
  const inputs = {
    api,
    knowledge: { inventory, settings },
    version: packageJson.version,
    settings: differingSettings(settings, DEFAULT_SETTINGS),
    ages,
    lease: { namespace: settings.ownNamespace, name: LEASE_NAME },
    lateExposure: (workload: WorkloadSummary) => adoptionOf(workload, adoptionContext(workload, adoption())),
    gates: async () => gates.decisions(await inSlices(live.exposedNamespaces())),
    passedOver: () => inSlices(live.passedOver()),
    loadBalancerController: () => lbcEntry(live.lbc()),
    now: () => new Date(),
  }
  const report = shared((namespace, signal) =>
    buildReport(inputs, namespace === '' ? undefined : namespace, signal),
  )
  const app = buildReportListener<Report>({
    report: (namespace = '', signal) => report(namespace, signal),
    text: (made) => reportText(made, PLAIN),
    log,
  })
  return { app, port }
}
