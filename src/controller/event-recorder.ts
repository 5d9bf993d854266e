import { ApiError, isAbsent, isAlreadyThere } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { createObject, MERGE_PATCH, patchObject } from '../cluster/objects.ts'
import { createBackOff } from '../pacing/back-off.ts'
import { type Clock, microTime } from '../pacing/clock.ts'
import { Lines } from '../pacing/lines.ts'
import { type Rate, TokenBucket } from '../pacing/rate-limit.ts'
import { remember } from '../pacing/remember.ts'
import { eventName, eventObject, eventPath, eventsPath, readSeries } from './event-object.ts'
import type { EventRecorder, ObjectEvent } from './events.ts'

/** How often a repeated Event is written again. Milliseconds; client-go, tools/events refreshTime. */
const REFRESH = 30 * 60_000
/** Maximum of waiting Events (client-go, tools/events maxQueuedEvents). */
const LONGEST_QUEUE = 1000
/** For the whole cluster: client-go's own rate for a client, 5 a second, 10 at once (rest/config.go). */
const TOTAL: Rate = { burst: 10, each: 200 }
/** For one object: 25 at once, then one in 5 minutes (client-go, tools/record defaultSpamBurst, defaultSpamQPS). */
const PER_OBJECT: Rate = { burst: 25, each: 300_000 }
const LONGEST_TRY = 3
const FIRST_RETRY = 1_000
const LONGEST_RETRY = 10_000

/** The result for an Event, as a label value of a metric. */
export type EventOutcome =
  /** A new Event. */
  | 'created'
  /** The count of an existing Event was raised. */
  | 'repeated'
  /** Reported within the last half hour: counted with the next one. */
  | 'folded'
  /** Too many at once. */
  | 'dropped'
  | 'failed'

interface RecorderOptions {
  readonly api: ApiServer
  readonly clock: Clock
  readonly random: () => number
  /** Which Slackwater process reports. */
  readonly instance: string
  /** Ends the recorder: waiting Events are dropped. */
  readonly signal: AbortSignal
  readonly onOutcome: (outcome: EventOutcome) => void
  /** For each Event that is given up. */
  readonly onFailure: (event: ObjectEvent, error: unknown) => void
}

/**
 * Sends Events one after another, as fast as the rate allows; namespaces take turns. Starts on its own, and ends with
 * its signal.
 */
export const createEventRecorder = (options: RecorderOptions): EventRecorder => new QueuedRecorder(options)

/** What is remembered of an Event. Thousands are kept for half an hour, so each holds only what is needed. */
interface Remembered {
  /** As stored by the API server; 0 if the Event is not known to exist. */
  count: number
  /** Not yet sent. */
  unsent: number
  /** On the monotonic clock; undefined while the Event waits. */
  sent: number | undefined
}

/** An Event that waits to be sent. */
interface Waiting {
  readonly event: ObjectEvent
  /** When it was first recorded. */
  readonly at: Date
  readonly known: Remembered
}

class QueuedRecorder implements EventRecorder {
  readonly #options: RecorderOptions
  readonly #now: () => number
  readonly #total: TokenBucket
  readonly #perObject = new Map<string, TokenBucket>()
  readonly #remembered = new Map<string, Remembered>()
  readonly #queue = new Lines<Waiting>(LONGEST_QUEUE)
  #draining: Promise<void> | undefined

  constructor(options: RecorderOptions) {
    this.#options = options
    this.#now = () => options.clock.now()
    this.#total = new TokenBucket(TOTAL, this.#now)
  }

  record(event: ObjectEvent): void {
    const { clock, onOutcome } = this.#options
    const name = eventName(event)
    const before = this.#remembered.get(name)
    if (before !== undefined && (before.sent === undefined || clock.now() - before.sent < REFRESH)) {
      before.unsent++
      onOutcome('folded')
    } else if (this.#isTooMuch(event)) {
      onOutcome('dropped')
    } else {
      const { count = 0, unsent = 0 } = before ?? {}
      const known = { count, unsent: unsent + 1, sent: undefined }
      remember(this.#remembered, name, known)
      const gone = this.#queue.add(event.regarding.namespace, name, { event, at: clock.date(), known })
      if (gone !== undefined) this.#gaveWay(gone)
      this.#draining ??= this.#drain()
    }
  }

