import packageJson from '../../package.json' with { type: 'json' }
import { printable } from '../core/model/printable.ts'
import { EXIT } from '../judgement/exit.ts'
import { INTERRUPTED, measureExitCode } from '../judgement/exit-code.ts'
import { measureDocument } from '../measure/measure-document.ts'
import { type LogsRead, measureLogs } from '../measure/measure-logs.ts'
import { noDepartures } from '../measure/notices.ts'
import type { ReadingOptions } from '../measure/reading.ts'
import type { MeasureDocument } from '../measure/schema.ts'
import { type TimeSpan, timeSpan } from '../measure/time-span.ts'
import { aroundOf } from '../measure/why.ts'
import { SYSTEM_CLOCK } from '../pacing/clock.ts'
import { jsonText, yamlText } from '../render/document.ts'
import { measureText } from '../render/measure-text.ts'
import { paperOf } from '../render/paint.ts'
import { problemText } from '../render/problem-text.ts'
import { complain, refuse, type Terminal } from '../render/terminal.ts'
import { interruptible } from './interruption.ts'
import { applyMeasurement, writeSettings } from './measure-results.ts'
import { type FoundDepartures, loadSources, type SourceOptions } from './measure-sources.ts'

/** The options of `slackwater measure`, as given. */
export interface MeasureOptions extends SourceOptions {
  readonly accessLogs: readonly string[]
  readonly since?: string
  readonly until?: string
  readonly why?: string
  readonly writeSettings?: string
  readonly apply?: true
  readonly dryRun?: true
  readonly output: string
  readonly failOn: 'warning' | 'none'
}

/**
 * `slackwater measure`: the result to standard output, progress and problems to standard error.
 * @returns the exit code.
 */
export async function runMeasure(options: MeasureOptions, terminal: Terminal): Promise<number> {
  const times = timesOf(options)
  const problems = [...times.problems, ...contradictionsIn(options)]
  if (problems.length > 0) return refuse(problems, terminal)
  const signal = interruptible(terminal)
  try {
    return await measureWithin(options, times, { terminal, signal })
  } catch (error) {
    if (!signal.aborted) throw error
    complain('interrupted: nothing was written', terminal)
    return INTERRUPTED
  } finally {
    terminal.status?.('')
  }
}

interface Running {
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

interface Times {
  readonly within: TimeSpan
  readonly why?: { readonly time: string; readonly span: TimeSpan }
  readonly problems: readonly string[]
}

function timesOf({ since, until, why }: MeasureOptions): Times {
  const problems: string[] = []
  const read = (text: string | undefined, option: string): TimeSpan | undefined => {
    const span = text === undefined ? undefined : timeSpan(text)
    if (text !== undefined && span === undefined)
      problems.push(
        `${option} ${text}: there is no such time: expected RFC 3339, such as 2026-11-27T10:04:31Z`,
      )
    return span
  }
  const [from, to, asked] = [read(since, '--since'), read(until, '--until'), read(why, '--why')]
  const within = { from: from?.from ?? Number.NEGATIVE_INFINITY, to: to?.to ?? Number.POSITIVE_INFINITY }
  if (within.from > within.to) problems.push('--since is later than --until')
  return {
    within,
    problems,
    ...(why === undefined || asked === undefined ? {} : { why: { time: why, span: aroundOf(asked) } }),
  }
}

/** Standard input can be read once, and nothing is fetched. */
function contradictionsIn({
  accessLogs,
  departures,
  lbcLog,
  apply,
  dryRun,
}: MeasureOptions): readonly string[] {
  const given = [...accessLogs, ...(departures ?? []), ...(lbcLog ?? [])].filter((one) => one === '-')
  return [
    ...(given.length > 1 ? ['- stands for standard input, and was given more than once'] : []),
    ...[...accessLogs, ...(departures ?? []), ...(lbcLog ?? [])].filter(isAddress).map(notFetched),
    ...(dryRun === true && apply === undefined
      ? ['--dry-run is for --apply: without it nothing is stored']
      : []),
  ]
}

const isAddress = (given: string): boolean => /^[a-z][a-z\d+.-]*:\/\//i.test(given)

const notFetched = (given: string): string =>
  `${given}: expected files or folders on this machine: ${given.startsWith('s3:') ? `fetch them first: aws s3 sync ${given} alb-logs/` : 'fetch them first'}`

async function measureWithin(options: MeasureOptions, times: Times, running: Running): Promise<number> {
  const { terminal, signal } = running
  const reading: ReadingOptions = {
    stdin: terminal.stdin ?? noInput,
    onStep: (words) => terminal.status?.(printable(words)),
    signal,
  }
  const sources = await loadSources(options, terminal, reading)
  if (!sources.ok) return refuse(sources.problems, terminal)
  const { within, why } = times
  if (sources.leaving.length === 0 && why === undefined)
    return refuse([noDepartures(sources.hasControllerLog)], terminal)
  const { leaving } = sources
  const span = why === undefined ? {} : { span: why.span }
  const read = await measureLogs({ paths: options.accessLogs, leaving, reading, within, ...span })
  terminal.status?.('')
  for (const problem of read.reading.problems) complain(problemText(problem), terminal, 'warning')
  const document = measureDocument({
    ...read,
    ...sources,
    ...{ now: SYSTEM_CLOCK.date().getTime(), by: `slackwater measure ${packageJson.version}` },
    sources: sources.names,
    notes: [...sources.notes, ...read.reading.notes],
    ...(why === undefined ? {} : { why }),
  })
  await tell(document, options, terminal)
  return await finish(document, { read, sources, options, ...running })
}

async function* noInput(): AsyncGenerator<Uint8Array> {}

async function tell(
  document: MeasureDocument,
  { output }: MeasureOptions,
  terminal: Terminal,
): Promise<void> {
  if (output === 'json') terminal.out(jsonText(document))
  else if (output === 'yaml') terminal.out(yamlText(document))
  else if (output === 'text') terminal.out(measureText(document, paperOf(terminal)))
  else {
    const { measurePage } = await import('../render/html/measure-page.ts')
    terminal.out(measurePage(document))
  }
}

interface Finishing extends Running {
  readonly read: LogsRead
  readonly sources: FoundDepartures
  readonly options: MeasureOptions
}

/** Writes what was asked for. @returns the exit code. */
async function finish(document: MeasureDocument, finishing: Finishing): Promise<number> {
  const { read, sources, options, terminal, signal } = finishing
  const { writeSettings: file, apply } = options
  const { controllerSetting, enough } = sources.ledgers
  const wrote = file === undefined || (await writeSettings(file, document, controllerSetting, terminal))
  const applied =
    apply === undefined ||
    (await applyMeasurement(read.measurement, document, { options, enough, terminal, signal }))
  if (!wrote || !applied) return EXIT.badInput
  const isUnread = read.reading.problems.some(({ line }) => line === undefined)
  return measureExitCode(document, {
    isIncomplete: sources.isIncomplete || isUnread || read.reading.requests === 0,
    failOn: options.failOn,
  })
}
