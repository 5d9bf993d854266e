import type { Phase, PhaseKind } from '../core/budget/timeline.ts'
import type { Paper } from './paint.ts'
import { wrap } from './wrap.ts'

const LABEL = 'load balancer  '.length
const INDENT = '  '

/** One glyph per phase: solid while new requests come, shaded while they decrease, light while they end. */
const GLYPH: Readonly<Record<PhaseKind, string>> = { unaware: '█', stopping: '▓', finishing: '░' }
const MEANING: Readonly<Record<PhaseKind, string>> = {
  unaware: 'sends',
  stopping: 'some nodes still send',
  finishing: 'finishes open requests',
}
const SLEEP = '─'
const SHUTDOWN = '▒'

/** When SIGTERM and SIGKILL come. Seconds after the deletion. */
interface Ending {
  readonly sigterm: number
  readonly sigkill: number
}

/** Maps seconds to columns. */
interface Scale {
  readonly columns: number
  readonly columnOf: (second: number) => number
}

/**
 * A Pod's termination, drawn to scale: how long it sleeps, when the load balancer stops, when SIGTERM and SIGKILL
 * come. Every line fits the paper.
 */
export function drawTimeline(phases: readonly Phase[], ending: Ending, paper: Paper): readonly string[] {
  const { paint } = paper
  const scale = scaleOf(phases, [ending], paper)
  const { sigterm, sigkill } = ending
  return [
    ...drawBalancer(phases, [ending], { scale, paper }),
    row('preStop', paint.cyan(sleepBar(sigterm, scale))),
    row('application', ' '.repeat(scale.columnOf(sigterm)) + paint.magenta(shutdownBar(ending, scale))),
    ...below(`SIGTERM at ${sigterm} s, SIGKILL at ${sigkill} s at the latest`, paper),
    ...below(legend(phases), paper),
  ]
}

/** The same termination without and with a change, on one scale. */
export function drawComparison(
  phases: readonly Phase[],
  [before, after]: readonly [Ending, Ending],
  paper: Paper,
): readonly string[] {
  const scale = scaleOf(phases, [before, after], paper)
  const bar = (ending: Ending): string => sleepBar(ending.sigterm, scale) + shutdownBar(ending, scale)
  return [
    ...drawBalancer(phases, [before, after], { scale, paper }),
    row('pod, before', paper.paint.red(bar(before))),
    row('pod, after', paper.paint.green(bar(after))),
  ]
}

const row = (label: string, bar: string): string => `${INDENT}${label.padEnd(LABEL)}${bar}`

const below = (text: string, { width, paint }: Paper): readonly string[] =>
  wrap(text, { width, lead: row('', '') }).map(paint.dim)

function scaleOf(phases: readonly Phase[], endings: readonly Ending[], { width }: Paper): Scale {
  const columns = width - INDENT.length - LABEL - 1
  const end = Math.max(1, phases.at(-1)?.to ?? 0, ...endings.map(({ sigkill }) => sigkill))
  return { columns, columnOf: (second) => Math.round((second / end) * columns) }
}

interface Drawing {
  readonly scale: Scale
  readonly paper: Paper
}

function drawBalancer(
  phases: readonly Phase[],
  endings: readonly Ending[],
  { scale, paper }: Drawing,
): readonly string[] {
  const marks = [
    0,
    ...phases.map(({ to }) => to),
    ...endings.flatMap(({ sigterm, sigkill }) => [sigterm, sigkill]),
  ]
  const bars = phases.map((phase) => phaseBar(phase, scale)).join('')
  return [row('seconds', numbers(marks, scale)), row('load balancer', paper.paint.yellow(bars))]
}

const phaseBar = ({ kind, from, to }: Phase, { columnOf }: Scale): string =>
  GLYPH[kind].repeat(Math.max(0, columnOf(to) - columnOf(from)))

const sleepBar = (sigterm: number, { columnOf }: Scale): string =>
  SLEEP.repeat(Math.max(0, columnOf(sigterm) - 1)) + (sigterm > 0 ? '┤' : '')

const shutdownBar = ({ sigterm, sigkill }: Ending, { columnOf }: Scale): string =>
  `${SHUTDOWN.repeat(Math.max(0, columnOf(sigkill) - columnOf(sigterm) - 1))}┤`

const legend = (phases: readonly Phase[]): string =>
  [...new Set(phases.map(({ kind }) => kind))].map((kind) => `${GLYPH[kind]} ${MEANING[kind]}`).join('  ')

/** The numbers at which the bars change; one that would touch its neighbor is left out, but never the last. */
function numbers(marks: readonly number[], { columns, columnOf }: Scale): string {
  const wanted = [...new Set(marks)].sort((a, b) => a - b)
  const last = wanted.at(-1) ?? 0
  const limit = columns - String(last).length
  let line = ''
  for (const mark of wanted) {
    const at = Math.min(columnOf(mark), limit)
    const fits = mark === last || at + String(mark).length < limit
    if (!fits || (line !== '' && at <= line.length)) continue
    line = line.padEnd(at) + String(mark)
  }
  return line
}
