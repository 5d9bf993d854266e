import { createInventory, type Inventory } from '../src/core/inventory/create-inventory.ts'
import { root } from '../src/kubernetes/json.ts'
import { narrow } from '../src/kubernetes/narrow.ts'
import { toWorkloadSummary } from '../src/kubernetes/workload.ts'
import { DEFAULT_SETTINGS } from '../src/settings/schema.ts'
import * as cluster from './large-cluster.ts'

/** Namespaces, and what is in each where it is not the usual. */
interface Size {
  readonly namespaces: number
  readonly contents?: cluster.Contents
}

/** As the first argument: the largest cluster as well, which takes minutes. */
export const LONG = 'long'

/** The large one has twice the namespaces and more in each: 10,000 Services, 20,000 Deployments. */
const SIZES: readonly Size[] = [
  ...cluster.SIZES.map((namespaces) => ({ namespaces })),
  ...(process.argv[2] === LONG ? [{ namespaces: 400, contents: cluster.LARGE }] : []),
]

/** Objects in a cluster, by kind, and the bytes of one as JSON. */
export interface Census {
  readonly namespaces: number
  readonly kinds: Readonly<Record<string, number>>
  readonly objects: number
  readonly json: number
}

/** Of one object: microseconds to narrow and file it, bytes that stay; bytes that the lookup of a Service adds. */
export interface Filling {
  readonly fill: number
  readonly kept: number
  readonly reading: number
}

/** Microseconds. */
export interface Round {
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
export interface Measured {
  readonly census: Census
  readonly fillings: readonly Filling[]
  readonly rounds: readonly Round[]
}

const FILLINGS = process.argv[2] === 'long' ? 5 : 3
const ROUNDS = 150
/** Rounds before those: the compiler has seen every path often. */
const WARM_UP = 50
/** Lookups in a row. */
const CALLS = 500
/** Services with an exposure in the smallest cluster. */
export const FEW = 15

export const times = <Value>(count: number, make: (index: number) => Value): readonly Value[] =>
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

function censusOf({ namespaces, contents }: Size): Census {
  const kinds: Record<string, number> = {}
  let [objects, bytes] = [0, 0]
  for (const source of [cluster.objectsOf(namespaces, contents), cluster.deploymentsOf(namespaces)]) {
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
function fill(inventory: Inventory, { namespaces, contents }: Size): number {
  let total = 0
  for (const object of cluster.objectsOf(namespaces, contents)) {
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
function measureFilling(size: Size, { objects }: Census): Filling {
  const count = Math.max(...SIZES.map(({ namespaces }) => namespaces)) / size.namespaces
  const inventories = times(count, emptyInventory)
  const places = cluster.exposed(size.namespaces, size.contents)
  const before = heapUsed()
  const spent = inventories.map((inventory) => fill(inventory, size))
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
function subjectOf(size: Size): (round: number) => Round {
  const inventory = emptyInventory()
  const { namespaces, contents } = size
  fill(inventory, size)
  for (const object of cluster.fixedObjects()) putRaw(inventory, received(object))
  const all = cluster.exposed(namespaces, contents)
  const alone = cluster.aloneBehindIngress(namespaces)
  const routed = cluster.behindRoutes(namespaces, contents)
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
  const censuses = SIZES.map(censusOf)
  const subjects = SIZES.map(subjectOf)
  const rounds = times(WARM_UP + ROUNDS, (round) => subjects.map((subject) => subject(round)))
  const fillings = times(FILLINGS, () =>
    SIZES.flatMap((size, at) => {
      const census = censuses[at]
      return census === undefined ? [] : measureFilling(size, census)
    }),
  )
  return censuses.map((census, index) => ({
    census,
    rounds: rounds.slice(WARM_UP).flatMap((round) => round[index] ?? []),
    fillings: fillings.flatMap((filling) => filling[index] ?? []),
  }))
}

if (process.argv[1] === import.meta.filename) process.stdout.write(JSON.stringify(measure()))
