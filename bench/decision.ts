import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { assess } from '../src/assessment/assess.ts'
import { computeBudget } from '../src/core/budget/budget.ts'
import type { Verdict } from '../src/core/decision/decide.ts'
import type { Inventory } from '../src/core/inventory/create-inventory.ts'
import { NO_OVERRIDES } from '../src/core/model/overrides.ts'
import { seconds } from '../src/core/model/seconds.ts'
import { applyToCopy } from '../src/kubernetes/proof.ts'
import { DEFAULT_SETTINGS } from '../src/settings/schema.ts'
import { clusterOf, deploymentOf, filledWith, objectsOf } from './cluster.ts'
import type { BenchRun, Row, Section } from './row.ts'

const SIZES = { short: [10, 1_000, 20_000], long: [10, 100, 1_000, 10_000, 20_000] } as const
/** Different workloads at every size, spread over the whole cluster. */
const WORKLOADS = 10

export const VERDICTS = [
  'inject',
  'complete',
  'unchanged',
  'not-exposed',
] as const satisfies readonly Verdict[]
export type MeasuredVerdict = (typeof VERDICTS)[number]

/** Microseconds, at every size. `complete` is in the issue neither with a patch nor without one. */
const AIMS: Readonly<Partial<Record<MeasuredVerdict, number>>> = {
  inject: 20,
  unchanged: 8,
  'not-exposed': 8,
}

const NAMES: Readonly<Record<MeasuredVerdict, string>> = {
  inject: 'full patch',
  complete: 'complete',
  unchanged: 'unchanged',
  'not-exposed': 'not exposed',
}

const nameOf = (what: string, size: number): string => `${what}, ${size} exposures`

/** As the scale benchmark: what grows by more than half is not flat. */
const FLAT = 1.5

/** What is taken of a checkout to measure its decisions; the places are the same in every one. */
type Tree = Pick<typeof import('../src/assessment/assess.ts'), 'assess'> &
  Pick<typeof import('../src/settings/schema.ts'), 'DEFAULT_SETTINGS'> & {
    readonly clusterOf: (exposures: number) => Inventory
  }

/** Its core filled with our objects: the benchmark of another checkout is not asked. */
async function treeAt(folder: string): Promise<Tree> {
  const file = (name: string): string => pathToFileURL(path.resolve(folder, name)).href
  const [{ assess }, { DEFAULT_SETTINGS }, { createInventory }, { narrow }] = await Promise.all([
    import(file('src/assessment/assess.ts')),
    import(file('src/settings/schema.ts')),
    import(file('src/core/inventory/create-inventory.ts')),
    import(file('src/kubernetes/narrow.ts')),
  ])
  const clusterOf = (exposures: number): Inventory =>
    filledWith(objectsOf(exposures), createInventory({ ...DEFAULT_SETTINGS, fromFiles: false }), narrow)
  return { assess, clusterOf, DEFAULT_SETTINGS }
}

type Call = (index: number) => void

/**
 * Microseconds per call in each round. Several take turns, so that all meet the same, and only this thread's own time
 * counts, so that whatever else the machine does is no part of it. The kernel counts that time by its ticks of up to 10 ms:
 * a round is as many calls as make that little of it.
 */
function microseconds(calls: readonly Call[], rounds: number): readonly (readonly number[])[] {
  const round = (call: Call, count: number): number => {
    const start = process.threadCpuUsage()
    for (let index = 0; index < count; index += 1) call(index)
    const { user, system } = process.threadCpuUsage(start)
    return (user + system) / count
  }
  const estimates = calls.map((call) => round(call, WARM_UP))
  const counts = estimates.map((each) => Math.min(MOST_CALLS, Math.ceil(ROUND / Math.max(each, 0.1))))
  const taken = Array.from({ length: rounds }, () =>
    calls.map((call, at) => round(call, counts[at] ?? WARM_UP)),
  )
  return calls.map((_, at) => taken.map((times) => times[at] ?? 0))
}

/** Calls, beyond which nothing gets faster. */
const WARM_UP = 8_000
/** Microseconds. */
const ROUND = 150_000
const MOST_CALLS = 500_000

const decisionId = (what: string, size: number): string => `decision/${what}/${size}`

/**
 * Lookup and budget by the number of exposures known; then the whole decision (narrow, discover, decide, patch, prove)
 * by its verdict.
 */
async function measureDecisions(run: BenchRun): Promise<readonly Row[]> {
  const tree = await treeAt(run.root)
  const sizes = run.isLong ? SIZES.long : SIZES.short
  return [...verdictRows(run, tree, sizes), ...partRows(run, sizes)]
}

/** Each verdict at each size, beside the same verdict at the smallest size. */
function verdictRows(run: BenchRun, tree: Tree, sizes: readonly number[]): readonly Row[] {
  return VERDICTS.flatMap((verdict) => {
    run.progress(verdict)
    const calls = sizes.map((size) => callAt(tree, verdict, size))
    const taken = microseconds(calls, run.rounds)
    return taken.map((ours, at) => {
      const value = AIMS[verdict]
      const row: Row = {
        ...{ id: decisionId(verdict, sizes[at] ?? 0), name: nameOf(NAMES[verdict], sizes[at] ?? 0) },
        ...{ unit: 'µs', ours, base: { name: `at ${sizes[0]}`, rounds: taken[0] ?? [] } },
        ...(value === undefined ? {} : { aim: { of: 'ours', direction: 'at most', value } }),
      }
      return at === taken.length - 1 ? [row, flatRow(row)] : [row]
    })
  }).flat()
}

