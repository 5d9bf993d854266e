import type { Logger } from 'pino'
import { ApiError, isAbsent, isForbidden } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import type { ControlLoop } from '../cluster/control-loop.ts'
import type { LiveView } from '../core/inventory/inventory.ts'
import { refText } from '../core/model/object-ref.ts'
import { isSame } from '../core/model/same.ts'
import type { PolicyReports } from '../core/model/settings.ts'
import { messageOf } from '../core/model/thrown.ts'
import type { WorkloadSummary } from '../core/model/workload.ts'
import type { Clock } from '../pacing/clock.ts'
import { logThrottle } from '../pacing/log-throttle.ts'
import { type Rate, TokenBucket } from '../pacing/rate-limit.ts'
import type { WorkloadEntry } from '../report/schema.ts'
import { type NamespaceReport, namespaceReports } from './document.ts'
import { REPORT_KINDS, REPORT_NAME, type ReportKind } from './kinds.ts'
import {
  applyReport,
  deleteReport,
  isInstalled,
  NO_TIMES,
  type ResultTimes,
  type StoredReport,
  saysTheSame,
  storedReports,
  timesIn,
} from './stored.ts'

/** What is used of a report. */
interface JudgedCluster {
  readonly workloads: readonly WorkloadEntry[]
  readonly missing: readonly { readonly part: string; readonly problem: string }[]
  readonly cluster: { readonly doubt?: string }
}

interface PolicyReportOptions {
  readonly api: ApiServer
  readonly wanted: PolicyReports
  /** Every workload and Pod of the cluster, judged. */
  readonly report: (signal: AbortSignal) => Promise<JudgedCluster>
  readonly live: Pick<LiveView, 'workloads' | 'workload'>
  /** Namespaces in which nothing is written. */
  readonly untouched: readonly string[]
  readonly clock: Clock
  readonly log: Logger
}

/** Between two readings of the cluster if nothing is seen to change. Milliseconds. A choice. */
const EVERY = 10 * 60_000
/** The same after a workload has changed. Milliseconds. A choice: a rollout changes it many times. */
const SOONEST = 60_000
/** A reading may take a twentieth of the time: that of 10,000 Pods takes seconds. A choice. */
const SHARE = 20
/** Writes: a burst, and then five in a second. A choice: etcd and other tools see each of them. */
const WRITES: Rate = { burst: 10, each: 200 }
/** How often the same problem is logged. Milliseconds. A choice. */
const SAID_AGAIN = 10 * 60_000

/**
 * Keeps one report for each namespace with workloads behind a load balancer. Judges as `slackwater report` does, at most
 * once a minute, and writes only what says something else than what is stored.
 */
export const createPolicyReports = (options: PolicyReportOptions): ControlLoop =>
  new PolicyReportLoop(options)

class PolicyReportLoop implements ControlLoop {
  readonly name = 'policy-reports'
  readonly #options: PolicyReportOptions
  readonly #writes: TokenBucket
  readonly #isNews: (problem: string) => boolean
  #due = Number.NEGATIVE_INFINITY
  #soonest = Number.NEGATIVE_INFINITY
  #isOff = false
  /** The workloads as they were judged last, by reference. */
  #judged = new Map<string, WorkloadSummary>()

  constructor(options: PolicyReportOptions) {
    const { clock } = options
    this.#options = options
    this.#writes = new TokenBucket(WRITES, () => clock.now())
    this.#isNews = logThrottle(SAID_AGAIN, () => clock.now())
  }