  /** The next Event of this name counts as new. */
  #gaveWay({ event }: Waiting): void {
    this.#remembered.delete(eventName(event))
    this.#options.onOutcome('dropped')
  }

  async flush(): Promise<void> {
    await this.#draining
  }

  #isTooMuch({ regarding }: ObjectEvent): boolean {
    if (this.#options.signal.aborted || !this.#queue.hasRoomFor(regarding.namespace)) return true
    const known = this.#perObject.get(regarding.uid)
    const bucket = known ?? new TokenBucket(PER_OBJECT, this.#now)
    remember(this.#perObject, regarding.uid, bucket)
    return !bucket.take()
  }

  async #drain(): Promise<void> {
    const { clock, signal, onOutcome } = this.#options
    while (this.#queue.size > 0) {
      await clock.sleep(this.#total.wait(), signal)
      const next = signal.aborted ? undefined : this.#queue.next()
      if (next === undefined) break
      this.#total.take()
      onOutcome(await this.#deliver(next))
    }
    while (this.#queue.next() !== undefined) onOutcome('dropped')
    this.#draining = undefined
  }

  async #deliver(waiting: Waiting): Promise<EventOutcome> {
    const { clock, signal, random, onFailure } = this.#options
    const backOff = createBackOff({ first: FIRST_RETRY, longest: LONGEST_RETRY, random })
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#send(waiting)
      } catch (error) {
        if (attempt < LONGEST_TRY && mayPass(error) && !signal.aborted) {
          await clock.sleep(backOff.next(), signal)
          continue
        }
        this.#remembered.delete(eventName(waiting.event))
        if (!signal.aborted) onFailure(waiting.event, error)
        return 'failed'
      }
    }
  }

  async #send(waiting: Waiting): Promise<EventOutcome> {
    if (waiting.known.count > 0) {
      try {
        return await this.#raise(waiting)
      } catch (error) {
        // The API server keeps Events for about an hour.
        if (!isAbsent(error)) throw error
      }
    }
    return this.#create(waiting)
  }

  async #create(waiting: Waiting): Promise<EventOutcome> {
    const { api, instance, signal } = this.#options
    const { event, at } = waiting
    const written = { path: eventsPath(event.regarding), body: eventObject(event, at, instance) }
    try {
      await createObject(api, written, signal)
    } catch (error) {
      if (isAlreadyThere(error)) return this.#continue(waiting)
      throw error
    }
    this.#markSent(waiting, { count: 1, of: 1, age: 0 })
    return 'created'
  }

  /** Another replica recorded it, or this one before a restart. */
  async #continue(waiting: Waiting): Promise<EventOutcome> {
    const { clock } = this.#options
    // An empty patch returns the object: so the permission to patch is enough.
    const { count, last } = readSeries(await this.#patch(waiting.event, {}))
    const age = clock.date().getTime() - last
    waiting.known.count = count
    if (age >= REFRESH || age < 0) return this.#raise(waiting)
    this.#markSent(waiting, { count, of: 0, age })
    return 'folded'
  }

  async #raise(waiting: Waiting): Promise<EventOutcome> {
    const of = waiting.known.unsent
    const count = waiting.known.count + of
    const series = { count, lastObservedTime: microTime(this.#options.clock.date()) }
    await this.#patch(waiting.event, { series })
    this.#markSent(waiting, { count, of, age: 0 })
    return 'repeated'
  }

  #patch(event: ObjectEvent, body: object): Promise<unknown> {
    const { api, signal } = this.#options
    return patchObject(api, { path: eventPath(event), body, contentType: MERGE_PATCH }, signal)
  }

  #markSent({ known }: Waiting, { count, of, age }: SentSeries): void {
    known.count = count
    known.unsent -= of
    known.sent = this.#options.clock.now() - age
  }
}

interface SentSeries {
  /** As stored by the API server now. */
  readonly count: number
  /** How many of the unsent ones it contains. */
  readonly of: number
  /** Milliseconds since it was written. */
  readonly age: number
}

/** If there is no answer at all, or the API server reports that it is busy, a retry may succeed. */
const mayPass = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status === 429 || error.status >= 500
