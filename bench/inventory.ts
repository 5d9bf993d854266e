import { spawnSync } from 'node:child_process'
import { createInventory, type Inventory } from '../src/core/inventory/create-inventory.ts'
import { root } from '../src/kubernetes/json.ts'
import { narrow } from '../src/kubernetes/narrow.ts'
import { toWorkloadSummary } from '../src/kubernetes/workload.ts'
import { DEFAULT_SETTINGS } from '../src/settings/schema.ts'
import * as cluster from './large-cluster.ts'

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

const FILLINGS = 3
const ROUNDS = 150
/** Rounds before those: the compiler has seen every path often. */
const WARM_UP = 50
/** Lookups in a row. */
const CALLS = 500
/** Services with an exposure in the smallest cluster. */
const FEW = 15

const times = <Value>(count: number, make: (index: number) => Value): readonly Value[] =>
  Array.from({ length: count }, (_, index) => make(index))

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

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

interface Row {
  readonly title: string
  readonly of: (measured: Measured) => number
  readonly digits: number
  /** The aim, in the row's unit. */
  readonly below?: number
  /** Meant to grow with the cluster. */
  readonly isTotal?: boolean
}

const filled = ({ fillings }: Measured, key: keyof Filling) => median(fillings.map((one) => one[key]))
const typical = ({ rounds }: Measured, key: keyof Round) => median(rounds.map((one) => one[key]))

/** The aims are those of docs/architecture.md. */
const LOOKUP = { digits: 1, below: 20 } as const

const ROWS: readonly Row[] = [
  {
    title: 'fill, ms',
    of: (one) => (filled(one, 'fill') * one.census.objects) / 1000,
    digits: 1,
    isTotal: true,
  },
  { title: 'fill, µs per object', of: (one) => filled(one, 'fill'), digits: 1 },
  { title: 'JSON, bytes per object', of: (one) => one.census.json, digits: 0 },
  { title: 'kept, bytes per object', of: (one) => filled(one, 'kept'), digits: 0 },
  { title: 'kept / JSON', of: (one) => filled(one, 'kept') / one.census.json, digits: 2, below: 1 / 3 },
  { title: 'kept by a lookup, bytes per Service', of: (one) => filled(one, 'reading'), digits: 0 },
  { title: `lookup, of ${FEW} Services, µs`, of: (one) => typical(one, 'few'), ...LOOKUP },
  { title: 'lookup, of all in turn, µs', of: (one) => typical(one, 'all'), ...LOOKUP },
  { title: 'first after its Ingress changed, µs', of: (one) => typical(one, 'afterIngress'), ...LOOKUP },
  { title: `… one of ${cluster.GROUP} in a group, µs`, of: (one) => typical(one, 'afterGroup'), ...LOOKUP },
  { title: '… its HTTPRoute, µs', of: (one) => typical(one, 'afterRoute'), ...LOOKUP },
  { title: `… one with ${cluster.WIDE} Services, µs`, of: (one) => typical(one, 'afterUpdate'), ...LOOKUP },
  { title: 'update of the last, µs', of: (one) => typical(one, 'update'), digits: 1, below: 1000 },
]

/** As much as the benchmark of decisions allows between its smallest and its largest size. */
const FLAT = 1.5

function table(sizes: readonly Measured[]): readonly string[] {
  const names = sizes.map(({ census }) => String(census.namespaces))
  return [
    line('namespaces', [...names, ...names.slice(1).map((name) => `× at ${name}`), 'aim']),
    ...ROWS.map((row) => rowOf(row, sizes)),
    ...sizes.map(({ census }) => `${census.namespaces} namespaces: ${kindsText(census)}`),
  ]
}

function rowOf({ title, of, digits, below, isTotal }: Row, sizes: readonly Measured[]): string {
  const values = sizes.map(of)
  const [least = 0, ...larger] = values
  const ratios = larger.map((value) => value / least)
  const growth = ratios.every((ratio) => ratio <= FLAT) ? 'flat' : 'not flat'
  const isMissed = below !== undefined && values.some((value) => value >= below)
  return line(title, [
    ...values.map((value) => value.toFixed(digits)),
    ...ratios.map((ratio) => ratio.toFixed(2)),
    below === undefined ? '' : `< ${below.toFixed(below < 1 ? 2 : 0)}`,
    isTotal === true ? '' : ` ${growth}${isMissed ? ', aim missed' : ''}`,
  ])
}

const line = (title: string, cells: readonly string[]): string =>
  [title.padEnd(36), ...cells.map((cell) => cell.padStart(9))].join(' ').trimEnd()

function kindsText({ kinds }: Census): string {
  const counts = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`)
  return counts.join(', ')
}

/**
 * Time and memory of the inventory by the size of the cluster, each figure beside that of the smallest size. Measured
 * in a process of its own, which can collect its garbage.
 */
export function benchInventory(): readonly string[] {
  const args = ['--expose-gc', import.meta.filename]
  const { status, stdout } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  if (status !== 0) throw new Error(`the benchmark of the inventory has ended with ${status}`)
  return stdout.toString('utf8').trimEnd().split('\n')
}

if (process.argv[1] === import.meta.filename) {
  const lines = globalThis.gc === undefined ? benchInventory() : table(measure())
  process.stdout.write(`${lines.join('\n')}\n`)
}
