import { assess } from '../src/assessment/assess.ts'
import { computeBudget } from '../src/core/budget/budget.ts'
import { NO_OVERRIDES } from '../src/core/model/overrides.ts'
import { seconds } from '../src/core/model/seconds.ts'
import { DEFAULT_SETTINGS } from '../src/settings/schema.ts'
import { clusterOf, deploymentOf } from './cluster.ts'

const SIZES = [10, 1_000, 10_000] as const
const ROUNDS = 7
const CALLS = 5_000

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** Microseconds per call: the median of rounds, each after as many calls to warm up. */
function microseconds(call: (index: number) => void): number {
  const round = (): number => {
    const start = process.hrtime.bigint()
    for (let index = 0; index < CALLS; index += 1) call(index)
    return Number(process.hrtime.bigint() - start) / 1000 / CALLS
  }
  round()
  return median(Array.from({ length: ROUNDS }, round))
}

/** Budget and full decision (narrow, discover, decide, patch, prove) by the number of exposures known. */
export function benchDecision(): readonly string[] {
  const rows = SIZES.map((size) => ({ size, ...measure(size) }))
  const base = rows[0]
  return [
    'exposures   lookup µs   budget µs   decision µs   decision against 10',
    ...rows.map(({ size, lookup, budget, decision }) =>
      [
        String(size).padStart(9),
        lookup.toFixed(2).padStart(11),
        budget.toFixed(2).padStart(11),
        decision.toFixed(2).padStart(13),
        (decision / (base?.decision ?? decision)).toFixed(2).padStart(21),
      ].join(' '),
    ),
  ]
}

function measure(size: number): {
  readonly lookup: number
  readonly budget: number
  readonly decision: number
} {
  const inventory = clusterOf(size)
  const knowledge = { inventory, settings: DEFAULT_SETTINGS }
  // The same number of different workloads at every size, spread over the whole cluster.
  const workloads = Array.from({ length: 10 }, (_, index) => Math.floor((index * size) / 10))
  const objects = workloads.map((index) => ({
    what: 'workload' as const,
    raw: deploymentOf(index),
    namespace: 'default',
    fromFile: false,
  }))
  const selections = workloads.map((index) => ({
    namespace: `team-${Math.floor(index / 50)}`,
    labels: { app: `web-${index}` },
    matching: 'template' as const,
  }))
  const [first, ...rest] = selections.flatMap((selection) => inventory.exposuresOf(selection).exposures)
  if (first === undefined || rest.length !== 9) throw new Error('every workload must have one exposure')
  const budgetInputs = {
    exposures: [first] as const,
    settings: DEFAULT_SETTINGS,
    overrides: NO_OVERRIDES,
    grace: seconds(30),
    longestHook: seconds(0),
    spot: false,
  }
  const patchOf = (index: number): number => {
    const object = objects[index % objects.length]
    const result = object === undefined ? undefined : assess(object, knowledge)
    return result?.readable === true ? result.operations.length : 0
  }
  // A hook for two containers, the grace for two probes, the grace period, the record.
  for (const index of workloads.keys())
    if (patchOf(index) !== 6) throw new Error('every decision must give a full patch')
  return {
    lookup: microseconds((index) => {
      const selection = selections[index % selections.length]
      if (selection !== undefined) inventory.exposuresOf(selection)
    }),
    budget: microseconds(() => computeBudget(budgetInputs)),
    decision: microseconds(patchOf),
  }
}