/** The largest size beside the smallest. */
const flatRow = (row: Row): Row => ({
  ...row,
  id: `${row.id}/growth`,
  name: row.name.replace(/, .*/, ', growth with exposures'),
  aim: { of: 'ratio', direction: 'at most', value: FLAT },
})

const knowledgeOf = ({ clusterOf, DEFAULT_SETTINGS }: Tree, size: number) => ({
  inventory: clusterOf(size),
  settings: DEFAULT_SETTINGS,
})

function callAt(tree: Tree, verdict: MeasuredVerdict, size: number): Call {
  const knowledge = knowledgeOf(tree, size)
  return callOf(verdict, requestsOf(size)[verdict], (object) => tree.assess(object, knowledge))
}

/** One decision of a checkout, to be repeated. */
export const decisionCall = async (root: string, verdict: MeasuredVerdict, size: number): Promise<Call> =>
  callAt(await treeAt(root), verdict, size)

/** The same decisions by the core of another checkout. */
async function compareDecisions(run: BenchRun, other: string): Promise<readonly Row[]> {
  const trees = [await treeAt(run.root), await treeAt(other)]
  const sizes = run.isLong ? SIZES.long : SIZES.short
  return sizes.flatMap((size) =>
    VERDICTS.map((verdict) => {
      run.progress(`${verdict}, ${size} exposures`)
      const calls = trees.map((tree) => callAt(tree, verdict, size))
      const [ours = [], rounds = []] = microseconds(calls, run.rounds)
      const id = decisionId(verdict, size)
      return { id, name: nameOf(NAMES[verdict], size), unit: 'µs', ours, base: { name: 'other', rounds } }
    }),
  )
}

export const decision: Section = {
  name: 'decision',
  title: 'One decision: CPU time by the number of exposures known',
  measure: measureDecisions,
  compare: compareDecisions,
}

/** At the largest size, beside the smallest. */
function partRows(run: BenchRun, sizes: readonly number[]): readonly Row[] {
  run.progress('lookup and budget')
  const [least = 0, most = 0] = [sizes[0], sizes.at(-1)]
  const calls = [least, most].map((size) => partsOf(clusterOf(size), size))
  return (['lookup', 'budget'] as const).map((part, index) => {
    const both = calls.flatMap((parts) => parts[index] ?? [])
    const [rounds = [], ours = []] = microseconds(both, run.rounds)
    const name = nameOf(`of it ${part}`, most)
    return { id: decisionId(part, most), name, unit: 'µs', ours, base: { name: `at ${least}`, rounds } }
  })
}

const indexes = (size: number): readonly number[] =>
  Array.from({ length: WORKLOADS }, (_, index) => Math.floor((index * size) / WORKLOADS))

function partsOf(inventory: Inventory, size: number): readonly Call[] {
  const selections = indexes(size).map((index) => ({
    namespace: `team-${Math.floor(index / 50)}`,
    labels: { app: `web-${index}` },
    matching: 'template' as const,
  }))
  const [first, ...rest] = selections.flatMap((selection) => inventory.exposuresOf(selection).exposures)
  if (first === undefined || rest.length !== WORKLOADS - 1)
    throw new Error('every workload must have one exposure')
  const inputs = {
    exposures: [first] as const,
    settings: DEFAULT_SETTINGS,
    overrides: NO_OVERRIDES,
    pod: { containers: [{ name: 'app', isProxy: false }], sidecarHook: seconds(0), grace: seconds(30) },
    spot: false,
  }
  return [
    (index) => {
      const selection = selections[index % selections.length]
      if (selection !== undefined) inventory.exposuresOf(selection)
    },
    () => computeBudget(inputs),
  ]
}

type Request = Parameters<typeof assess>[0]

/** Decides on one after the other; checked first, so that nothing else is measured than what is named. */
function callOf(
  verdict: MeasuredVerdict,
  requests: readonly Request[],
  decide: (request: Request) => Assessed,
): Call {
  for (const request of requests) {
    const result = decide(request)
    const found = result.readable ? result.decision.verdict : result.problem
    if (found !== verdict) throw new Error(`meant to be ${verdict}: ${found}`)
  }
  return (index) => {
    const request = requests[index % requests.length]
    if (request !== undefined) decide(request)
  }
}

type Assessed = ReturnType<typeof assess>

/** A create; the same with our patch in it; another number of replicas; labels that no Service selects. */
function requestsOf(size: number): Readonly<Record<MeasuredVerdict, readonly Request[]>> {
  const knowledge = { inventory: clusterOf(size), settings: DEFAULT_SETTINGS }
  const created = indexes(size).map(deploymentOf)
  const patched = created.map((raw) => {
    const result = assess(request(raw), knowledge)
    return applyToCopy(raw, result.readable ? result.operations : [])
  })
  return {
    inject: created.map((raw) => request(raw)),
    complete: patched.map((raw) => request(raw)),
    unchanged: patched.map((stored) => request(scaled(stored), stored)),
    'not-exposed': created.map((raw) => request(applyToCopy(raw, RELABELLED))),
  }
}

/** Nothing of one is the same object as in the other, as in a review that was parsed. */
const request = (raw: unknown, stored?: unknown): Request => ({
  what: 'workload',
  raw: structuredClone(raw),
  namespace: 'default',
  fromFile: false,
  ...(stored === undefined ? {} : { stored: structuredClone(stored) }),
})

const RELABELLED = [
  { op: 'replace', path: '/spec/template/metadata/labels', value: { app: 'batch' } },
] as const
const scaled = (raw: unknown): unknown =>
  applyToCopy(raw, [{ op: 'replace', path: '/spec/replicas', value: 5 }])
