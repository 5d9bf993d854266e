import { IS_DEEP } from '../depth.ts'

/**
 * How the cost of something grows with its size, told without a clock that anybody could hold against a machine: by how
 * much more CPU time it takes at each doubling. Linear work doubles, quadratic work takes four times as much.
 */

/**
 * Milliseconds below which a measurement says more of the machine than of the work. A choice: with the shorter, growth that
 * shows only beside much else, at sizes that take long, is found by the longer.
 */
const SHORTEST = IS_DEEP ? 20 : 4
/** Doublings that are looked at. */
const DOUBLINGS = 2
/** Milliseconds after which no larger size is tried: linear work is then long enough at each of the sizes looked at. */
const ENOUGH = SHORTEST * 2 ** DOUBLINGS
/** Of each size the quickest counts: whatever else the machine does only adds. */
const TRIES = 3
/** How often a growth that is too fast is measured anew. A choice: what does grow too fast does so each time. */
const MEASUREMENTS = 8

/** Between linear work (2, with sorting a little more) and quadratic work (4). */
export const TOO_FAST = 3

export interface Growth {
  /** How much more it takes at twice the size; 1 where even the largest size takes no time to speak of. */
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
export async function growthOf(prepare: (size: number) => () => unknown, largest: number): Promise<Growth> {
  let growth = await growthOnce(prepare, largest)
  // What grows too fast does so again; a machine that was busy for a moment does not.
  for (let nth = 1; nth < MEASUREMENTS && growth.factor >= TOO_FAST; nth++) {
    const again = await growthOnce(prepare, largest)
    if (again.factor < growth.factor) growth = again
  }
  return growth
}

async function growthOnce(prepare: (size: number) => () => unknown, largest: number): Promise<Growth> {
  const measured: Measured[] = []
  for (const size of sizesTo(largest)) {
    const time = await quickest(() => prepare(size))
    measured.push({ size, time })
    if (time > ENOUGH && isEnough(measured)) break
  }
  return { factor: factorOf(measured), measured: measured.map(textOf).join(', ') }
}

/** The last is the largest, each before it half as large; the first ones say nothing but where a size is small. */
const sizesTo = (largest: number): readonly number[] =>
  Array.from({ length: 11 }, (_, index) => Math.ceil(largest / 2 ** (10 - index))).filter(
    (size, index, all) => size !== all[index - 1],
  )

const isLong = ({ time }: Measured): boolean => time >= SHORTEST

const isEnough = (measured: readonly Measured[]): boolean =>
  measured.filter(isLong).length > DOUBLINGS || (measured.at(-1)?.time ?? 0) > ENOUGH * 2 ** DOUBLINGS

/** Over the last doublings. The first of them is taken for no shorter than linear work would be before a time that is told. */
function factorOf(measured: readonly Measured[]): number {
  const [first, ...others] = measured.slice(-1 - DOUBLINGS)
  const last = others.at(-1)
  if (first === undefined || last === undefined || !isLong(last)) return 1
  const time = Math.max(first.time, SHORTEST / 2 ** DOUBLINGS)
  return (last.time / time) ** (1 / Math.log2(last.size / first.size))
}

const textOf = ({ size, time }: Measured): string => `${size}: ${time.toFixed(1)} ms`

async function quickest(prepare: () => () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let nth = 0; nth < TRIES; nth++) {
    const work = prepare()
    // This thread's only: the collector's threads take more, the more the tests before have left on the heap.
    const start = process.threadCpuUsage()
    await work()
    const { user, system } = process.threadCpuUsage(start)
    best = Math.min(best, (user + system) / 1_000)
    // What has shown itself is not shown thrice.
    if (best > ENOUGH * 2) break
  }
  return best
}
