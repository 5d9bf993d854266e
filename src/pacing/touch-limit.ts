/**
 * How many rollouts may be started in any one minute, in one namespace and over the whole cluster. Choices: one
 * namespace alone leaves most of them to the others, since who waits for a minute has missed its load balancer's first.
 */
const MOST_IN_ONE = 10
export const MOST_TOUCHES = 30
/** Milliseconds. */
const MINUTE = 60_000

interface Touch {
  readonly namespace: string
  readonly at: number
}

/** Keeps a burst of new workloads from becoming a burst of rollouts. */
export class TouchLimit {
  readonly #now: () => number
  #touched: readonly Touch[] = []

  /** @param now monotonic, milliseconds. */
  constructor(now: () => number) {
    this.#now = now
  }

  isFree(namespace: string): boolean {
    const since = this.#now() - MINUTE
    this.#touched = this.#touched.filter(({ at }) => at > since)
    const own = this.#touched.filter((touch) => touch.namespace === namespace)
    return this.#touched.length < MOST_TOUCHES && own.length < MOST_IN_ONE
  }

  touched(namespace: string): void {
    this.#touched = [...this.#touched, { namespace, at: this.#now() }]
  }
}
