import type { Sample } from '../model/observed.ts'

/** The last request of one departure. Both in seconds. */
export interface LastRequest {
  /** From the deletion (or deregistration) until it came; 0: none came after it. */
  readonly after: number
  /** The mean time between two requests to the target while it served; Infinity: none was seen. */
  readonly gap: number
}

/** Half of them were at most the median; 95 of 100 at most `p95`: nearest rank, so both were really seen. */
export function sampleOf(values: readonly number[]): Sample | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const longest = sorted.at(-1)
  if (longest === undefined) return undefined
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? longest
  return { n: sorted.length, median: rank(0.5), p95: rank(0.95), max: longest }
}

/** The time between two requests to one target that as much information as in all departures amounts to, in seconds. */
export function resolutionOf(lasts: readonly LastRequest[]): number | undefined {
  const rate = rateOf(lasts)
  return rate === 0 ? undefined : lasts.length / rate
}

const rateOf = (lasts: readonly LastRequest[]): number => lasts.reduce((sum, { gap }) => sum + 1 / gap, 0)

/** Of five times that the estimate is made, the truth is longer once. A choice: the margin J is for the rest. */
const SHARE = 0.8

/**
 * How long load-balancer nodes go on sending, from the last requests of departures, in seconds.
 *
 * Nodes stop at some time T of at most θ after a departure. θ is wanted, and only requests are seen: the last one came E
 * before T, so the longest that was seen, M, falls short of θ. Every departure has its own shortfall X = (θ − T) + E, and
 * θ − M is the smallest X of n.
 * - E: requests to one target come independently, so E is exponential with mean g, the time between two of them. Where they
 *   come evenly it is shorter, and the estimate errs to the safe side.
 * - θ − T: the share of departures whose last node has stopped before t is taken as (t / θ)^a. a = 1 is a node that stops at
 *   a random time up to θ, a = 3 the last of three such nodes, and a large a nodes that all stop at θ. Near θ that is an
 *   exponential with mean h = θ / a. The mean of θ − T is θ / (a + 1), so with d, the mean of θ − (last request) − g,
 *   h = θ d / (θ − d). a is at least 1, as nodes would have to stop late more and more rarely otherwise: h is at most θ.
 * - So P(X > x) = S(x) = (h e^(−x/h) − g e^(−x/g)) / (h − g), and P(θ − M > x) = S(x)^n. The estimate is M + x with
 *   S(x)^n = 1 − SHARE. Departures differ in g, so S^n is a product, and the mean d gives busy targets more weight. In h
 *   alone θ is taken as what was seen and the little that follows.
 * - Nothing after any deletion (M = 0) does not mean θ = 0: at rates of Σ 1/g in all, 2 / Σ(1/g) is the θ for which one
 *   request would have been expected while nodes stop at a random time. The estimate is never less above M.
 *
 * For small x, S(x) ≈ 1 − x² / (2 g h): what is added is about √(2 g h ln 5 / n), 0.8 s for n = 30 and three nodes that stop
 * at random up to 25 s (h = 25 / 3) and send the target a request every 2 s each (g = 2 / 3).
 * Origins that are cut to whole seconds make lasts longer, each by some u between 0 and 1 s: of n, the longest has nearly all
 * of it. X is shorter by u, so P(X > x) is the mean of S(x + u) over u, and x may be negative.
 * @param cut the share of such lasts.
 * @returns never less than the longest of them; where all are cut, never less than that without half a second.
 */
export function estimateEnd(lasts: readonly LastRequest[], cut: number): number {
  const seen = lasts.reduce((most, { after }) => Math.max(most, after), 0)
  const rate = rateOf(lasts)
  if (rate === 0) return seen
  const gaps = countedGaps(lasts)
  const busiest = lasts.reduce((sum, { after, gap }) => sum + after / gap, 0) / rate
  const least = 2 / rate
  const rounding = cut / 2
  const end = Math.max(0, seen - rounding) + least
  const spread = Math.max(0, end - (busiest - rounding) - lasts.length / rate)
  const h = spread >= end / 2 ? end : (end * spread) / (end - spread)
  const short = shortfall(gaps, (x, gap) => cutSurvival(x, { gap, h: Math.max(h, SHORTEST), cut }))
  return Math.max(0, seen + Math.max(least - rounding, short))
}

/** Instead of 0: S is not defined there. */
const SHORTEST = 1e-3

/** Gaps to two digits, with their numbers: as many departures as there may be cost no more than their kinds. */
function countedGaps(lasts: readonly LastRequest[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const { gap } of lasts) {
    if (gap === Number.POSITIVE_INFINITY) continue
    const near = Math.max(SHORTEST, Number(gap.toPrecision(2)))
    counts.set(near, (counts.get(near) ?? 0) + 1)
  }
  return counts
}

/** The x at which the product of all S(x) is 1 − SHARE, by bisection. */
function shortfall(
  gaps: ReadonlyMap<number, number>,
  survivalOf: (x: number, gap: number) => number,
): number {
  const wanted = Math.log(1 - SHARE)
  const logOf = (x: number): number =>
    [...gaps].reduce((sum, [gap, count]) => sum + count * Math.log(survivalOf(x, gap)), 0)
  let low = -1
  let high = LONGEST_SHORTFALL
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2
    if (logOf(middle) > wanted) low = middle
    else high = middle
  }
  return high
}

/** Seconds; an hour is longer than any load balancer goes on. */
const LONGEST_SHORTFALL = 3_600

/** 3,600 s halved so often is a thousandth of a second. */
const STEPS = 22

/** Parts of a second over which the mean is taken. A choice: more change nothing at a tenth of a second. */
const PARTS = 10

interface Spread {
  readonly gap: number
  readonly h: number
  readonly cut: number
}

function cutSurvival(x: number, { gap, h, cut }: Spread): number {
  if (cut === 0) return survival(x, gap, h)
  const parts = Array.from({ length: PARTS }, (_, part) => survival(x + (part + 0.5) / PARTS, gap, h))
  const mean = parts.reduce((sum, part) => sum + part, 0) / PARTS
  return (1 - cut) * survival(x, gap, h) + cut * mean
}

/** P(X > x) for the sum of two exponentials of these means. */
function survival(x: number, g: number, h: number): number {
  if (x <= 0) return 1
  const isSame = Math.abs(h - g) < 1e-6 * (h + g)
  const value = isSame
    ? (1 + x / g) * Math.exp(-x / g)
    : (h * Math.exp(-x / h) - g * Math.exp(-x / g)) / (h - g)
  return Math.max(value, Number.MIN_VALUE)
}
