import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { allBodies, type Bodies } from './http-bodies.ts'
import type { Job, Load } from './http-load.ts'
import type { Driver, Ground, Server } from './http-servers.ts'
import { cpuOf } from './processes.ts'
import type { BenchRun } from './row.ts'

/** One server's answers to one load, and those of two in turn. */

export interface Subject {
  readonly ground: Ground
  readonly driver: Driver
  readonly ours: Server
  readonly base: Server
  readonly bodies: readonly Prepared[]
  readonly run: BenchRun
  readonly baseName: string
}

export interface Prepared extends Bodies {
  /** The response of ours to each, without its uid. */
  readonly answers: readonly object[]
  /** As they are in them. */
  readonly patches: readonly string[]
  /** The number of the first among those of all kinds. */
  readonly first: number
}

/** What one server took in one round. Microseconds of CPU per answer, NaN where the system does not tell. */
export interface Measured extends Load {
  readonly cpu: number
}

interface Round {
  readonly bodies: Prepared
  readonly connections: number
  readonly milliseconds: number
  readonly atLeast?: number
}

/** Asks ours for each, and checks that it does what the benchmark is about. */
export async function prepare(ground: Ground, ours: Server): Promise<readonly Prepared[]> {
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

export async function measure(
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

export interface Pair {
  readonly ours: readonly Measured[]
  readonly base: readonly Measured[]
}

/** Both in each round, the first in turn. */
export async function pairs(subject: Subject, round: Round): Promise<Pair> {
  const taken = { ours: [] as Measured[], base: [] as Measured[] }
  for (let count = 0; count < subject.run.rounds; count += 1) {
    const order = count % 2 === 0 ? (['ours', 'base'] as const) : (['base', 'ours'] as const)
    for (const which of order) taken[which].push(await measure(subject, subject[which], round))
  }
  return taken
}
