import type { Budget } from '../../core/budget/budget.ts'
import { type Phase, type PhaseKind, phasesOf } from '../../core/budget/timeline.ts'
import type { Ending } from '../../core/decision/aftermath.ts'
import type { Paper } from './paint.ts'

const LABEL = 'load balancer  '.length
const INDENT = '  '

/** One glyph a phase: solid while new requests come, shaded while they dwindle, light while they end. */
const GLYPH: Readonly<Record<PhaseKind, string>> = { unaware: '█', stopping: '▓', finishing: '░' }
const MEANING: Readonly<Record<PhaseKind, string>> = {
  unaware: 'sends',
  stopping: 'some of it still sends',
  finishing: 'finishes what was begun',
}
const SLEEP = '─'
const SHUTDOWN = '▒'

/**
 * A pod's end, drawn to scale: who sleeps, when the load balancer stops, when SIGTERM and SIGKILL come.
 * Every line fits the paper.
 */
export function drawTimeline(
  { decidedBy }: Budget,
  { sigterm, sigkill }: Ending,
  paper: Paper,
): readonly string[] {
  const { width, paint } = paper
  const phases = phasesOf(decidedBy)
  const columns = width - INDENT.length - LABEL - 1
  const end = Math.max(sigkill, phases.at(-1)?.to ?? 0, 1)
  const column = (second: number): number => Math.round((second / end) * columns)
  const row = (label: string, bar: string): string => `${INDENT}${label.padEnd(LABEL)}${bar}`
  const balancer = phases.map((phase) => bar(phase, column)).join('')
  const sleep = SLEEP.repeat(Math.max(0, column(sigterm) - 1)) + (sigterm > 0 ? '┤' : '')
  const shutdown = SHUTDOWN.repeat(Math.max(0, column(sigkill) - column(sigterm) - 1))
  const marks = [...phases.map(({ to }) => to), sigterm, sigkill]
  return [
    row('seconds', scale([0, ...marks], column, columns)),
    row('load balancer', paint.yellow(balancer)),
    row('preStop', paint.cyan(sleep)),
    row('application', ' '.repeat(column(sigterm)) + paint.magenta(`${shutdown}┤`)),
    `${INDENT}${' '.repeat(LABEL)}${paint.dim(`SIGTERM at ${sigterm} s, SIGKILL at ${sigkill} s at the latest`)}`,
    `${INDENT}${' '.repeat(LABEL)}${paint.dim(legend(phases))}`,
  ]
}

const bar = ({ kind, from, to }: Phase, column: (second: number) => number): string =>
  GLYPH[kind].repeat(Math.max(0, column(to) - column(from)))

const legend = (phases: readonly Phase[]): string =>
  [...new Set(phases.map(({ kind }) => kind))].map((kind) => `${GLYPH[kind]} ${MEANING[kind]}`).join('  ')

/** Numbers under which the bars turn; one that would touch its neighbour is left out, the last never. */
function scale(marks: readonly number[], column: (second: number) => number, columns: number): string {
  const wanted = [...new Set(marks)].sort((a, b) => a - b)
  const last = wanted.at(-1) ?? 0
  const limit = columns - String(last).length
  let line = ''
  for (const mark of wanted) {
    const at = Math.min(column(mark), limit)
    const fits = mark === last || at + String(mark).length < limit
    if (!fits || (line !== '' && at <= line.length)) continue
    line = line.padEnd(at) + String(mark)
  }
  return line
}
