import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { allBodies, type Bodies, EXPOSURES } from './http-bodies.ts'
import type { Job, Load } from './http-load.ts'
import { type Driver, Ground, type Server } from './http-servers.ts'
import { canPin, cpuOf, residentOf } from './processes.ts'
import { type Aim, type BenchRun, median, type Row, type Section } from './row.ts'

/**
 * Reviews over HTTPS: the built server beside the least that a webhook can be, which gives the same answers, or beside
 * that of another checkout.
 */

/** Loads with an aim, at eight connections. The others are measured with `--long`. */
const AIMED = ['mix', 'deployments', 'large']
const ROUND_MS = { short: 800, long: 3_000 } as const
/** Of each kind of load, before it is measured: the compiler is done with what it sees some ten thousand times. */
const WARM_UP = {
  short: { milliseconds: 500, answers: 10_000, large: 800 },
  long: { milliseconds: 2_000, answers: 40_000, large: 3_000 },
} as const
/** One load in a fresh process whose memory is looked at. Answers. */
const MEMORY = { ordinary: 8_000, large: 800 } as const

interface Subject {
  readonly ground: Ground
  readonly driver: Driver
  readonly ours: Server
  readonly base: Server
  readonly bodies: readonly Prepared[]
  readonly run: BenchRun
  readonly baseName: string
}

interface Prepared extends Bodies {
  /** The response of ours to each, without its uid. */
  readonly answers: readonly object[]
  /** As they are in them. */
  readonly patches: readonly string[]
  /** The number of the first among those of all kinds. */
  readonly first: number
}

/** What one server took in one round. Microseconds of CPU per answer, NaN where the system does not tell. */
interface Measured extends Load {
  readonly cpu: number
}

interface Round {
  readonly bodies: Prepared
  readonly connections: number
  readonly milliseconds: number
  readonly atLeast?: number
}

/** Asks ours for each, and checks that it does what the benchmark is about. */
async function prepare(ground: Ground, ours: Server): Promise<readonly Prepared[]> {
  const all: Prepared[] = []
  let first = 0
  for (const bodies of allBodies()) {
    const answers: object[] = []
    for (const text of bodies.texts) {
      const { response } = JSON.parse((await ground.ask(ours, text, 0)) ?? '{}')
      const { uid: _, ...rest } = response
      if (rest.allowed !== true) throw new Error(`${bodies.name}: not allowed: ${JSON.stringify(rest)}`)
      answers.push(rest)
    }
    const patches = answers.map((answer) => String((answer as { readonly patch?: string }).patch ?? ''))
    const patched = patches.filter((patch) => patch !== '').length
    if (patched !== bodies.patched)
      throw new Error(`${bodies.name}: ${patched} of ${answers.length} get a patch, not ${bodies.patched}`)
    all.push({ ...bodies, answers, patches, first })
    first += answers.length
  }
  return all
}

async function measure(
  { ground, driver }: Pick<Subject, 'ground' | 'driver'>,
  server: Server,
  { bodies, connections, milliseconds, atLeast }: Round,
): Promise<Measured> {
  const job: Job = {
    ...{ port: server.port, path: server.path, ca: ground.certificate.cert },
    ...{ texts: bodies.texts, patches: bodies.patches, connections, milliseconds },
    ...(server.isNumbered ? { firstNumber: bodies.first } : {}),
    ...(atLeast === undefined ? {} : { atLeast }),
  }
  const file = ground.file('job.json')
  writeFileSync(file, JSON.stringify(job))
  const before = cpuOf(server.process.pid)
  driver.process.send(file)
  const [load]: Load[] = await once(driver.process, 'message', { signal: driver.ended })
  const after = cpuOf(server.process.pid)
  if (load === undefined) throw new Error('the driver gave no result')
  const cpu = before === undefined || after === undefined ? Number.NaN : (after - before) / load.answers
  return { ...load, cpu }
}

interface Pair {
  readonly ours: readonly Measured[]
  readonly base: readonly Measured[]
}

/** Both in each round, the first in turn. */
async function pairs(subject: Subject, round: Round): Promise<Pair> {
  const taken = { ours: [] as Measured[], base: [] as Measured[] }
  for (let count = 0; count < subject.run.rounds; count += 1) {
    const order = count % 2 === 0 ? (['ours', 'base'] as const) : (['base', 'ours'] as const)
    for (const which of order) taken[which].push(await measure(subject, subject[which], round))
  }
  return taken
}

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
  return id === 'large' ? { rate: atLeast(0.9), cpu: atMost(1.15) } : { rate: atLeast(0.8), cpu: atMost(1.3) }
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
  const least = bodies.id === 'large' ? large : answers
  for (const server of [subject.ours, subject.base])
    await measure(subject, server, { bodies, connections: 8, milliseconds, atLeast: least })
}

/** The most that is resident of a fresh process under one load, and that of the base. */
async function peakRows(subject: Subject, makers: Makers): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const [id, title, value] of [
    ['mix', 'peak, ordinary reviews', 150],
    ['large', 'peak, 300 kB Pods', 250],
  ] as const) {
    const bodies = subject.bodies.find((one) => one.id === id)
    if (bodies === undefined) throw new Error(`no reviews of the kind ${id}`)
    const peaks = { ours: [] as number[], base: [] as number[] }
    const answers = id === 'large' ? MEMORY.large : MEMORY.ordinary
    for (let round = 0; round < (subject.run.isLong ? subject.run.rounds : 1); round += 1) {
      subject.run.progress(title)
      for (const which of ['ours', 'base'] as const) {
        const server = await makers[which]()
        await measure(subject, server, { bodies, connections: 8, milliseconds: 500, atLeast: answers })
        peaks[which].push(residentOf(server.process, 'VmHWM'))
        await subject.ground.end(server)
      }
    }
    if ([...peaks.ours, ...peaks.base].some(Number.isNaN)) continue
    rows.push({
      ...{ id: `http/${id}/8/peak`, name: title, unit: 'MiB', ours: peaks.ours },
      base: { name: subject.baseName, rounds: peaks.base },
      ...(subject.baseName === BARE ? { aim: { of: 'ours', direction: 'at most', value } } : {}),
      ...(peaks.ours.length === 1 ? { note: 'One fresh process each; with --long as many as rounds.' } : {}),
    })
  }
  return rows
}

interface Makers {
  readonly ours: () => Promise<Server>
  readonly base: () => Promise<Server>
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
      if (some.id !== 'deployments') rows.push(...(await loadRows(subject, some, 1)))
    }
    if (!canPin) run.progress('server and driver are not pinned to a core each')
    return [...rows, ...(await peakRows(subject, makers))]
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
