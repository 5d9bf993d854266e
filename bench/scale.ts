import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { type Census, FEW, type Filling, LONG, type Measured, type Round, times } from './inventory.ts'
import * as cluster from './large-cluster.ts'
import { type Aim, type BenchRun, median, type Row, ratioOf, type Section } from './row.ts'

/** The inventory by the size of the cluster: each figure at each size beside the smallest. */

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
  const args = ['--expose-gc', path.join(import.meta.dirname, 'inventory.ts'), ...(run.isLong ? [LONG] : [])]
  const { status, stdout } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  if (status !== 0) throw new Error(`the benchmark of the inventory has ended with ${status}`)
  return Promise.resolve(rowsOf(JSON.parse(stdout.toString('utf8'))))
}

export const scale: Section = {
  name: 'scale',
  title: 'The inventory by the size of the cluster, in namespaces',
  measure: measureScale,
}
