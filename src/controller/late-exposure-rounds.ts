import type { Logger } from 'pino'
import { ApiError } from '../cluster/api-error.ts'
import { refText } from '../core/model/object-ref.ts'
import { Turns } from '../pacing/turns.ts'
import type { Case } from './late-exposure-cases.ts'

/** Namespaces over which the API server fails in one round, until that is its own trouble and not theirs. A choice. */
const MOST_FAILING = 3

interface RoundsOptions {
  /** In one round, so that a new workload need not wait for the end of a long one. */
  readonly most: number
  /** Until what the API server has failed over is asked for again. Milliseconds. */
  readonly pause: number
  readonly log: Logger
  /** Monotonic, milliseconds. */
  readonly now: () => number
}

interface Errand {
  readonly isDue: (one: Case) => boolean
  readonly act: (one: Case) => Promise<void>
}

/** Goes from case to case; namespaces take turns, from one round to the next as well. */
export class Rounds {
  readonly #options: RoundsOptions
  readonly #turns = new Turns()
  /** By uid: the API server failed over it, not to be asked for again before. */
  readonly #failed = new Map<string, number>()

  constructor(options: RoundsOptions) {
    this.#options = options
  }

  /**
   * A namespace in which the API server fails over an object waits for the next round, and nobody else does: it may be
   * that object, or a webhook that is called for it.
   * @param cases of one namespace in the order in which they are due.
   * @throws whatever `act` throws but a 5xx, and the 5xx of the third namespace.
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

  /** These uids are all that there are. */
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
