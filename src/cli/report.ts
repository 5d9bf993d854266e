import packageJson from '../../package.json' with { type: 'json' }
import type { FailOn } from '../judgement/exit.ts'
import { reportExitCode } from '../judgement/exit-code.ts'
import { jsonPieces, yamlText } from '../render/document.ts'
import { renderResult } from '../render/formats.ts'
import { paperOf } from '../render/paint.ts'
import { reportPieces } from '../render/report-text.ts'
import { complain, refuse, type Terminal } from '../render/terminal.ts'
import { parseReport } from '../report/parse-report.ts'
import { resultOfReport } from '../result/from-report.ts'
import { type AskedReport, askForReport } from './ask-for-report.ts'
import { print } from './print.ts'

/** How deep a workload is in a report. */
const WORKLOAD = 2

/** The options of `slackwater report`, as given. */
export interface ReportOptions extends AskedReport {
  /** One of `FORMATS`. */
  readonly output: string
  readonly details?: true
  readonly failOn: FailOn
}

/**
 * `slackwater report`: the result to standard output, problems to standard error.
 * @returns the exit code.
 */
export async function runReport(options: ReportOptions, terminal: Terminal): Promise<number> {
  const received = await askForReport(options)
  if (!received.ok) return refuse([received.problem], terminal)
  const { status, body } = received
  if (status !== 200) return refuse([`it answered ${status}: ${JSON.stringify(body)}`], terminal)
  const parsed = parseReport(body, packageJson.version)
  if (options.output === 'json') await print(jsonPieces(body, WORKLOAD), terminal)
  else if (options.output === 'yaml') terminal.out(yamlText(body))
  if (!parsed.ok) return refuse([parsed.problem], terminal)
  const { report, skew } = parsed
  if (skew !== undefined) complain(skew, terminal, 'warning')
  const { width, color } = terminal
  if (options.output === 'text')
    await print(
      reportPieces(report, { ...paperOf({ width, color }), details: options.details === true }),
      terminal,
    )
  else if (options.output !== 'json' && options.output !== 'yaml')
    terminal.out(await renderResult(options.output, resultOfReport(report, { command: 'report' })))
  for (const { part, problem } of report.missing)
    complain(`${part} are missing: ${problem}`, terminal, 'warning')
  return reportExitCode(report, options.failOn)
}
