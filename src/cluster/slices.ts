/**
 * How long work runs before requests get their turn: one thread does both. Milliseconds. A choice: a tenth of the
 * allowed delay of the event loop (50 ms at the 99th percentile), since the last step may take as long again.
 */
const SLICE = 5

/**
 * The time of one event loop, shared by requests and long work: reading lists and watches, control loops, reports.
 * Between two polls for I/O there is one slice of long work, however many tasks there are.
 */
export class Slices {
  readonly #now: () => number
  readonly #waiting: (() => void)[] = []
  /** When the current slice began; undefined if there is none. */
  #began: number | undefined

  /** @param now monotonic, milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Runs a step of long work once there is time for it. @returns the step's result. @throws the step's error. */
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

  /** Whether the time of the current slice is over. */
  isUsedUp(): boolean {
    return this.#began === undefined || this.#now() - this.#began >= SLICE
  }

  /** A slice ends once the event loop has polled for I/O. */
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

/** Runs a step of long work; pending I/O goes first. @returns the step's result. @throws the step's error. */
export const othersFirst = <T>(step: () => T): Promise<T> => slices.take(step)

/** Runs all steps, with other work in between. @returns the generator's result. @throws the generator's error. */
export async function inSlices<T>(steps: Iterator<unknown, T>): Promise<T> {
  for (;;) {
    const { done, value } = await othersFirst(() => nextUntil(steps, () => slices.isUsedUp()))
    if (done === true) return value
  }
}

/**
 * Runs steps that a caller waits for: one slice of them at once, and the rest with other work in between.
 * @returns undefined if all steps are done, so that the caller need not wait. @throws the steps' error.
 */
export function atOnceOrInSlices(steps: Iterator<unknown, unknown>): Promise<unknown> | undefined {
  const end = performance.now() + SLICE
  const { done } = nextUntil(steps, () => performance.now() >= end)
  return done === true ? undefined : nextTurn().then(() => inSlices(steps))
}

/** Lets the event loop poll for I/O. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function nextUntil<T>(steps: Iterator<unknown, T>, isOver: () => boolean): IteratorResult<unknown, T> {
  for (;;) {
    const step = steps.next()
    if (step.done === true || isOver()) return step
  }
}
