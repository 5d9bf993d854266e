import type { InventoryView } from '../core/inventory/inventory.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Clock } from './clock.ts'
import type { EventRecorder } from './events.ts'

/** What admission has to say of a workload. */
export interface WorkloadNews {
  readonly apiVersion: string
  readonly ref: ObjectRef
  /** `Protected`: written into the template; `WouldProtect`: mode dry-run. */
  readonly reason: 'Protected' | 'WouldProtect'
  readonly note: string
}

/** Events about what admission decided, on the objects themselves. Every replica tells what it answered. */
export interface WorkloadEvents {
  /** Notes it, at once and without fail: a request is being answered. */
  tell(news: WorkloadNews): void
  /** Tells what has been stored, until it is aborted. */
  run(signal: AbortSignal): Promise<void>
}

export interface WorkloadEventsOptions {
  readonly inventory: InventoryView
  readonly events: EventRecorder
  readonly clock: Clock
  /** Too many at once. */
  readonly onDropped: () => void
}

/** Between two looks. Milliseconds. */
const INTERVAL = 2_000
/** How long the object may take to be seen as stored; a request that was refused later never is. Milliseconds. */
const PATIENCE = 30_000
/** As many as the recorder lets wait. */
const MOST = 1000

export const createWorkloadEvents = (options: WorkloadEventsOptions): WorkloadEvents =>
  new WaitingEvents(options)

/**
 * At admission a new object has no uid, and nobody knows whether it will be stored: so an Event waits until the
 * inventory has seen the object as the news says.
 */
class WaitingEvents implements WorkloadEvents {
  readonly #options: WorkloadEventsOptions
  /** By object: the newest says it all. */
  readonly #waiting = new Map<string, { readonly news: WorkloadNews; readonly at: number }>()

  constructor(options: WorkloadEventsOptions) {
    this.#options = options
  }

  tell(news: WorkloadNews): void {
    const { clock, onDropped } = this.#options
    const { kind, namespace, name } = news.ref
    const key = `${kind}/${namespace}/${name}`
    // One that is changed again and again is told all the same: the wait counts from the first time.
    const known = this.#waiting.get(key)
    if (known === undefined && this.#waiting.size >= MOST) onDropped()
    else this.#waiting.set(key, { news, at: known?.at ?? clock.now() })
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      await clock.sleep(INTERVAL, signal)
      for (const [key, { news, at }] of this.#waiting) {
        const age = clock.now() - at
        if ((age >= INTERVAL && this.#isTold(news)) || age >= PATIENCE) this.#waiting.delete(key)
      }
    }
  }

  /** @returns false where the object is not yet seen as the news says. */
  #isTold({ apiVersion, ref, reason, note }: WorkloadNews): boolean {
    const live = this.#options.inventory.workload(ref)?.live
    if (live === undefined || (reason === 'Protected' && !live.recorded)) return false
    const action = reason === 'Protected' ? 'Inject' : 'DryRun'
    const regarding = { apiVersion, ...ref, uid: live.uid }
    this.#options.events.record({ regarding, type: 'Normal', reason, action, note })
    return true
  }
}
