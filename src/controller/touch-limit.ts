/** How many rollouts may be started in any one minute, over the whole cluster. A choice. */
const MOST = 10
/** Milliseconds. */
const MINUTE = 60_000

/** Keeps a burst of new workloads from becoming a burst of rollouts. */
export class TouchLimit {
  readonly #now: () => number
  #touched: readonly number[] = []

  /** @param now monotonic, milliseconds. */
  constructor(now: () => number) {
    this.#now = now
  }

  isFree(): boolean {
    const since = this.#now() - MINUTE
    this.#touched = this.#touched.filter((at) => at > since)
    return this.#touched.length < MOST
  }

  touched(): void {
    this.#touched = [...this.#touched, this.#now()]
  }
}
