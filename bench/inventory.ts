import { createInventory, type Inventory } from '../src/core/inventory/create-inventory.ts'
import { root } from '../src/kubernetes/json.ts'
import { narrow } from '../src/kubernetes/narrow.ts'
import { toWorkloadSummary } from '../src/kubernetes/workload.ts'
import { DEFAULT_SETTINGS } from '../src/settings/schema.ts'
import {
  objectsOf,
  SIZES,
  sizeOf,
  team,
  templateLabels,
  WIDE,
  wideIngress,
  workloadsOf,
} from './large-cluster.ts'

/** What one size costs. Times in microseconds, sizes in bytes. */
interface Figures {
  readonly objects: number
  /** Narrowing and filing, for each object. */
  readonly fill: number
  readonly raw: number
  readonly kept: number
  /** A template's exposures: asked for again, and for the first time since something they rest on changed. */
  readonly warm: number
  readonly cold: number
  /** An update of one Ingress that 50 Services rest on, and the first lookup of each of them afterwards. */
  readonly update: number
  readonly afterUpdate: number
}

/** Aims, in microseconds (docs/architecture.md). */
const AIM = { lookup: 20, update: 1000 } as const

const ROUNDS = 7

export function benchInventory(): readonly string[] {
  measure(SIZES[0]) // warm-up: the compiler has seen every path
  const figures = SIZES.map(measure)
  const [least] = figures
  if (least === undefined) return []
  const head = [
    'inventory',
    ...SIZES.map((size) => `${sizeOf(size).workloads} workloads`),
    'largest/smallest',
  ]
  const rows = ROWS.map(({ title, of, digits = 1, isCount = false }) => {
    const values = figures.map(of)
    const ratio = (values.at(-1) ?? 0) / of(least)
    return [title, ...values.map((value) => value.toFixed(digits)), isCount ? '' : verdict(ratio)]
  })
  return [...table([head, ...rows]), '', ...sizeLines()]
}

interface Row {
  readonly title: string
  readonly of: (figures: Figures) => number
  readonly digits?: number
  /** No cost: it is meant to grow. */
  readonly isCount?: boolean
}

const ROWS: readonly Row[] = [
  { title: 'objects kept', of: ({ objects }) => objects, digits: 0, isCount: true },
  { title: 'fill, µs per object', of: ({ fill }) => fill },
  { title: 'raw JSON, bytes per object', of: ({ raw }) => raw, digits: 0 },
  { title: 'kept, bytes per object', of: ({ kept }) => kept, digits: 0 },
  { title: `lookup, warm, µs (aim < ${AIM.lookup})`, of: ({ warm }) => warm, digits: 2 },
  { title: `lookup, first after a change, µs`, of: ({ cold }) => cold, digits: 1 },
  {
    title: `update of an Ingress with ${WIDE} Services, µs (aim < ${AIM.update})`,
    of: ({ update }) => update,
  },
  { title: `lookup after it, µs per Service`, of: ({ afterUpdate }) => afterUpdate },
]

/** Twice as much for a hundred times the objects is a cache that misses; more is an algorithm that scans. */
const verdict = (ratio: number): string => `${ratio.toFixed(2)} ${ratio <= 2 ? 'flat' : 'grows'}`

const sizeLines = (): readonly string[] =>
  SIZES.map((size) => {
    const { namespaces, services, ingresses, routes, workloads } = sizeOf(size)
    return `${workloads} workloads: ${services} Services, ${ingresses} Ingresses, ${routes} routes, ${namespaces} namespaces`
  })

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  )
}

function measure(namespaces: number): Figures {
  const raw = [...objectsOf(namespaces), ...workloadsOf(namespaces)].map(
    (object) => JSON.stringify(object).length,
  )
  const objects = raw.length
  const before = heapUsed()
  const { inventory, micros } = filled(namespaces)
  const kept = heapUsed() - before
  return {
    objects,
    fill: micros / objects,
    raw: sum(raw) / objects,
    kept: kept / objects,
    ...lookups(inventory, namespaces),
    ...updates(inventory),
  }
}

/** Parsed one by one from their text, as they arrive: nothing of the raw object outlives its narrowing. */
function filled(namespaces: number): { readonly inventory: Inventory; readonly micros: number } {
  const { ingressClass, loadBalancerClass } = DEFAULT_SETTINGS
  const inventory = createInventory({ ingressClass, loadBalancerClass, fromFiles: false })
  let micros = 0
  for (const object of objectsOf(namespaces)) {
    const copy: unknown = JSON.parse(JSON.stringify(object))
    micros += timed(() => {
      const narrowed = narrow(copy)
      if (narrowed !== undefined) inventory.put(narrowed)
    })
  }
  for (const workload of workloadsOf(namespaces)) {
    const copy: unknown = JSON.parse(JSON.stringify(workload))
    micros += timed(() => inventory.putWorkload(toWorkloadSummary(root(copy))))
  }
  return { inventory, micros }
}

/** Eight Services of each namespace, Ingresses' and routes', in turn: no two lookups in a row are about one Service. */
function lookups(inventory: Inventory, namespaces: number): Pick<Figures, 'warm' | 'cold'> {
  const asked = Array.from({ length: Math.min(namespaces * 8, 800) }, (_, index) => ({
    namespace: team(index % namespaces),
    labels: templateLabels(team(index % namespaces), Math.floor(index / namespaces) % 8),
    matching: 'template' as const,
  }))
  const askAll = () => {
    for (const selection of asked) inventory.exposuresOf(selection)
  }
  const cold = timed(askAll) / asked.length
  const warm = median(Array.from({ length: ROUNDS }, () => timed(askAll))) / asked.length
  return { warm, cold }
}

function updates(inventory: Inventory): Pick<Figures, 'update' | 'afterUpdate'> {
  const asked = Array.from({ length: WIDE }, (_, number) => ({
    namespace: 'wide',
    labels: templateLabels('wide', number),
    matching: 'template' as const,
  }))
  const askAll = () => {
    for (const selection of asked) inventory.exposuresOf(selection)
  }
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    askAll()
    const changed = narrow(wideIngress(31 + round))
    if (changed === undefined) throw new Error('an Ingress is read')
    return { update: timed(() => inventory.put(changed)), afterUpdate: timed(askAll) / WIDE }
  })
  return {
    update: median(rounds.map(({ update }) => update)),
    afterUpdate: median(rounds.map(({ afterUpdate }) => afterUpdate)),
  }
}

/** Microseconds. */
function timed(work: () => void): number {
  const start = process.hrtime.bigint()
  work()
  return Number(process.hrtime.bigint() - start) / 1000
}

/** After a collection where the process was started with --expose-gc; without it the figure is a rough one. */
function heapUsed(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
