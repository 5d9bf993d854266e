import type { Logger } from 'pino'
import { ApiError } from '../cluster/api-error.ts'
import { refText } from '../core/model/object-ref.ts'
import { Turns } from '../pacing/turns.ts'
import type { Case } from './late-exposure-cases.ts'

/** Namespaces with API server errors that end a round: the API server itself is then failing. A choice. */
const MOST_FAILING = 3

interface RoundsOptions {
  /** Cases in one round, so that a new workload need not wait for the end of a long one. */
  readonly most: number
  /** Until a workload with an API server error is tried again. Milliseconds. */
  readonly pause: number
  readonly log: Logger
  /** Monotonic, milliseconds. */
  readonly now: () => number
}

interface Errand {
  readonly isDue: (one: Case) => boolean
  readonly act: (one: Case) => Promise<void>
}

/** Handles one case after another; namespaces take turns, also from one round to the next. */
export class Rounds {
  readonly #options: RoundsOptions
  readonly #turns = new Turns()
  /** By uid: a workload with an API server error, and the time before which it is not tried again. */
  readonly #failed = new Map<string, number>()

  constructor(options: RoundsOptions) {
    this.#options = options
  }

  /**
   * If the API server fails on an object, only the object's namespace waits for the next round: the cause may be that
   * object, or a webhook that is called for it.
   * @param cases those of one namespace in the order in which they are due.
   * @throws any error of `act` except a 5xx, and the 5xx of the third namespace.
   */
  async go(cases: readonly Case[], { isDue, act }: Errand): Promise<void> {
    const failing = new Set<string>()
    let left = this.#options.most
    for (const one of this.#turns.through(cases, namespaceOf)) {
      const namespace = namespaceOf(one)
      if (failing.has(namespace) || this.#isPaused(one) || !isDue(one)) continue
      this.#turns.served(namespace)
      try {
        await act(one)
      } catch (error) {
        if (!(error instanceof ApiError) || error.status < 500) throw error
        this.#failedOver(one, error)
        if (failing.add(namespace).size === MOST_FAILING) throw error
      }
      if (--left === 0) return
    }
  }

  /** Keeps only these uids. */
  forgetAllBut(uids: ReadonlySet<string>): void {
    for (const uid of [...this.#failed.keys()]) if (!uids.has(uid)) this.#failed.delete(uid)
  }

  #isPaused({ live: { uid } }: Case): boolean {
    const until = this.#failed.get(uid)
    return until !== undefined && this.#options.now() < until
  }

  #failedOver({ workload, live: { uid } }: Case, { message }: ApiError): void {
    const { now, pause, log } = this.#options
    this.#failed.set(uid, now() + pause)
    log.warn({ workload: refText(workload.ref), error: message }, 'workload not checked')
  }
}

const namespaceOf = ({ workload }: Case): string => workload.ref.namespace
