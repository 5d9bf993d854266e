import { spawnSync } from 'node:child_process'
import { createInventory, type Inventory } from '../src/core/inventory/create-inventory.ts'
import { root } from '../src/kubernetes/json.ts'
import { narrow } from '../src/kubernetes/narrow.ts'
import { toWorkloadSummary } from '../src/kubernetes/workload.ts'
import { DEFAULT_SETTINGS } from '../src/settings/schema.ts'
import * as cluster from './large-cluster.ts'
import { type Aim, type BenchRun, median, type Row, ratioOf, type Section } from './row.ts'

/** Objects in a cluster, by kind, and the bytes of one as JSON. */
interface Census {
  readonly namespaces: number
  readonly kinds: Readonly<Record<string, number>>
  readonly objects: number
  readonly json: number
}

/** Of one object: microseconds to narrow and file it, bytes that stay; bytes that the lookup of a Service adds. */
interface Filling {
  readonly fill: number
  readonly kept: number
  readonly reading: number
}

/** Microseconds. */
interface Round {
  /** A template's exposures, asked for again: of 15 Services at every size, and of all that have some. */
  readonly few: number
  readonly all: number
  /** The first lookup after a change of what leads to the Service: its Ingress, one in its group, its route. */
  readonly afterIngress: number
  readonly afterGroup: number
  readonly afterRoute: number
  /** The change of one Ingress that 50 Services rest on, and for each of them the first lookup. */
  readonly update: number
  readonly afterUpdate: number
}

/** What was measured at one size. */
interface Measured {
  readonly census: Census
  readonly fillings: readonly Filling[]
  readonly rounds: readonly Round[]
}

const FILLINGS = 5
const ROUNDS = 150
/** Rounds before those: the compiler has seen every path often. */
const WARM_UP = 50
/** Lookups in a row. */
const CALLS = 500
/** Services with an exposure in the smallest cluster. */
const FEW = 15

const times = <Value>(count: number, make: (index: number) => Value): readonly Value[] =>
  Array.from({ length: count }, (_, index) => make(index))

function microseconds(work: () => void): number {
  const start = process.hrtime.bigint()
  work()
  return Number(process.hrtime.bigint() - start) / 1000
}

