import packageJson from '../../package.json' with { type: 'json' }
import { auditCluster } from '../audit/audit-cluster.ts'
import { unreachable } from '../audit/reach.ts'
import { type Aws, createAws } from '../aws/connection.ts'
import { type ApiServer, apiServerOf } from '../cluster/api-server.ts'
import { loadKubeConfig } from '../cluster/kube-config.ts'
import { isNoNamespace } from '../cluster/no-namespace.ts'
import { printable } from '../core/model/printable.ts'
import type { Settings } from '../core/model/settings.ts'
import { messageOf } from '../core/model/thrown.ts'
import type { FailOn } from '../judgement/exit.ts'
import { auditExitCode, INTERRUPTED } from '../judgement/exit-code.ts'
import { SYSTEM_CLOCK } from '../pacing/clock.ts'
import { clustersText } from '../render/clusters-text.ts'
import { jsonPieces, yamlText } from '../render/document.ts'
import { renderResult } from '../render/formats.ts'
import { paperOf } from '../render/paint.ts'
import { reportPieces } from '../render/report-text.ts'
import { complain, refuse, type Terminal } from '../render/terminal.ts'
import { CLUSTERS_FORMAT, type ClusterOutcome } from '../report/clusters.ts'
import type { Report } from '../report/schema.ts'
import { differingSettings } from '../report/settings.ts'
import { resultOfClusters } from '../result/from-clusters.ts'
import { resultOfReport } from '../result/from-report.ts'
import { DEFAULT_SETTINGS } from '../settings/schema.ts'
import { interruptible } from './interruption.ts'
import { print } from './print.ts'
import { loadSettings } from './settings-file.ts'

/** The options of `slackwater audit`, as given. */
export interface AuditOptions {
  readonly kubeconfig?: string
  readonly context?: string
  /** Separated by commas. */
  readonly contexts?: string
  readonly namespace?: string
  readonly settings?: string
  /** One of `FORMATS`. */
  readonly output: string
  readonly failOn: FailOn
  readonly details?: true
  readonly try?: true
  readonly aws?: true
  /** Implies `aws`. */
  readonly awsProfile?: string
  readonly quiet?: true
}

/** Clusters that are read at the same time. A choice: each may take 100 MiB. */
const CLUSTERS = 2

/**
 * `slackwater audit`: the result to standard output, progress and problems to standard error.
 * @returns the exit code.
 */
export async function runAudit(options: AuditOptions, terminal: Terminal): Promise<number> {
  const loaded = await loadSettings(options.settings)
  if (!loaded.ok) return refuse(loaded.problems, terminal)
  const contexts = contextsIn(options)
  if (contexts.length === 0) return refuse(['--contexts names no context'], terminal)
  const interruption = interruptible(terminal)
  const aws = awsOf(options, terminal)
  const running = {
    options,
    terminal,
    settings: loaded.settings,
    signal: interruption,
    ...(aws === undefined ? {} : { aws }),
  }
  try {
    const outcomes = await auditAll(contexts, running)
    terminal.status?.('')
    return await tell(outcomes, running)
  } catch (error) {
    terminal.status?.('')
    if (interruption.aborted) return INTERRUPTED
    throw error
  } finally {
    aws?.close()
  }
}

interface Running {
  readonly options: AuditOptions
  readonly terminal: Terminal
  readonly settings: Settings
  readonly signal: AbortSignal
  /** One for all clusters, so that they share its rate; absent: AWS is not asked. */
  readonly aws?: Aws
}

function awsOf({ aws, awsProfile }: AuditOptions, { proxy }: Terminal): Aws | undefined {
  if (aws === undefined) return undefined
  return createAws({ clock: SYSTEM_CLOCK, random: Math.random, profile: awsProfile, proxy })
}

/** Each once, in the order given; undefined stands for the kubeconfig's current context. */
function contextsIn({ context, contexts }: AuditOptions): readonly (string | undefined)[] {
  if (contexts === undefined) return [context]
  const names = contexts.split(',').map((name) => name.trim())
  return [...new Set(names.filter((name) => name !== ''))]
}

async function auditAll(
  contexts: readonly (string | undefined)[],
  running: Running,
): Promise<readonly ClusterOutcome[]> {
  const outcomes = new Map<string | undefined, ClusterOutcome>()
  const waiting = contexts.values()
  const work = async (): Promise<void> => {
    for (const context of waiting) outcomes.set(context, await auditOne(context, running))
  }
  await Promise.all(Array.from({ length: CLUSTERS }, work))
  return contexts.flatMap((context) => outcomes.get(context) ?? [])
}

