import { setTimeout as pause } from 'node:timers/promises'
import { NO_PARTS } from './api-server.ts'
import { bareLike, Creations, exposuresFor, NOBODY, partsFolder, placesFor } from './creations.ts'
import { EXPOSURES } from './http-bodies.ts'
import { type Measured, measure, type Prepared, prepare } from './http-measure.ts'
import { ANY_PATCH } from './http-reviews.ts'
import { type Driver, Ground, type Server } from './http-servers.ts'
import { installed, type Peer } from './peers/servers.ts'
import { residentOf } from './processes.ts'
import { type BenchRun, median, type Row, type Section } from './row.ts'

/** Slackwater and other webhooks, all in each round, each beside the bare server of the same round. */

/** One of those that are measured. */
interface Entrant {
  /** Ends the id of a row. */
  readonly id: string
  /** At most 20 characters. */
  readonly name: string
  readonly server: Server
}

const OURS = { id: 'ours', name: 'Slackwater' } as const
const BARE = { id: 'bare', name: 'bare' } as const

/** Kinds of reviews, as rows name them. */
const LOADS = [
  { id: 'new', name: 'never seen' },
  { id: 'mix', name: 'again' },
  { id: 'large-new', name: '290 kB' },
] as const

const ROUND_MS = { short: 800, long: 3_000 } as const
/** Of each kind of reviews, before it is measured. With the large ones fewer. */
const WARM_UP = { milliseconds: 1_000, answers: 10_000, large: 800 } as const

interface Arena {
  readonly run: BenchRun
  readonly ground: Ground
  readonly driver: Driver
  readonly entrants: readonly Entrant[]
}

interface Expected extends Prepared {
  /** Mean length of the answers. */
  readonly bytes: number
}

/** What each answers; of the others it is only known for which reviews they send a patch. */
async function expectationsOf(
  { ground }: Arena,
  { id, server }: Entrant,
  bodies: Prepared,
): Promise<Expected> {
  const patches: string[] = []
  let bytes = 0
  for (const [at, text] of bodies.texts.entries()) {
    const answer = (await ground.ask(server, text, bodies.first + at)) ?? '{}'
    bytes += answer.length / bodies.texts.length
    patches.push(JSON.parse(answer).response.patch === undefined ? '' : ANY_PATCH)
  }
  return id === OURS.id || id === BARE.id ? { ...bodies, bytes } : { ...bodies, patches, bytes }
}

/** Every entrant in each round, another one first in the next. @returns the rounds of each, in the order of the entrants. */
async function roundsOf(
  arena: Arena,
  expected: readonly Prepared[],
  connections: number,
): Promise<readonly (readonly Measured[])[]> {
  const { run, entrants } = arena
  const taken = entrants.map((): Measured[] => [])
  const milliseconds = run.isLong ? ROUND_MS.long : ROUND_MS.short
  for (let round = 0; round < run.rounds; round += 1)
    for (let turn = 0; turn < entrants.length; turn += 1) {
      const at = (round + turn) % entrants.length
      const [entrant, bodies] = [entrants[at], expected[at]]
      if (entrant === undefined || bodies === undefined) continue
      taken[at]?.push(await measure(arena, entrant.server, { bodies, connections, milliseconds }))
    }
  return taken
}

interface Figure {
  readonly id: string
  readonly unit: string
  readonly of: (measured: Measured) => number
}

const AT_EIGHT: readonly Figure[] = [
  { id: '8/rate', unit: 'req/s', of: ({ answers, milliseconds }) => (answers * 1000) / milliseconds },
  { id: '8/cpu', unit: 'CPU µs', of: ({ cpu }) => cpu },
  { id: '8/p50', unit: 'p50 ms', of: ({ p50 }) => p50 },
  { id: '8/p99', unit: 'p99 ms', of: ({ p99 }) => p99 },
]
/** What one request waits where nothing else is asked. */
const AT_ONE: readonly Figure[] = [{ id: '1/p50', unit: 'p50 ms', of: ({ p50 }) => p50 }]
const ONE = { id: 'new', name: '1 client' } as const

