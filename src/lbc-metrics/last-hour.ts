import { remember } from '../pacing/remember.ts'
import type { ControllerReading, Durations } from './reading.ts'

/** Milliseconds. */
const HOUR = 3_600_000
/** No reading for so long: the last hour is unknown. Milliseconds. A choice: ten scrapes. */
const STALE = 600_000
/** Replicas whose last reading is kept: a Deployment's, and those before its update. A choice. */
const MOST_PROCESSES = 16
/** From a Pod's deletion until the controller sees its EndpointSlice: about a second, beside what is measured here. */
const BEFORE_QUEUE = 1

/** What the controller did between two scrapes of the same process. */
interface Interval {
  /** Its end, milliseconds since 1970. */
  readonly at: number
  readonly waited: Durations
  readonly worked: Durations
  readonly throttled: number
  readonly failed: number
}

/** What the controller's metrics of the last hour say. Times are milliseconds since 1970. */
export interface MeasuredController {
  readonly from: number
  readonly to: number
  /** TargetGroupBindings that it worked on. */
  readonly reconciles: number
  /** A floor of the controller time C: some deregistration took at least so long. Whole seconds. */
  readonly controllerSeconds: number
  /** The interval between two scrapes in which the mean was the highest; absent: it did nothing. */
  readonly slowest?: {
    readonly at: number
    readonly reconciles: number
    /** Means, seconds. */
    readonly waited: number
    readonly worked: number
  }
  readonly throttled: number
  readonly failed: number
  /** TargetGroupBindings that waited at the last scrape. */
  readonly depth: number
}

/** Readings of the controller's metrics, and what the last hour of them says. */
export class LastHour {
  readonly #last = new Map<string, ControllerReading>()
  #intervals: readonly Interval[] = []
  #latest: { readonly at: number; readonly depth: number } | undefined
  #first: number | undefined

  /** @param at milliseconds since 1970. */
  add(reading: ControllerReading, at: number): void {
    const key = String(reading.process)
    const before = this.#last.get(key)
    remember(this.#last, key, reading, MOST_PROCESSES)
    this.#intervals = this.#intervals.filter((one) => one.at > at - HOUR)
    this.#latest = { at, depth: reading.depth }
    this.#first ??= at
    if (before !== undefined) this.#intervals = [...this.#intervals, betweenOf(before, reading, at)]
  }

  /** @returns undefined if there is no reading of the last minutes, or only one. */
  summary(now: number): MeasuredController | undefined {
    const latest = this.#latest
    const recent = this.#intervals.filter(({ at }) => at > now - HOUR)
    if (latest === undefined || now - latest.at > STALE || recent.length === 0) return undefined
    const slowest = slowestOf(recent)
    const floors = [
      slowest === undefined ? 0 : slowest.waited + slowest.worked,
      atLeast(recent.map(({ waited }) => waited)),
      atLeast(recent.map(({ worked }) => worked)),
    ]
    return {
      from: Math.max(this.#first ?? now, now - HOUR),
      to: latest.at,
      reconciles: sumOf(recent, ({ waited }) => waited.count),
      controllerSeconds: Math.ceil(BEFORE_QUEUE + Math.max(...floors)),
      ...(slowest === undefined ? {} : { slowest }),
      throttled: sumOf(recent, ({ throttled }) => throttled),
      failed: sumOf(recent, ({ failed }) => failed),
      depth: latest.depth,
    }
  }
}

const sumOf = (intervals: readonly Interval[], of: (one: Interval) => number): number =>
  intervals.reduce((sum, one) => sum + of(one), 0)

function betweenOf(before: ControllerReading, after: ControllerReading, at: number): Interval {
  return {
    at,
    waited: grownBy(before.waited, after.waited),
    worked: grownBy(before.worked, after.worked),
    throttled: Math.max(0, after.throttled - before.throttled),
    failed: Math.max(0, after.failed - before.failed),
  }
}

/** A total that has shrunk is another process of the same second: nothing is known of the time between. */
function grownBy(before: Durations, after: Durations): Durations {
  if (after.count < before.count || after.sum < before.sum) return { count: 0, sum: 0, buckets: new Map() }
  const buckets = [...after.buckets].map(
    ([bound, value]) => [bound, Math.max(0, value - (before.buckets.get(bound) ?? 0))] as const,
  )
  return { count: after.count - before.count, sum: after.sum - before.sum, buckets: new Map(buckets) }
}

/** Some reconcile took at least the mean of its interval. */
function slowestOf(intervals: readonly Interval[]): MeasuredController['slowest'] {
  const means = intervals
    .filter(({ waited }) => waited.count > 0)
    .map(({ at, waited, worked }) => ({
      at,
      reconciles: waited.count,
      waited: waited.sum / waited.count,
      worked: worked.count === 0 ? 0 : worked.sum / worked.count,
    }))
  return means.sort((a, b) => b.waited + b.worked - a.waited - a.worked)[0]
}

/**
 * A time that one in a hundred took at least: the lower bound of the bucket that the 99th percentile falls into. No value
 * within a bucket is made up: controller-runtime’s grow tenfold.
 */
function atLeast(all: readonly Durations[]): number {
  const count = all.reduce((sum, one) => sum + one.count, 0)
  if (count === 0) return 0
  const totals = new Map<number, number>()
  for (const { buckets } of all)
    for (const [bound, value] of buckets) totals.set(bound, (totals.get(bound) ?? 0) + value)
  const rank = Math.ceil(0.99 * count)
  let below = 0
  for (const [bound, value] of [...totals].sort(([a], [b]) => a - b)) {
    if (value >= rank) return below
    below = Number.isFinite(bound) ? bound : below
  }
  return below
}
