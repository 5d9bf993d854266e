import packageJson from '../../package.json' with { type: 'json' }
import { documentWith } from '../cluster/json-list.ts'
import type { FailOn } from '../judgement/exit.ts'
import { reportExitCode } from '../judgement/exit-code.ts'
import { jsonPieces, yamlText } from '../render/document.ts'
import { renderResult } from '../render/formats.ts'
import { paperOf } from '../render/paint.ts'
import { reportPieces } from '../render/report-text.ts'
import { complain, refuse, type Terminal } from '../render/terminal.ts'
import { parseReport } from '../report/parse-report.ts'
import { resultOfReport } from '../result/from-report.ts'
import { print } from './print.ts'

/** Longer than the server's own time limit for reading a cluster. Milliseconds. */
const PATIENCE = 90_000

/** How deep a workload is in a report. */
const WORKLOAD = 2

/** The options of `slackwater report`, as given. */
export interface ReportOptions {
  readonly kubeconfig?: string
  readonly context?: string
  readonly address?: string
  readonly slackwaterNamespace: string
  readonly reportPort: number
  readonly namespace?: string
  /** One of `FORMATS`. */
  readonly output: string
  readonly details?: true
  readonly failOn: FailOn
}

type Received =
  | { readonly ok: true; readonly status: number; readonly body: unknown }
  | { readonly ok: false; readonly problem: string }

/**
 * `slackwater report`: the result to standard output, problems to standard error.
 * @returns the exit code.
 */
export async function runReport(options: ReportOptions, terminal: Terminal): Promise<number> {
  const received = await (options.address === undefined
    ? askCluster(options)
    : askAddress(options.address, options))
  if (!received.ok) return refuse([received.problem], terminal)
  const { status, body } = received
  if (status !== 200) return refuse([`it answered ${status}: ${JSON.stringify(body)}`], terminal)
  const parsed = parseReport(body, packageJson.version)
  if (options.output === 'json') await print(jsonPieces(body, WORKLOAD), terminal)
  else if (options.output === 'yaml') terminal.out(yamlText(body))
  if (!parsed.ok) return refuse([parsed.problem], terminal)
  const { report, skew } = parsed
  if (skew !== undefined) complain(skew, terminal, 'warning')
  const { width, colour } = terminal
  if (options.output === 'text')
    await print(
      reportPieces(report, { ...paperOf({ width, colour }), details: options.details === true }),
      terminal,
    )
  else if (options.output !== 'json' && options.output !== 'yaml')
    terminal.out(await renderResult(options.output, resultOfReport(report, { command: 'report' })))
  for (const { part, problem } of report.missing)
    complain(`${part} are missing: ${problem}`, terminal, 'warning')
  return reportExitCode(report, options.failOn)
}

const pathFor = ({ namespace }: ReportOptions): string =>
  namespace === undefined ? '/report' : `/report?${new URLSearchParams({ namespace })}`

/** The Kubernetes client is loaded here only: a report from --address does not need it. */
async function askCluster(options: ReportOptions): Promise<Received> {
  const { askPod } = await import('../cluster/ask-report.ts')
  const { kubeconfig, context, slackwaterNamespace: namespace, reportPort: port } = options
  const signal = AbortSignal.timeout(PATIENCE)
  const outcome = await askPod({ kubeconfig, context, namespace, port, path: pathFor(options), signal })
  return outcome.ok ? { ok: true, ...outcome.answer } : outcome
}

async function askAddress(address: string, options: ReportOptions): Promise<Received> {
  const url = `http://${address}${pathFor(options)}`
  if (!URL.canParse(url)) return { ok: false, problem: `--address "${address}" is not HOST:PORT` }
  try {
    const headers = { accept: 'application/json' }
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE) })
    return {
      ok: true,
      status: answer.status,
      body: await documentWith('workloads', answer.body),
    }
  } catch (error) {
    const { cause, message } = error instanceof Error ? error : new Error(String(error))
    return {
      ok: false,
      problem: `no answer from ${address}: ${cause instanceof Error ? cause.message : message}`,
    }
  }
}
