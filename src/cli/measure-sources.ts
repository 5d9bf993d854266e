import packageJson from '../../package.json' with { type: 'json' }
import type { LeavingTarget } from '../core/measurement/leaving-target.ts'
import { messageOf } from '../core/model/thrown.ts'
import { LARGEST_INPUT } from '../manifests/paths.ts'
import { readFile } from '../manifests/read-file.ts'
import { joinSources } from '../measure/join-sources.ts'
import { readLbcLogs } from '../measure/lbc-logs.ts'
import { joinLedgers, type Ledgers } from '../measure/ledgers.ts'
import type { LbcLogReading, ReadingOptions } from '../measure/reading.ts'
import { counted } from '../render/counted.ts'
import { problemText } from '../render/problem-text.ts'
import { complain, type Terminal } from '../render/terminal.ts'
import { parseReport } from '../report/parse-report.ts'
import type { Report } from '../report/schema.ts'
import { type AskedReport, askForReport } from './ask-for-report.ts'

/** Where the departures of `slackwater measure` come from. */
export interface SourceOptions extends AskedReport {
  readonly departures?: readonly string[]
  readonly lbcLog?: readonly string[]
}

export interface FoundDepartures {
  readonly ledgers: Ledgers
  /** Ledgers and the log of the controller, joined. */
  readonly leaving: readonly LeavingTarget[]
  /** Where they are from, in words. */
  readonly names: readonly string[]
  /** Whether the log of the load balancer controller is among them. */
  readonly hasControllerLog: boolean
  /** Sentences of the reader of the controller's log, without a final period. */
  readonly notes: readonly string[]
  /** A file could not be read: the rest was. */
  readonly isIncomplete: boolean
}

type LoadedDepartures =
  | ({ readonly ok: true } & FoundDepartures)
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads the departures. What could not be read is reported on standard error; if nothing could, it is the result. */
export async function loadSources(
  options: SourceOptions,
  terminal: Terminal,
  reading: ReadingOptions,
): Promise<LoadedDepartures> {
  const { departures, lbcLog } = options
  const isAsked = departures === undefined && lbcLog === undefined
  const found = isAsked ? await askedReports(options) : await savedReports(departures ?? [], terminal)
  const problems = found.filter((one) => one.report === undefined).map(({ problem = '' }) => problem)
  const reports = found.flatMap(({ report }) => report ?? [])
  const logged = lbcLog === undefined ? undefined : await loggedTargets(lbcLog, terminal, reading)
  if (reports.length === 0 && logged === undefined) return { ok: false, problems }
  for (const problem of [...problems, ...found.flatMap((one) => (one.report ? (one.problem ?? []) : []))])
    complain(problem, terminal, 'warning')
  const ledgers = joinLedgers(reports.map((report) => within(report, options.namespace)))
  return {
    ok: true,
    ledgers,
    leaving: joinSources(ledgers.leaving, logged?.targets ?? []),
    names: [
      ...(isAsked ? ['the ledger of the running Slackwater'] : []),
      ...(!isAsked && reports.length > 0 ? [counted(reports.length, 'saved report')] : []),
      ...(logged === undefined ? [] : ['the log of the load balancer controller']),
    ],
    hasControllerLog: logged !== undefined,
    notes: logged?.notes ?? [],
    isIncomplete: problems.length > 0 || (logged?.problems ?? []).some(({ line }) => line === undefined),
  }
}

/** A report, or why there is none; with a report a problem is a warning about it. */
interface FoundReport {
  readonly report?: Report
  readonly problem?: string
}

async function askedReports(options: AskedReport): Promise<readonly FoundReport[]> {
  const received = await askForReport(options)
  if (!received.ok)
    return [
      {
        problem: `the running Slackwater was not asked for its departures: ${received.problem}. Or give saved reports with --departures, or the log of the load balancer controller with --lbc-log`,
      },
    ]
  const { status, body } = received
  if (status !== 200) return [{ problem: `it answered ${status}: ${JSON.stringify(body)}` }]
  return [reportIn(body, 'the report')]
}

async function savedReports(files: readonly string[], terminal: Terminal): Promise<readonly FoundReport[]> {
  const found: FoundReport[] = []
  for (const file of files) found.push(await savedReport(file, terminal))
  return found
}

async function savedReport(file: string, { readStdin }: Terminal): Promise<FoundReport> {
  const name = file === '-' ? 'standard input' : file
  let text: string
  try {
    const read =
      file === '-' ? { ok: true as const, text: await readStdin() } : await readFile(file, LARGEST_INPUT)
    if (!read.ok) return { problem: `${name}: cannot be read: ${read.reason}` }
    text = read.text
  } catch (error) {
    return { problem: `${name}: cannot be read: ${messageOf(error)}` }
  }
  try {
    return reportIn(JSON.parse(text), name)
  } catch (error) {
    return { problem: `${name}: expected what slackwater report -o json prints: ${messageOf(error)}` }
  }
}

/** Without a ledger it has no departures, and says why. */
function reportIn(document: unknown, name: string): FoundReport {
  const parsed = parseReport(document, packageJson.version)
  if (!parsed.ok)
    return { problem: `${name}: expected what slackwater report -o json prints: ${parsed.problem}` }
  const { report } = parsed
  const { departures } = report
  if (departures === undefined)
    return { problem: `${name}: it has no ledger of departures: an audit, or manifests, or an older version` }
  if (departures.ledger !== 'here')
    return {
      report,
      problem: `${name}: its departures are not known: ${departures.why ?? 'no reason was given'}`,
    }
  return { report }
}

/** Only the departures of one namespace. Its workloads stay: they cost nothing. */
function within(report: Report, namespace: string | undefined): Report {
  const { departures } = report
  if (namespace === undefined || departures === undefined) return report
  const isMeant = ({ workload }: { readonly workload: { readonly namespace: string } }): boolean =>
    workload.namespace === namespace
  const { rollouts, others } = departures
  return {
    ...report,
    departures: { ...departures, rollouts: rollouts.filter(isMeant), others: others.filter(isMeant) },
  }
}

async function loggedTargets(
  paths: readonly string[],
  terminal: Terminal,
  reading: ReadingOptions,
): Promise<LbcLogReading> {
  const read = await readLbcLogs(paths, reading)
  for (const problem of read.problems) complain(problemText(problem), terminal, 'warning')
  return read
}
