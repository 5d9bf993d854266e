import { SERVING, WINDOW } from './leave.ts'

/**
 * Of a target whose end nobody saw: an address rests for 30 s before it is another Pod's (the VPC CNI's
 * IP_COOLDOWN_PERIOD), so requests that come again after a long silence are for another one. Milliseconds; a choice.
 */
export const SILENCE = 20_000

/**
 * Only where there was a request each second before, from all nodes together: one of three nodes alone, with one in 3 s, is
 * silent for so long once in 800 times (e^(−20/3)).
 */
const BUSY = SERVING / 1_000

/**
 * And only where none of this minute's six parts was without one, so that it was never silent for so long: requests may come
 * in bursts, as those of jobs do. Milliseconds.
 */
const PART = SILENCE / 2
const PARTS = SERVING / PART
const EVERY_PART = 2 ** PARTS - 1

/** The part of the minute before a target left, as a bit. @param before milliseconds, 0 to SERVING. */
export const partOf = (before: number): number => 1 << Math.min(PARTS - 1, Math.floor(before / PART))

/** Milliseconds. */
const SLOT = 5_000
const SLOTS = WINDOW / SLOT

/** When requests came after a departure: of each five seconds the first and the last. */
export class Silence {
  readonly #start: number
  readonly #first = new Float64Array(SLOTS).fill(Number.POSITIVE_INFINITY)
  readonly #last = new Float64Array(SLOTS).fill(Number.NEGATIVE_INFINITY)

  constructor(start: number) {
    this.#start = start
  }

  note(at: number): void {
    const slot = Math.min(SLOTS - 1, Math.max(0, Math.floor((at - this.#start) / SLOT)))
    this.#first[slot] = Math.min(this.#first[slot] ?? at, at)
    this.#last[slot] = Math.max(this.#last[slot] ?? at, at)
  }

  /**
   * The last request before the first long silence, and the first after it.
   * @param before requests in the minute before it left. @param parts of that minute in which there were some, as bits.
   * @returns undefined: there was no such silence.
   */
  end(before: number, parts: number): { readonly last: number; readonly reused: number } | undefined {
    if (before < BUSY || parts !== EVERY_PART) return undefined
    let last = this.#start
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const first = this.#first[slot] ?? Number.POSITIVE_INFINITY
      if (first === Number.POSITIVE_INFINITY) continue
      if (first - last > SILENCE) return { last, reused: first }
      last = this.#last[slot] ?? last
    }
    return undefined
  }
}
