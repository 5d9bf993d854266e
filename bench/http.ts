import { EXPOSURES } from './http-bodies.ts'
import {
  type Measured,
  measure,
  type Pair,
  type Prepared,
  pairs,
  prepare,
  type Subject,
} from './http-measure.ts'
import { type Makers, peakRows } from './http-memory.ts'
import { Ground } from './http-servers.ts'
import { canPin } from './processes.ts'
import { type Aim, type BenchRun, median, type Row, type Section } from './row.ts'

/**
 * Reviews over HTTPS: the built server beside the least that a webhook can be, which gives the same answers, or beside
 * that of another checkout.
 */

/** Loads with an aim, at eight connections. The others are measured with `--long`. */
const AIMED = ['new', 'mix', 'large-new', 'large']
const ROUND_MS = { short: 800, long: 3_000 } as const
/** Of each kind of load, before it is measured: the compiler is done with what it sees some ten thousand times. */
const WARM_UP = {
  short: { milliseconds: 500, answers: 10_000, large: 800 },
  long: { milliseconds: 2_000, answers: 40_000, large: 3_000 },
} as const
interface Told {
  readonly id: string
  readonly name: string
  readonly unit: string
  readonly of: (measured: Measured) => number
  readonly aim?: Aim
  readonly note?: string
}

function rowOf(pair: Pair, baseName: string, { of, ...told }: Told): Row {
  const [ours, base] = [pair.ours.map(of), pair.base.map(of)]
  // Where a figure is not provided by the system, none of its rounds has it.
  if ([...ours, ...base].some(Number.isNaN)) return { ...told, ours: [], note: 'not provided by this system' }
  return { ...told, ours, base: { name: baseName, rounds: base } }
}

const atLeast = (value: number): Aim => ({ of: 'ratio', direction: 'at least', value })
const atMost = (value: number): Aim => ({ of: 'ratio', direction: 'at most', value })

/** Of the issue: rate and CPU time beside the bare server. */
const aimsOf = (id: string, baseName: string): { readonly rate?: Aim; readonly cpu?: Aim } => {
  if (baseName !== BARE || !AIMED.includes(id)) return {}
  return id.startsWith('large')
    ? { rate: atLeast(0.9), cpu: atMost(1.15) }
    : { rate: atLeast(0.8), cpu: atMost(1.3) }
}

const BARE = 'bare'

/** Of a core: a server that has more than this left is not what the rate is about. */
const BUSY = 0.9

/** Where the driver is the limit, the server's rate is higher than what was seen. */
function driversLimit({ base }: Pair): string | undefined {
  const used = median(base.map(({ cpu, answers, milliseconds }) => (cpu * answers) / 1000 / milliseconds))
  const driver = median(base.map((one) => one.driver / one.milliseconds))
  if (Number.isNaN(used) || used >= BUSY || driver < used) return undefined
  return (
    `The base used ${(used * 100).toFixed(0)} % of its core, and what sends the load ${(driver * 100).toFixed(0)} % of another: ` +
    'the base could answer more, and the ratio of the rates is better than it should be. The CPU time is exact.'
  )
}

async function loadRows(subject: Subject, bodies: Prepared, connections: number): Promise<readonly Row[]> {
  const { run, baseName } = subject
  run.progress(`${bodies.name}, ${connections} connection${connections === 1 ? '' : 's'}`)
  const milliseconds = run.isLong ? ROUND_MS.long : ROUND_MS.short
  const pair = await pairs(subject, { bodies, connections, milliseconds })
  const id = `http/${bodies.id}/${connections}`
  const row = (told: Told): Row => rowOf(pair, baseName, told)
  const p50: Told = { id: `${id}/p50`, name: bodies.name, unit: 'p50 ms', of: (one) => one.p50 }
  const p99: Told = { ...p50, id: `${id}/p99`, unit: 'p99 ms', of: (one) => one.p99 }
  if (connections === 1) return [row(p50), row(p99)]
  const { rate, cpu } = aimsOf(bodies.id, baseName)
  const limit = driversLimit(pair)
  return [
    row({
      ...{ id: `${id}/rate`, name: bodies.name, unit: 'req/s' },
      of: ({ answers, milliseconds: took }) => (answers * 1000) / took,
      ...(rate === undefined ? {} : { aim: rate }),
      ...(limit === undefined ? {} : { note: limit }),
    }),
    row({
      ...{ id: `${id}/cpu`, name: bodies.name, unit: 'CPU µs' },
      of: (one) => one.cpu,
      ...(cpu === undefined ? {} : { aim: cpu }),
    }),
    row(p99),
  ]
}

async function warmUp(subject: Subject, bodies: Prepared): Promise<void> {
  subject.run.progress(`${bodies.name}, warm-up`)
  const { milliseconds, answers, large } = subject.run.isLong ? WARM_UP.long : WARM_UP.short
  const least = bodies.id.startsWith('large') ? large : answers
  for (const server of [subject.ours, subject.base])
    await measure(subject, server, { bodies, connections: 8, milliseconds, atLeast: least })
}

async function measureBeside(run: BenchRun, other: string | undefined): Promise<readonly Row[]> {
  const ground = await Ground.make()
  try {
    const ours = await ground.ours(run.root, EXPOSURES)
    const bodies = await prepare(ground, ours)
    const makers: Makers = {
      ours: () => ground.ours(run.root, EXPOSURES),
      base: () =>
        other === undefined
          ? ground.bare(bodies.flatMap(({ answers }) => answers))
          : ground.ours(other, EXPOSURES),
    }
    const base = await makers.base()
    const baseName = other === undefined ? BARE : 'other'
    const subject: Subject = { ground, driver: ground.driver(), ours, base, bodies, run, baseName }
    const rows: Row[] = []
    for (const some of bodies.filter(({ id }) => run.isLong || AIMED.includes(id))) {
      await warmUp(subject, some)
      rows.push(...(await loadRows(subject, some, 8)))
      if (run.isLong || some.id === 'new') rows.push(...(await loadRows(subject, some, 1)))
    }
    if (!canPin) run.progress('server and driver are not pinned to a core each')
    return [...rows, ...(await peakRows(subject, makers, baseName === BARE))]
  } finally {
    await ground.close()
  }
}

export const http: Section = {
  name: 'http',
  title: 'HTTPS: reviews answered',
  measure: (run) => measureBeside(run, undefined),
  compare: measureBeside,
}
