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
import { clusterOf, deploymentOf } from './cluster.ts'

const SIZES = [10, 1_000, 20_000] as const
const ROUNDS = 9
const CALLS = 1_500
/** Different workloads at every size, spread over the whole cluster. */
const WORKLOADS = 10

const MEASURED = ['inject', 'complete', 'unchanged', 'not-exposed'] as const satisfies readonly Verdict[]
type Measured = (typeof MEASURED)[number]

/** What is taken of a tree to measure its decisions; the places are the same in both. */
type Tree = Pick<typeof import('../src/assessment/assess.ts'), 'assess'> &
  Pick<typeof import('./cluster.ts'), 'clusterOf'> &
  Pick<typeof import('../src/settings/schema.ts'), 'DEFAULT_SETTINGS'>

async function treeAt(folder: string): Promise<Tree> {
  const file = (name: string): string => pathToFileURL(path.resolve(folder, name)).href
  const [{ assess }, { clusterOf }, { DEFAULT_SETTINGS }] = await Promise.all([
    import(file('src/assessment/assess.ts')),
    import(file('bench/cluster.ts')),
    import(file('src/settings/schema.ts')),
  ])
  return { assess, clusterOf, DEFAULT_SETTINGS }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

type Call = (index: number) => void

/**
 * Microseconds per call: the median of rounds, after one to warm up. Several take turns, so that all meet the same, and
 * only this thread's own time counts, so that whatever else the machine does is no part of it.
 */
function microseconds(calls: readonly Call[]): readonly number[] {
  const round = (call: Call): number => {
    const start = process.threadCpuUsage()
    for (let index = 0; index < CALLS; index += 1) call(index)
    const { user, system } = process.threadCpuUsage(start)
    return (user + system) / CALLS
  }
  for (const call of calls) round(call)
  const rounds = Array.from({ length: ROUNDS }, () => calls.map(round))
  return calls.map((_, at) => median(rounds.map((times) => times[at] ?? 0)))
}

/**
 * Lookup and budget by the number of exposures known; then the whole decision (narrow, discover, decide, patch, prove)
 * by its verdict.
 * @param against the root of another tree whose decisions are measured beside these, round by round.
 */
export async function benchDecision(against: string | undefined): Promise<readonly string[]> {
  const other = against === undefined ? undefined : await treeAt(against)
  const trees = [{ assess, clusterOf, DEFAULT_SETTINGS }, ...(other === undefined ? [] : [other])]
  return [...benchParts(), '', ...benchVerdicts(trees)]
}

function benchParts(): readonly string[] {
  const rows = SIZES.map((size) => {
    const [lookup = 0, budget = 0] = microseconds(partsOf(clusterOf(size), size))
    return [cell(String(size), 9), number(lookup, 11), number(budget, 11)].join(' ')
  })
  return ['exposures   lookup µs   budget µs', ...rows]
}

const cell = (text: string, width: number): string => text.padStart(width)
const number = (value: number, width: number): string => cell(value.toFixed(2), width)

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

function benchVerdicts(trees: readonly Tree[]): readonly string[] {
  const heading = ['exposures', 'verdict'.padEnd(11), 'decision µs', 'against 10']
  if (trees.length > 1) heading.push('other tree µs', 'this / other')
  const base = new Map<Measured, number>()
  const rows = SIZES.flatMap((size) => {
    const knowledge = trees.map(({ clusterOf, DEFAULT_SETTINGS }) => ({
      inventory: clusterOf(size),
      settings: DEFAULT_SETTINGS,
    }))
    const requests = requestsOf(size)
    return MEASURED.map((verdict) => {
      const calls = trees.map((tree, at) => {
        const known = knowledge[at]
        if (known === undefined) throw new Error('every tree has its cluster')
        return callOf(verdict, requests[verdict], (object) => tree.assess(object, known))
      })
      const [own = 0, ...others] = microseconds(calls)
      if (!base.has(verdict)) base.set(verdict, own)
      return [
        cell(String(size), 9),
        verdict.padEnd(11),
        number(own, 11),
        number(own / (base.get(verdict) ?? own), 10),
        ...others.flatMap((theirs) => [number(theirs, 13), number(own / theirs, 12)]),
      ].join('  ')
    })
  })
  return [heading.join('  '), ...rows]
}

type Request = Parameters<typeof assess>[0]

/** Decides on one after the other; checked first, so that nothing else is measured than what is named. */
function callOf(
  verdict: Measured,
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
function requestsOf(size: number): Readonly<Record<Measured, readonly Request[]>> {
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
