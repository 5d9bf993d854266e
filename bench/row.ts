/** One line of the table of `npm run bench`: what a section of the benchmark returns. Values only, no clock, no output. */

/** What the figure, or its ratio to the base of comparison, must keep. */
export interface Aim {
  readonly of: 'ours' | 'ratio'
  readonly direction: 'at most' | 'at least'
  /** In the row's unit if it is of `ours`. */
  readonly value: number
}

/** What ours is measured beside, in turn and in the same run. */
export interface Base {
  /** At most 8 characters; heads its column: `bare`, `node -e`, `at 10`. */
  readonly name: string
  /** One value for each round, in the row's unit. */
  readonly rounds: readonly number[]
}

export interface Row {
  /** Unique, kept between commits: `decision/inject/20000`. What comes before the first slash is the section. */
  readonly id: string
  /** At most 34 characters, without the unit. */
  readonly name: string
  /** At most 6 characters: `µs`, `ms`, `MiB`, `req/s`; empty for a plain number. */
  readonly unit: string
  /** One value for each round, in the order they were measured. Empty: not measured, and `note` gives the reason. */
  readonly ours: readonly number[]
  readonly base?: Base
  readonly aim?: Aim
  /** A sentence below the table: why a curve is not flat, why an aim is not met, what was not measured. */
  readonly note?: string
}

export type Judgement = 'met' | 'not met' | 'no aim' | 'not measured'

/** What every section gets. */
export interface BenchRun {
  /** Interleaved rounds to measure after the warm-up. */
  readonly rounds: number
  /** Sizes and cases that take minutes are measured too. */
  readonly isLong: boolean
  /** The checkout whose program (`dist/main.js`) and core are measured, absolute. What measures is always this one's. */
  readonly root: string
  /** A line on stderr. */
  readonly progress: (line: string) => void
}

/** Rows of one subject. Measured one section after the other; starts and ends its own processes. */
export interface Section {
  /** As it is chosen on the command line: `npm run bench -- http`. */
  readonly name: string
  /** Heads its rows. */
  readonly title: string
  readonly measure: (run: BenchRun) => Promise<readonly Row[]>
  /** The rows with another checkout as the base, in turn with `root` in each round. Absent: cannot be compared. */
  readonly compare?: (run: BenchRun, other: string) => Promise<readonly Row[]>
}

/** The middle value; of two in the middle, their mean. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/**
 * Ours divided by the base: the median of the rounds' own ratios, since what disturbs a round disturbs both in it. Where
 * they have not equally many rounds, the ratio of the medians. Undefined without a base, or before anything is measured.
 */
export function ratioOf({ ours, base }: Row): number | undefined {
  if (base === undefined || ours.length === 0 || base.rounds.length === 0) return undefined
  if (ours.length !== base.rounds.length) return median(ours) / median(base.rounds)
  return median(ours.map((value, round) => value / (base.rounds[round] ?? Number.NaN)))
}

/** Compared as measured, not as printed: 1.304 is more than 1.3. */
export function judge(row: Row): Judgement {
  const { ours, aim } = row
  if (ours.length === 0) return 'not measured'
  if (aim === undefined) return 'no aim'
  const value = aim.of === 'ours' ? median(ours) : ratioOf(row)
  if (value === undefined || Number.isNaN(value)) return 'not measured'
  const isMet = aim.direction === 'at most' ? value <= aim.value : value >= aim.value
  return isMet ? 'met' : 'not met'
}
