/**
 * How long work goes on before requests get their turn: one thread does both. Milliseconds. A choice: a tenth of the
 * delay of the event loop that is allowed for (50 ms at the 99th percentile), since the last step may be as long again.
 */
const SLICE = 5

/**
 * The time of one event loop, which requests share with long work: lists and watches that are read, loops, reports.
 * Between two looks at what has arrived there is one slice of long work, however many works there are.
 */
export class Slices {
  readonly #now: () => number
  readonly #waiting: (() => void)[] = []
  /** When the slice began that is being used; undefined: there is none. */
  #began: number | undefined

  /** @param now monotonic, milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Takes a step of long work, once there is time for it. @returns what it returns. @throws what it throws. */
  async take<T>(step: () => T): Promise<T> {
    if (this.#began === undefined) this.#begin()
    else if (this.isUsedUp())
      return new Promise((resolve, reject) =>
        this.#waiting.push(() => {
          try {
            resolve(step())
          } catch (error) {
            reject(error)
          }
        }),
      )
    return step()
  }

  /** The time of the present slice is over. */
  isUsedUp(): boolean {
    return this.#began === undefined || this.#now() - this.#began >= SLICE
  }

  /** Its end comes once the event loop has looked at what has arrived. */
  #begin(): void {
    this.#began = this.#now()
    setImmediate(() => this.#end())
  }

  #end(): void {
    this.#began = undefined
    const next = this.#waiting.shift()
    if (next === undefined) return
    this.#begin()
    next()
  }
}

/** A process has one event loop. */
const slices = new Slices()

/** A step of long work: what has arrived goes first. @returns what it returns. @throws what it throws. */
export const othersFirst = <T>(step: () => T): Promise<T> => slices.take(step)

/** Runs steps to their end, with others in between. @returns what the generator returns. @throws what it throws. */
export async function inSlices<T>(steps: Iterator<unknown, T>): Promise<T> {
  for (;;) {
    const { done, value } = await othersFirst(() => nextUntil(steps, () => slices.isUsedUp()))
    if (done === true) return value
  }
}

/**
 * Runs steps that somebody waits for: one slice of them at once, and only what is left has others in between.
 * @returns undefined where nothing is left, so that who needs no more than that waits for nothing. @throws what they throw.
 */
export function atOnceOrInSlices(steps: Iterator<unknown, unknown>): Promise<unknown> | undefined {
  const end = performance.now() + SLICE
  const { done } = nextUntil(steps, () => performance.now() >= end)
  return done === true ? undefined : nextTurn().then(() => inSlices(steps))
}

/** At what has arrived. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function nextUntil<T>(steps: Iterator<unknown, T>, isOver: () => boolean): IteratorResult<unknown, T> {
  for (;;) {
    const step = steps.next()
    if (step.done === true || isOver()) return step
  }
}