/** After a collection: the process must have been started with --expose-gc. */
function heapUsed(): number {
  for (let pass = 0; pass < 2; pass += 1) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/** As it comes from the API server: parsed from text, sharing nothing with any other object. */
const received = (object: unknown): unknown => JSON.parse(JSON.stringify(object))

function censusOf(namespaces: number): Census {
  const kinds: Record<string, number> = {}
  let [objects, bytes] = [0, 0]
  for (const source of [cluster.objectsOf(namespaces), cluster.deploymentsOf(namespaces)]) {
    for (const object of source) {
      const { kind } = object as { readonly kind: string }
      kinds[kind] = (kinds[kind] ?? 0) + 1
      objects += 1
      bytes += Buffer.byteLength(JSON.stringify(object))
    }
  }
  return { namespaces, kinds, objects, json: bytes / objects }
}

const emptyInventory = () => createInventory({ ...DEFAULT_SETTINGS, fromFiles: false })

function putRaw(inventory: Inventory, raw: unknown): void {
  const object = narrow(raw)
  if (object !== undefined) inventory.put(object)
}

/** One object after the other; nothing of the raw one outlives its narrowing. Returns microseconds. */
function fill(inventory: Inventory, namespaces: number): number {
  let total = 0
  for (const object of cluster.objectsOf(namespaces)) {
    const raw = received(object)
    total += microseconds(() => putRaw(inventory, raw))
  }
  for (const object of cluster.deploymentsOf(namespaces)) {
    const raw = received(object)
    total += microseconds(() => inventory.putWorkload(toWorkloadSummary(root(raw))))
  }
  return total
}

/** As many inventories of this size as hold the objects of the largest: each figure is of equally many. */
function measureFilling({ namespaces, objects }: Census): Filling {
  const count = Math.max(...cluster.SIZES) / namespaces
  const inventories = times(count, emptyInventory)
  const places = cluster.exposed(namespaces)
  const before = heapUsed()
  const spent = inventories.map((inventory) => fill(inventory, namespaces))
  const filled = heapUsed()
  for (const inventory of inventories) for (const place of places) ask(inventory, place)
  return {
    fill: spent.reduce((sum, one) => sum + one, 0) / count / objects,
    kept: (filled - before) / count / objects,
    reading: (heapUsed() - filled) / count / places.length,
  }
}

const selectionOf = (place: cluster.Place) => ({
  namespace: place.namespace,
  labels: cluster.templateLabels(place),
  matching: 'template' as const,
})

/** Every Service that is asked about has one exposure: else the benchmark would measure nothing. */
function ask(inventory: Inventory, place: cluster.Place): void {
  const { exposures } = inventory.exposuresOf(selectionOf(place))
  if (exposures.length === 1) return
  throw new Error(`${place.namespace}/app-${place.number} has ${exposures.length} exposures`)
}

function placeAt(places: readonly cluster.Place[], index: number): cluster.Place {
  const place = places[index % places.length]
  if (place === undefined) throw new Error('there is nobody to ask about')
  return place
}

/** In each round another number, that nothing was filled with: seconds of a delay, or a weight. */
const newIn = (round: number): number => 100 + round

/** What is done in each round with one inventory that stays. */
function subjectOf(namespaces: number): (round: number) => Round {
  const inventory = emptyInventory()
  fill(inventory, namespaces)
  for (const object of cluster.fixedObjects()) putRaw(inventory, received(object))
  const all = cluster.exposed(namespaces)
  const alone = cluster.aloneBehindIngress(namespaces)
  const routed = cluster.behindRoutes(namespaces)
  return (round) => {
    const after = (places: readonly cluster.Place[], changed: typeof cluster.route): number => {
      const place = placeAt(places, round)
      return lookupAfter(inventory, place, changed(place, newIn(round)))
    }
    return {
      few: warmLookup(inventory, all.slice(0, FEW), round),
      all: warmLookup(inventory, all, round),
      afterIngress: after(alone, cluster.teamIngress),
      afterGroup: after(cluster.behindGroup(), cluster.groupIngress),
      afterRoute: after(routed, cluster.route),
      ...updateWide(inventory, round),
    }
  }
}

/** Of one Service after the other: where they are many, two lookups of one are far apart. */
function warmLookup(inventory: Inventory, places: readonly cluster.Place[], round: number): number {
  const selections = times(CALLS, (call) => {
    const place = placeAt(places, round * CALLS + call)
    ask(inventory, place)
    return selectionOf(place)
  })
  return microseconds(() => selections.map((selection) => inventory.exposuresOf(selection))) / CALLS
}

/** The change itself does not count. */
function lookupAfter(inventory: Inventory, place: cluster.Place, changed: unknown): number {
  ask(inventory, place)
  const selection = selectionOf(place)
  putRaw(inventory, received(changed))
  return microseconds(() => inventory.exposuresOf(selection))
}

function updateWide(inventory: Inventory, round: number): Pick<Round, 'update' | 'afterUpdate'> {
  const places = cluster.behindWide()
  for (const place of places) ask(inventory, place)
  const selections = places.map(selectionOf)
  const changed = narrow(received(cluster.wideIngress(newIn(round))))
  if (changed === undefined) throw new Error('an Ingress is read')
  const update = microseconds(() => inventory.put(changed))
  const lookups = microseconds(() => selections.map((selection) => inventory.exposuresOf(selection)))
  return { update, afterUpdate: lookups / cluster.WIDE }
}

/** All sizes in turn, time and again: what else the machine does falls on each of them alike. */
function measure(): readonly Measured[] {
  const censuses = cluster.SIZES.map(censusOf)
  const subjects = cluster.SIZES.map(subjectOf)
  const rounds = times(WARM_UP + ROUNDS, (round) => subjects.map((subject) => subject(round)))
  const fillings = times(FILLINGS, () => censuses.map(measureFilling))
  return censuses.map((census, index) => ({
    census,
    rounds: rounds.slice(WARM_UP).flatMap((round) => round[index] ?? []),
    fillings: fillings.flatMap((filling) => filling[index] ?? []),
  }))
}

interface Figure {
  readonly id: string
  readonly name: string
  readonly unit: string
  /** Of each round. */
  readonly of: (measured: Measured) => readonly number[]
  /** The aim, in the row's unit. */
  readonly below?: number
  /** Printed where it is not. */
  readonly whyNotFlat?: string
}

const CACHES =
  'the work is the same at every size, but what it touches is spread over a larger heap, and the processor has less of it in ' +
  'its caches'

const filled = (of: (filling: Filling, census: Census) => number) => (one: Measured) =>
  one.fillings.map((filling) => of(filling, one.census))
/** Of 150 rounds the median of each of five parts of them: one after the other, so that they are like rounds. */
const typical =
  (key: keyof Round) =>
  ({ rounds }: Measured): readonly number[] => {
    const part = Math.ceil(rounds.length / PARTS)
    return times(PARTS, (at) => median(rounds.slice(at * part, (at + 1) * part).map((one) => one[key])))
  }
const PARTS = 5

const TURNS = `${CACHES}: two lookups of one Service are far apart. Those of the same ${FEW} Services are flat`

/** The aims are those of docs/architecture.md. */
const LOOKUP = { unit: 'µs', below: 20 } as const

const FIGURES: readonly Figure[] = [
  { id: 'fill', name: 'fill, each object', unit: 'µs', of: filled(({ fill }) => fill) },
  { id: 'kept', name: 'kept of an object', unit: 'bytes', of: filled(({ kept }) => kept) },
  {
    ...{ id: 'kept-of-json', name: 'kept of its JSON', unit: '', below: 1 / 3 },
    of: filled(({ kept }, { json }) => kept / json),
  },
  { id: 'reading', name: 'kept by a lookup', unit: 'bytes', of: filled(({ reading }) => reading) },
  { id: 'lookup', name: 'lookup, of all in turn', of: typical('all'), ...LOOKUP, whyNotFlat: TURNS },
  { id: 'lookup-few', name: `lookup, of ${FEW} Services`, of: typical('few'), ...LOOKUP },
  { id: 'after-ingress', name: 'first after its Ingress', of: typical('afterIngress'), ...LOOKUP },
  { id: 'after-group', name: `… one of a group of ${cluster.GROUP}`, of: typical('afterGroup'), ...LOOKUP },
  { id: 'after-route', name: '… its HTTPRoute', of: typical('afterRoute'), ...LOOKUP },
  {
    id: 'after-wide',
    name: `… with ${cluster.WIDE} Services`,
    of: typical('afterUpdate'),
    ...LOOKUP,
    whyNotFlat: CACHES,
  },
  {
    id: 'update',
    name: 'update of the last',
    unit: 'µs',
    of: typical('update'),
    below: 1000,
    whyNotFlat: CACHES,
  },
]

const aimOf = (below: number | undefined): { readonly aim?: Aim } =>
  below === undefined ? {} : { aim: { of: 'ours', direction: 'at most', value: below } }

/** As the benchmark of decisions. */
const FLAT = 1.5

/** A curve: one figure at each size, beside the smallest. */
function rowsOf(sizes: readonly Measured[]): readonly Row[] {
  const [least, ...larger] = sizes
  if (least === undefined) return []
  const name = `at ${least.census.namespaces}`
  return FIGURES.flatMap((figure) =>
    larger.map((one) => {
      const row: Row = {
        ...{ id: `scale/${figure.id}/${one.census.namespaces}`, unit: figure.unit },
        name: `${figure.name}, ${one.census.namespaces}`,
        ours: figure.of(one),
        base: { name, rounds: figure.of(least) },
        ...aimOf(figure.below),
      }
      const note = noteOf(figure, row, one.census)
      return note === undefined ? row : { ...row, note }
    }),
  )
}

function noteOf({ id, whyNotFlat }: Figure, row: Row, census: Census): string | undefined {
  if (id === 'fill') return `${census.namespaces} namespaces: ${kindsText(census)}.`
  return (ratioOf(row) ?? 0) > FLAT ? `Not flat: ${whyNotFlat ?? 'not explained'}.` : undefined
}

function kindsText({ kinds }: Census): string {
  const counts = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`)
  return counts.join(', ')
}

/** In a process of its own, which can collect its garbage. */
function measureScale(run: BenchRun): Promise<readonly Row[]> {
  run.progress('filling')
  const args = ['--expose-gc', import.meta.filename]
  const { status, stdout } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  if (status !== 0) throw new Error(`the benchmark of the inventory has ended with ${status}`)
  return Promise.resolve(JSON.parse(stdout.toString('utf8')))
}

export const scale: Section = {
  name: 'scale',
  title: 'The inventory by the size of the cluster, in namespaces',
  measure: measureScale,
}

if (process.argv[1] === import.meta.filename) process.stdout.write(JSON.stringify(rowsOf(measure())))
