/**
 * How the cost of something grows with its size, told without a clock that anybody could hold against a machine: by how
 * much it takes longer at each doubling. Linear work doubles, quadratic work takes four times as long.
 */

/** Milliseconds below which a measurement says more of the machine than of the work. */
const SHORTEST = 20
/** Milliseconds after which no larger size is tried: by then the part that grows fastest is the largest. */
const ENOUGH = 150
/** Of each size the quickest counts: whatever else the machine does only adds. */
const TRIES = 3
/** Doublings that are looked at. */
const DOUBLINGS = 2

/** Between linear work (2, with sorting a little more) and quadratic work (4). */
export const TOO_FAST = 3

export interface Growth {
  /** How much longer it takes at twice the size; 1 where even the largest size takes no time to speak of. */
  readonly factor: number
  /** `1000: 12 ms, 2000: 25 ms`. */
  readonly measured: string
}

interface Measured {
  readonly size: number
  readonly time: number
}

/**
 * @param prepare makes what is worked on, untimed; each try has its own.
 * @param largest no size beyond it is tried.
 */
export function growthOf(prepare: (size: number) => () => unknown, largest: number): Growth {
  const measured: Measured[] = []
  // Down from the largest in powers of two, so that it is met itself.
  for (let size = largest / 2 ** Math.floor(Math.log2(largest)); size <= largest; size *= 2) {
    const whole = Math.ceil(size)
    const time = quickest(() => prepare(whole))
    measured.push({ size: whole, time })
    if (time > ENOUGH && isEnough(measured)) break
  }
  const longest = measured.filter(({ time }) => time >= SHORTEST).slice(-1 - DOUBLINGS)
  const [first, last] = [longest[0], longest.at(-1)]
  const doublings = first === undefined || last === undefined ? 0 : Math.log2(last.size / first.size)
  return {
    factor: doublings === 0 ? 1 : ((last?.time ?? 0) / (first?.time ?? 1)) ** (1 / doublings),
    measured: measured.map(({ size, time }) => `${size}: ${time.toFixed(1)} ms`).join(', '),
  }
}

const isEnough = (measured: readonly Measured[]): boolean =>
  measured.filter(({ time }) => time >= SHORTEST).length > DOUBLINGS ||
  (measured.at(-1)?.time ?? 0) > ENOUGH * 2 ** DOUBLINGS

function quickest(prepare: () => () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let nth = 0; nth < TRIES; nth++) {
    const work = prepare()
    const start = performance.now()
    work()
    best = Math.min(best, performance.now() - start)
    // What has shown itself is not shown thrice.
    if (best > ENOUGH * 2) break
  }
  return best
}