/** One row for each but the bare server, which is the base of all. */
function figureRows(
  { entrants }: Arena,
  load: { readonly id: string; readonly name: string },
  taken: readonly (readonly Measured[])[],
  figures: readonly Figure[],
): readonly Row[] {
  const base = taken[entrants.findIndex(({ id }) => id === BARE.id)] ?? []
  return figures.flatMap(({ id, unit, of }) =>
    entrants.flatMap((entrant, at): readonly Row[] => {
      if (entrant.id === BARE.id) return []
      const name = `${load.name}, ${entrant.name}`
      const rounds = { ours: (taken[at] ?? []).map(of), base: { name: BARE.name, rounds: base.map(of) } }
      return [{ id: `peers/${load.id}/${id}/${entrant.id}`, name, unit, ...rounds }]
    }),
  )
}

async function loadRows(
  arena: Arena,
  load: (typeof LOADS)[number],
  all: readonly Prepared[],
): Promise<readonly Row[]> {
  const bodies = all.find(({ id }) => id === load.id)
  if (bodies === undefined) throw new Error(`no reviews of the kind ${load.id}`)
  const isLarge = load.id === 'large-new'
  const expected: Expected[] = []
  for (const entrant of arena.entrants) {
    arena.run.progress(`${load.name}, ${entrant.name}, warm-up`)
    const own = await expectationsOf(arena, entrant, bodies)
    const atLeast = isLarge ? WARM_UP.large : WARM_UP.answers
    const round = { bodies: own, connections: 8, milliseconds: WARM_UP.milliseconds, atLeast }
    await measure(arena, entrant.server, round)
    expected.push(own)
  }
  arena.run.progress(`${load.name}, ${arena.run.rounds} rounds of all in turn`)
  const rows = figureRows(arena, load, await roundsOf(arena, expected, 8), AT_EIGHT)
  if (load.id !== ONE.id) return rows
  return [
    ...rows,
    ...figureRows(arena, ONE, await roundsOf(arena, expected, 1), AT_ONE),
    ...valueRows(
      arena,
      { id: 'answer', name: 'answer', unit: 'bytes' },
      expected.map(({ bytes }) => bytes),
    ),
  ]
}

/** What is measured once. @param values in the order of the entrants. */
function valueRows(
  { entrants }: Arena,
  { id, name, unit }: { readonly id: string; readonly name: string; readonly unit: string },
  values: readonly number[],
): readonly Row[] {
  const bare = values[entrants.findIndex((one) => one.id === BARE.id)] ?? Number.NaN
  return entrants.flatMap((entrant, at): readonly Row[] => {
    const value = values[at] ?? Number.NaN
    if (entrant.id === BARE.id || Number.isNaN(value)) return []
    const base = { name: BARE.name, rounds: [bare] }
    return [{ id: `peers/${id}/${entrant.id}`, name: `${name}, ${entrant.name}`, unit, ours: [value], base }]
  })
}

/** Resident now, or at most until now. */
function memoryRows(arena: Arena, which: 'VmRSS' | 'VmHWM', id: string, name: string): readonly Row[] {
  const values = arena.entrants.map(({ server }) => residentOf(server.process, which))
  return valueRows(arena, { id, name, unit: 'MiB' }, values)
}

/** Milliseconds after the start of all, before the memory of idle processes is read. A choice. */
const SETTLED = 5_000

async function directRows(run: BenchRun, peers: readonly Peer[]): Promise<readonly Row[]> {
  const ground = await Ground.make()
  try {
    // Another one than is measured: the large reviews would be in its peak.
    const asked = await ground.ours(run.root, EXPOSURES)
    const all = await prepare(ground, asked)
    await ground.end(asked)
    const entrants: Entrant[] = [
      { ...OURS, server: await ground.ours(run.root, EXPOSURES) },
      { ...BARE, server: await ground.bare(all.flatMap(({ answers }) => answers)) },
    ]
    for (const { id, name, start } of peers) entrants.push({ id, name, server: await start(ground) })
    const arena = { run, ground, driver: ground.driver(), entrants }
    await pause(SETTLED)
    const rows: Row[] = [...memoryRows(arena, 'VmRSS', 'idle', 'idle')]
    for (const load of LOADS) {
      rows.push(...(await loadRows(arena, load, all)))
      if (load.id === 'mix') rows.push(...memoryRows(arena, 'VmHWM', 'peak', 'peak'))
    }
    rows.push(...memoryRows(arena, 'VmHWM', 'large-peak', 'peak 290 kB'))
    return rows
  } finally {
    await ground.close()
  }
}