  async tick(signal: AbortSignal): Promise<void> {
    const { wanted, clock } = this.#options
    if (wanted === 'off') return await this.#switchedOff(signal)
    if (clock.now() < this.#due && !this.#isDueForChange()) return
    const began = clock.now()
    const judged = this.#current()
    this.#due = began + EVERY
    try {
      await this.#round(wanted, signal)
      this.#judged = judged
    } finally {
      this.#soonest = began + Math.max(SOONEST, SHARE * (clock.now() - began))
    }
  }

  #isDueForChange(): boolean {
    if (this.#options.clock.now() < this.#soonest) return false
    const current = this.#current()
    return (
      current.size !== this.#judged.size ||
      [...current].some(([key, summary]) => !isSame(summary, this.#judged.get(key)))
    )
  }

  #current(): Map<string, WorkloadSummary> {
    return new Map([...this.#options.live.workloads()].map((summary) => [refText(summary.ref), summary]))
  }

  /** Once: what was written while the setting asked for it. Without the right to it, nothing is, and nobody is told. */
  async #switchedOff(signal: AbortSignal): Promise<void> {
    if (this.#isOff) return
    for (const kind of await this.#served(signal)) {
      try {
        await this.#deleteAll(kind, signal)
      } catch (error) {
        if (!isForbidden(error)) throw error
      }
    }
    this.#isOff = true
  }

  async #round(wanted: Exclude<PolicyReports, 'off'>, signal: AbortSignal): Promise<void> {
    const served = await this.#served(signal)
    const kind = served.find(({ group }) => wanted === 'auto' || wanted === group)
    for (const other of served) if (other !== kind) await this.#deleteAll(other, signal)
    if (kind === undefined)
      return this.#say(
        `no definition of ${wanted === 'auto' ? 'Report or PolicyReport' : wanted} is installed`,
      )
    const report = await this.#options.report(signal)
    const { doubt } = report.cluster
    if (doubt !== undefined) return
    const [missing] = report.missing
    // Reports of what could not be read would be taken for reports of what is gone.
    if (missing !== undefined) throw new Error(`${missing.part}: ${missing.problem}`)
    await this.#write(kind, this.#wantedReports(report), signal)
  }

  #wantedReports({ workloads }: JudgedCluster): Map<string, NamespaceReport> {
    const { live, untouched } = this.#options
    const reports = new Map(namespaceReports(workloads, (ref) => live.workload(ref)?.live?.uid))
    for (const namespace of untouched) reports.delete(namespace)
    return reports
  }

  /** In the order of REPORT_KINDS. */
  async #served(signal: AbortSignal): Promise<readonly ReportKind[]> {
    const served: ReportKind[] = []
    for (const kind of REPORT_KINDS) if (await isInstalled(this.#options.api, kind, signal)) served.push(kind)
    return served
  }

  /** Nothing is written while a list is read: its pages would expire meanwhile. */
  async #write(kind: ReportKind, wanted: Map<string, NamespaceReport>, signal: AbortSignal): Promise<void> {
    const { api, clock } = this.#options
    const changed: (readonly [NamespaceReport, ResultTimes])[] = []
    const gone: StoredReport[] = []
    for await (const stored of storedReports({ api, kind, signal })) {
      const report = wanted.get(stored.namespace)
      wanted.delete(stored.namespace)
      if (!stored.isOurs) this.#say(`${kind.kind} ${stored.namespace}/${REPORT_NAME} is not Slackwater’s`)
      else if (report === undefined) gone.push(withoutContent(stored))
      else if (!saysTheSame(stored, report)) changed.push([report, timesIn(stored)])
    }
    for (const report of wanted.values()) changed.push([report, NO_TIMES])
    for (const [report, times] of changed)
      await this.#paced(signal, () => applyReport(report, times, { api, kind, now: clock.date(), signal }))
    await this.#delete(gone, kind, signal)
  }

  async #deleteAll(kind: ReportKind, signal: AbortSignal): Promise<void> {
    const found: StoredReport[] = []
    for await (const stored of storedReports({ api: this.#options.api, kind, signal }))
      if (stored.isOurs) found.push(withoutContent(stored))
    await this.#delete(found, kind, signal)
  }

  async #delete(reports: readonly StoredReport[], kind: ReportKind, signal: AbortSignal): Promise<void> {
    const { api } = this.#options
    for (const one of reports) await this.#paced(signal, () => deleteReport(one, { api, kind, signal }))
  }

  /** What one namespace refuses, such as one that is being deleted, does not keep the others waiting. */
  async #paced(signal: AbortSignal, write: () => Promise<void>): Promise<void> {
    while (!this.#writes.take()) {
      await this.#options.clock.sleep(this.#writes.wait(), signal)
      signal.throwIfAborted()
    }
    signal.throwIfAborted()
    try {
      await write()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (!isAbsent(error)) this.#say(messageOf(error))
    }
  }

  #say(problem: string): void {
    if (this.#isNews(problem)) this.#options.log.warn({ problem }, 'policy reports')
  }
}

/** A report may be large, and waits for its turn. */
const withoutContent = (stored: StoredReport): StoredReport => ({ ...stored, raw: undefined })