/** @throws the signal's reason if it is aborted. */
async function auditOne(asked: string | undefined, running: Running): Promise<ClusterOutcome> {
  const { options, terminal, settings, signal, aws } = running
  const loaded = loadKubeConfig({ kubeconfig: options.kubeconfig, context: asked })
  if (!loaded.ok) return { context: asked ?? '', problem: loaded.problem }
  const { config, server } = loaded
  const context = config.getCurrentContext()
  const api = apiServerOf(config, terminal.proxy)
  const problem = (await unreachable(api, signal)) ?? (await withoutNamespace(api, running))
  signal.throwIfAborted()
  if (problem !== undefined) return { context, problem: `${server}: ${problem}` }
  const lead = options.contexts === undefined ? '' : `${context}: `
  try {
    const report = await auditCluster({
      ...{ api, settings, signal, version: packageJson.version, audited: { context, server } },
      differing: differingSettings(settings, DEFAULT_SETTINGS),
      namespace: options.namespace,
      ...(aws === undefined ? {} : { aws }),
      isTrying: options.try === true,
      onStep: (words) => {
        if (options.quiet === undefined) terminal.status?.(printable(`${lead}${words}`))
      },
      now: () => new Date(),
    })
    return { context, report }
  } catch (error) {
    signal.throwIfAborted()
    return { context, problem: `${server}: ${messageOf(error)}` }
  }
}

/** A mistyped one would look like one with nothing to report. Of several clusters, some may not have it. */
async function withoutNamespace(
  api: ApiServer,
  { options: { namespace, contexts }, signal }: Running,
): Promise<string | undefined> {
  if (namespace === undefined || contexts !== undefined) return undefined
  return (await isNoNamespace(api, namespace, signal)) ? `there is no namespace ${namespace}` : undefined
}

/** @returns the exit code. */
async function tell(outcomes: readonly ClusterOutcome[], { options, terminal }: Running): Promise<number> {
  const [first] = outcomes
  const isOne = options.contexts === undefined
  if (isOne && first?.problem !== undefined) return refuse([first.problem], terminal)
  const reports = outcomes.map(({ report }) => report)
  if (isOne && first?.report !== undefined)
    await print(await textOfOne(first.report, options, terminal), terminal)
  else await print(await textOfAll(outcomes, options, terminal), terminal)
  for (const { context, report, problem } of outcomes) {
    const lead = isOne ? '' : `${context}: `
    if (problem !== undefined) complain(`${lead}${problem}`, terminal)
    for (const { part, problem: why } of report?.missing ?? [])
      complain(`${lead}${part} could not be listed completely: ${why}`, terminal, 'warning')
  }
  return auditExitCode(reports, options.failOn)
}

/** How deep a workload is in one report, and in those of several clusters. */
const WORKLOAD = 2
const WORKLOAD_OF_CLUSTER = 5

/** Piece by piece. */
async function textOfOne(
  report: Report,
  options: AuditOptions,
  terminal: Terminal,
): Promise<Iterable<string>> {
  switch (options.output) {
    case 'text':
      return reportPieces(report, detailPaper(options, terminal))
    case 'json':
      return jsonPieces(report, WORKLOAD)
    case 'yaml':
      return [yamlText(report)]
    default:
      return [await renderResult(options.output, resultOfReport(report, { command: 'audit' }))]
  }
}

async function textOfAll(
  clusters: readonly ClusterOutcome[],
  options: AuditOptions,
  terminal: Terminal,
): Promise<Iterable<string>> {
  const document = { formatVersion: CLUSTERS_FORMAT, clusters }
  switch (options.output) {
    case 'text':
      return [clustersText(clusters, detailPaper(options, terminal))]
    case 'json':
      return jsonPieces(document, WORKLOAD_OF_CLUSTER)
    case 'yaml':
      return [yamlText(document)]
    default:
      return [
        await renderResult(
          options.output,
          resultOfClusters(clusters, { command: 'audit', version: packageJson.version }),
        ),
      ]
  }
}

const detailPaper = ({ details }: AuditOptions, { width, color }: Terminal) => ({
  ...paperOf({ width, color }),
  details: details === true,
})
