/** Spans of time as their edges: from, to, from, to, ascending and apart. Both edges of a span are in it. */
export type Spans = Float64Array

/** @param pairs from and to, in any order; they may overlap. */
export function spansOf(pairs: readonly (readonly [from: number, to: number])[]): Spans {
  const edges: number[] = []
  for (const [from, to] of pairs.toSorted(([a], [b]) => a - b)) {
    const last = edges.at(-1)
    if (last !== undefined && from <= last) edges[edges.length - 1] = Math.max(last, to)
    else edges.push(from, to)
  }
  return Float64Array.from(edges)
}

/** By bisection; allocates nothing. */
export function isWithin(spans: Spans, time: number): boolean {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((spans[middle] ?? 0) <= time) low = middle + 1
    else high = middle
  }
  return low % 2 === 1 || (low > 0 && spans[low - 1] === time)
}
