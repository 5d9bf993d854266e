/**
 * How the cost of something grows with its size, told without a clock that anybody could hold against a machine: by how
 * much it takes longer at each doubling. Linear work doubles, quadratic work takes four times as long.
 */

/** Milliseconds below which a measurement says more of the machine than of the work. */
const SHORTEST = 25
/** Milliseconds after which no larger size is tried: what grows too fast has shown it by then. */
const LONG = 1_500
/** Of each size the quickest counts: whatever else the machine does only adds. */
const TRIES = 3

/** Between linear work (2, with sorting a little more) and quadratic work (4). */
export const TOO_FAST = 3

export interface Growth {
  /** How much longer it takes at twice the size; 1 where even the largest size takes no time to speak of. */
  readonly factor: number
  /** `1000: 12 ms, 2000: 25 ms`. */
  readonly measured: string
}

/**
 * @param prepare makes what is worked on, untimed; each try has its own.
 * @param largest no size beyond it is tried.
 */
export function growthOf(prepare: (size: number) => () => unknown, largest: number): Growth {
  const milliseconds = (size: number): number => quickest(() => prepare(size))
  let size = Math.max(1, Math.floor(largest / 128))
  milliseconds(size)
  let first = milliseconds(size)
  while (first < SHORTEST && size * 4 <= largest) {
    size *= 2
    first = milliseconds(size)
  }
  const measured = [{ size, time: first }]
  for (let next = size * 2; next <= size * 4 && next <= largest; next *= 2) {
    const time = milliseconds(next)
    measured.push({ size: next, time })
    if (time > LONG) break
  }
  const { size: lastSize, time: last } = measured.at(-1) ?? { size, time: first }
  return {
    factor: last < SHORTEST ? 1 : (last / first) ** (1 / Math.log2(lastSize / size)),
    measured: measured.map(({ size: one, time }) => `${one}: ${time.toFixed(1)} ms`).join(', '),
  }
}

function quickest(prepare: () => () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let nth = 0; nth < TRIES; nth++) {
    const work = prepare()
    const start = performance.now()
    work()
    best = Math.min(best, performance.now() - start)
    if (best > LONG) return best
  }
  return best
}
