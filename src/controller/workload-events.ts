import type { InventoryView } from '../core/inventory/inventory.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Clock } from '../pacing/clock.ts'
import { Lines } from '../pacing/lines.ts'
import { type Rate, TokenBucket } from '../pacing/rate-limit.ts'
import { Turns } from '../pacing/turns.ts'
import type { EventRecorder, ObjectEvent } from './events.ts'
import type { StoredNews } from './stored-news.ts'

/** A workload about which admission has decided. */
export interface WorkloadNews {
  readonly ref: ObjectRef
  /** What the stored object is expected to show. */
  readonly reason: StoredNews['reason']
}

/** Events about admission's decisions, on the objects themselves. Every replica reports its own answers. */
export interface WorkloadEvents {
  /** Stores the news at once and cannot fail: a request is being answered. */
  tell(news: WorkloadNews): void
  /** Records Events for stored objects until aborted. */
  run(signal: AbortSignal): Promise<void>
}

interface WorkloadEventsOptions {
  readonly inventory: InventoryView
  readonly events: EventRecorder
  readonly clock: Clock
  /** Reads the stored object. @returns undefined if it shows nothing that is worth an Event. */
  readonly read: (news: WorkloadNews, signal: AbortSignal) => Promise<StoredNews | undefined>
  /** Too many news wait. */
  readonly onDropped: () => void
  /** The object could not be read; its news are dropped. */
  readonly onFailure: (ref: ObjectRef, error: unknown) => void
}

/** Between two checks. Milliseconds. A choice. */
const INTERVAL = 2_000
/** How long the object may take to appear as stored; a request rejected later never does. Milliseconds. A choice. */
const PATIENCE = 30_000
/** The same number as in the recorder's queue. */
const MOST = 1000
/**
 * Reads of stored objects, independent of the number of requests: client-go's own rate for a client, as for Events
 * (rest/config.go).
 */
const READS: Rate = { burst: 10, each: 200 }

export const createWorkloadEvents = (options: WorkloadEventsOptions): WorkloadEvents =>
  new WaitingEvents(options)

interface Waiting {
  readonly news: WorkloadNews
  readonly at: number
}

/**
 * During admission a new object has no uid, and it is unknown whether it will be stored, or whether the caller is the
 * API server at all. So an Event waits until the inventory has seen the object as expected, and reports what is then
 * read from it.
 */
class WaitingEvents implements WorkloadEvents {
  readonly #options: WorkloadEventsOptions
  readonly #reads: TokenBucket
  /** By object: the newest news contain all. */
  readonly #waiting = new Lines<Waiting>(MOST)
  readonly #turns = new Turns()

  constructor(options: WorkloadEventsOptions) {
    this.#options = options
    this.#reads = new TokenBucket(READS, () => options.clock.now())
  }

  tell(news: WorkloadNews): void {
    const { clock, onDropped } = this.#options
    const { namespace } = news.ref
    // An object that changes again and again must still be reported: the wait counts from the first time.
    const known = this.#waiting.get(namespace, keyOf(news))
    if (known === undefined && !this.#waiting.hasRoomFor(namespace)) onDropped()
    else if (this.#waiting.add(namespace, keyOf(news), { news, at: known?.at ?? clock.now() }) !== undefined)
      onDropped()
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      await clock.sleep(INTERVAL, signal)
      for (const waiting of this.#turns.through(this.#waiting.all(), ({ news }) => news.ref.namespace)) {
        if (signal.aborted) return
        if (await this.#isDone(waiting, signal)) this.#forget(waiting)
      }
    }
  }

  /** Newer news about the same object stay. */
  #forget(waiting: Waiting): void {
    const { namespace } = waiting.news.ref
    const key = keyOf(waiting.news)
    if (this.#waiting.get(namespace, key) === waiting) this.#waiting.delete(namespace, key)
  }

  async #isDone({ news, at }: Waiting, signal: AbortSignal): Promise<boolean> {
    const age = this.#options.clock.now() - at
    if (age < INTERVAL) return false
    if (!this.#isSeen(news)) return age >= PATIENCE
    // The object has been seen and must be read: waiting for a turn does not use up its time.
    if (!this.#reads.take()) return false
    this.#turns.served(news.ref.namespace)
    return this.#inspect(news, age, signal)
  }

  #isSeen({ ref, reason }: WorkloadNews): boolean {
    const live = this.#options.inventory.workload(ref)?.live
    return live !== undefined && (reason !== 'Protected' || live.recorded)
  }

  /** @returns false if it must be read again later. */
  async #inspect(news: WorkloadNews, age: number, signal: AbortSignal): Promise<boolean> {
    const { read, events, onFailure } = this.#options
    const { reason } = news
    try {
      const stored = await read(news, signal)
      if (stored?.reason !== reason) return age >= PATIENCE
      const { regarding, note } = stored
      events.record({ regarding, ...WORDS[reason], reason, note })
    } catch (error) {
      if (!signal.aborted) onFailure(news.ref, error)
    }
    return true
  }
}

const WORDS = {
  Protected: { type: 'Normal', action: 'Inject' },
  WouldProtect: { type: 'Normal', action: 'DryRun' },
  ControllerNotReady: { type: 'Warning', action: 'Report' },
} as const satisfies Record<StoredNews['reason'], Pick<ObjectEvent, 'type' | 'action'>>

/** News about the controller do not contain those about the object itself. */
const keyOf = ({ ref: { kind, name }, reason }: WorkloadNews): string =>
  `${kind}/${name}${reason === 'ControllerNotReady' ? ' controller' : ''}`