/** Creations in each namespace and round, and before the rounds. */
const CREATIONS = { short: 80, long: 400 } as const
const CREATIONS_BEFORE = 400

/** Milliseconds, by place, in each round, by the number of clients. */
interface Taken {
  readonly one: ReadonlyMap<string, readonly number[]>[]
  readonly eight: ReadonlyMap<string, readonly number[]>[]
}

async function takenOf(creations: Creations, run: BenchRun): Promise<Taken> {
  const each = run.isLong ? CREATIONS.long : CREATIONS.short
  const taken: Taken = { one: [], eight: [] }
  for (let round = 0; round < run.rounds; round += 1) {
    run.progress(`Pod creations, round ${round + 1}`)
    taken.one.push(await creations.create(1, each))
    taken.eight.push(await creations.create(8, each))
  }
  return taken
}

/** What each adds to the creation of a Pod, beside a bare server that sends the patch of Slackwater. */
function addedRows(
  entrants: readonly Pick<Entrant, 'id' | 'name'>[],
  taken: Taken,
  lost: ReadonlyMap<string, number>,
): readonly Row[] {
  const figures = [
    { id: 'one', name: 'adds', unit: 'ms', rounds: taken.one },
    { id: 'eight', name: 'adds at 8', unit: 'ms', rounds: taken.eight },
  ]
  return figures.flatMap(({ id, name, unit, rounds }) => {
    const added = (place: string): readonly number[] =>
      rounds.map((round) => median(round.get(place) ?? []) - median(round.get(NOBODY) ?? []))
    const base = { name: BARE.name, rounds: added(BARE.id) }
    return entrants
      .filter((one) => one.id !== BARE.id)
      .map((one): Row => {
        const row = { id: `peers/pod/${id}/${one.id}`, name: `${name}, ${one.name}`, unit }
        const count = lost.get(one.id)
        const note = `${count} creations failed because this webhook did: with failurePolicy Fail the user sees that.`
        return { ...row, ours: added(one.id), base, ...(id === 'one' && count !== undefined ? { note } : {}) }
      })
  })
}

async function apiServerRows(run: BenchRun, peers: readonly Peer[]): Promise<readonly Row[]> {
  const bin = partsFolder()
  const missing: Row = {
    id: 'peers/pod',
    name: 'added to a Pod creation',
    unit: 'ms',
    ours: [],
    note: NO_PARTS,
  }
  if (bin === undefined) return [missing]
  const ground = await Ground.make()
  let creations: Creations | undefined
  try {
    const names = [OURS, BARE, ...peers]
    const places = placesFor([...names.map(({ id }) => id), NOBODY])
    const [, bareAt] = places
    if (bareAt === undefined) return []
    const ours = await ground.ours(run.root, exposuresFor(places))
    const servers = new Map([[OURS.id as string, ours]])
    servers.set(BARE.id, await bareLike(ground, ours, bareAt))
    for (const { id, start } of peers) servers.set(id, await start(ground))
    run.progress('starting etcd and the API server')
    creations = await Creations.make(bin, places, { ca: ground.certificate.cert, servers })
    run.progress('Pod creations, warm-up')
    await creations.create(8, CREATIONS_BEFORE)
    return addedRows(names, await takenOf(creations, run), creations.lost)
  } finally {
    await creations?.close()
    await ground.close()
  }
}

export const peers: Section = {
  name: 'peers',
  title: 'Beside other webhooks: each that is named, and bare',
  measure: async (run) => {
    const found = installed(run.progress)
    return [...(await directRows(run, found)), ...(await apiServerRows(run, found))]
  },
}
