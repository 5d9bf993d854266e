import { messageOf } from '../core/model/thrown.ts'
import { isWorkloadKind } from '../core/model/workload-kind.ts'
import { given } from '../kubernetes/json.ts'
import type { Resource } from '../kubernetes/kinds.ts'
import { type BackOff, createBackOff } from '../pacing/back-off.ts'
import { type Clock, sleep } from '../pacing/clock.ts'
import { isAbsent, isExpired } from './api-error.ts'
import type { ApiServer } from './api-server.ts'
import { type Listed, listAll, type WatchEvent, watch } from './list-watch.ts'
import { parseUnmanaged } from './parse-json.ts'
import { apiVersionOf, pathOf } from './resources.ts'
import { silenceAfter } from './silence.ts'
import { othersFirst } from './slices.ts'

/** Receives the objects. A promise that `put` or `remove` returns is waited for before the next object comes. */
export interface Sink {
  /** A list begins: objects not put before it ends are gone. */
  begin(): void
  put(object: unknown): unknown
  end(): void
  remove(object: unknown): unknown
}

/** Times in milliseconds. */
export interface Timing {
  /** The API server ends a watch after this; the next watch continues from its last version. */
  readonly watch: number
  /** A watch silent for this long is broken off: the API server sends a bookmark about every minute. */
  readonly silence: number
  /** Until a definition that is not installed is looked for again. */
  readonly absent: number
  readonly firstRetry: number
  readonly longestRetry: number
}

export const TIMING: Timing = {
  watch: 300_000,
  silence: 150_000,
  absent: 30_000,
  firstRetry: 500,
  longestRetry: 30_000,
}

/**
 * A watch that ends sooner, without any event, is a failure: an API server that is shutting down, or a proxy, ends each one
 * like that. Milliseconds; client-go's (tools/cache/reflector.go, "Unexpected watch close").
 */
const SHORTEST_WATCH = 1_000

interface ReflectorOptions {
  readonly api: ApiServer
  readonly resource: Resource
  readonly sink: Sink
  /** The only namespace; absent: all. */
  readonly namespace?: string
  /** Only objects that it selects, by fields that do not change. */
  readonly fieldSelector?: string
  readonly timing: Timing
  /** Monotonic, milliseconds. */
  readonly now: () => number
  readonly random: () => number
  /** Waits between attempts. @default sleep */
  readonly pause?: Clock['sleep']
  /** After every failure that will be retried. */
  readonly onFailure: (resource: Resource, error: unknown) => void
  /** When a resource becomes followed (its first list has ended) or is found absent. */
  readonly onPhase: () => void
}

/** How current the copy of a resource is. */
interface ReflectorState {
  /** The first list has not ended; the copy is kept up to date; the resource is not served. */
  readonly phase: 'starting' | 'following' | 'absent'
  /** When the API server last confirmed that the copy is up to date, on the clock of `now`. */
  readonly contact: number
}

export interface Reflector {
  state(): ReflectorState
  /** Follows the resource until aborted; survives everything else. */
  run(signal: AbortSignal): Promise<void>
}

/** Keeps a copy of one resource: lists it, watches from there, and starts again after any failure. */
export const createReflector = (options: ReflectorOptions): Reflector => new ListingReflector(options)

class ListingReflector implements Reflector {
  readonly #options: ReflectorOptions
  readonly #backOff: BackOff
  #state: ReflectorState

  constructor(options: ReflectorOptions) {
    const { timing, random, now } = options
    this.#options = options
    this.#backOff = createBackOff({ first: timing.firstRetry, longest: timing.longestRetry, random })
    this.#state = { phase: 'starting', contact: now() }
  }

  state(): ReflectorState {
    return this.#state
  }

  async run(signal: AbortSignal): Promise<void> {
    const { pause = sleep } = this.#options
    while (!signal.aborted) {
      const wait = await this.#follow(signal).catch((error: unknown) => this.#failed(error, signal))
      await pause(wait, signal)
    }
  }

  /** @returns how long to wait before the next list. */
  async #follow(signal: AbortSignal): Promise<number> {
    const listed = await this.#list(signal)
    if (listed === undefined) {
      this.#options.sink.begin()
      this.#options.sink.end()
      this.#markContact('absent')
      return this.#options.timing.absent
    }
    this.#markContact('following')
    return this.#watch(listed, signal)
  }

  /** The first served version, and the version where its list ended; undefined if none is served. */
  async #list(signal: AbortSignal): Promise<Followed | undefined> {
    const { resource, namespace } = this.#options
    for (const version of resource.versions) {
      const listed = {
        path: pathOf(resource, version, namespace),
        apiVersion: apiVersionOf(resource, version),
        kind: resource.kind,
      }
      try {
        return { listed, from: await this.#listOnce(listed, signal) }
      } catch (error) {
        if (!isAbsent(error) || resource.builtIn) throw error
      }
    }
    return undefined
  }

  /** Ends with an error if the connection is silent for too long: it may die in the middle of a page unnoticed. */
  async #listOnce(listed: Listed, signal: AbortSignal): Promise<string> {
    const { api, sink, timing } = this.#options
    const silence = silenceAfter(timing.silence)
    const both = AbortSignal.any([signal, silence.signal])
    try {
      sink.begin()
      const put = (object: unknown): unknown => {
        silence.heard()
        return sink.put(object)
      }
      const listing = { api, listed, signal: both, ...this.#reading() }
      const version = await listAll({ ...listing, onObject: put })
      sink.end()
      return version
    } catch (error) {
      throw silence.signal.aborted ? silence.signal.reason : error
    } finally {
      silence.end()
    }
  }

  /**
   * Watch after watch, until the version has expired, the resource is gone, or no data was received for too long:
   * then a new list is due. A restarted watch would confirm that the copy is up to date only with its next bookmark.
   * @returns how long to wait before that list.
   */
  async #watch({ listed, from }: Followed, signal: AbortSignal): Promise<number> {
    const { pause = sleep } = this.#options
    let version = from
    while (!signal.aborted) {
      try {
        version = await this.#watchOnce({ listed, from: version }, signal)
      } catch (error) {
        if (isExpired(error) || isAbsent(error)) break
        const wait = this.#failed(error, signal)
        if (this.#isUnheard()) return wait
        if (error instanceof BrokenWatch) version = error.version
        await pause(wait, signal)
      }
    }
    return this.#backOff.next()
  }

  #isUnheard(): boolean {
    const { now, timing } = this.#options
    return now() - this.#state.contact >= timing.silence
  }

  /** @returns the version to continue from. */
  async #watchOnce({ listed, from }: Followed, signal: AbortSignal): Promise<string> {
    const { api, sink, timing, random, now } = this.#options
    const silence = silenceAfter(timing.silence)
    const seconds = Math.ceil((timing.watch * (1 + random() / 5)) / 1000)
    const began = now()
    const isShort = () => now() - began < SHORTEST_WATCH
    let version = from
    let isHeard = false
    try {
      const both = AbortSignal.any([signal, silence.signal])
      const watching = { api, listed, signal: both, from, seconds, ...this.#reading() }
      for await (const event of watch(watching)) {
        silence.heard()
        isHeard = true
        this.#backOff.reset()
        await othersFirst(() => take(event, sink))
        version = event.version
        this.#markContact('following')
      }
      if (!isHeard && isShort()) throw new Error('the watch ended as soon as it began')
      return version
    } catch (error) {
      if (isExpired(error) || isAbsent(error)) throw error
      throw new BrokenWatch(version, silence.signal.aborted ? silence.signal.reason : error)
    } finally {
      silence.end()
      // Not at the end of a list: if the version has expired by then each time, the lists must become rarer.
      if (!isShort()) this.#backOff.reset()
    }
  }

  /** Which objects are read, and what of them: who states the replicas of a workload is in its managed fields. */
  #reading() {
    const { resource, fieldSelector } = this.#options
    const isRead = isWorkloadKind(resource.group, resource.kind)
    return {
      ...given('fieldSelector', fieldSelector),
      ...given('parse', isRead ? undefined : parseUnmanaged),
    }
  }

  #markContact(phase: ReflectorState['phase']): void {
    const before = this.#state.phase
    this.#state = { phase, contact: this.#options.now() }
    if (phase !== before) this.#options.onPhase()
  }

  /** @returns how long to wait. */
  #failed(error: unknown, signal: AbortSignal): number {
    if (!signal.aborted) this.#options.onFailure(this.#options.resource, error)
    return this.#backOff.next()
  }
}

function take(event: WatchEvent, sink: Sink): unknown {
  if (event.type === 'changed') return sink.put(event.object)
  return event.type === 'deleted' ? sink.remove(event.object) : undefined
}

interface Followed {
  readonly listed: Listed
  readonly from: string
}

/** A watch that ended with an error, and the version that it had reached. */
class BrokenWatch extends Error {
  readonly version: string

  constructor(version: string, cause: unknown) {
    super(messageOf(cause), { cause })
    this.version = version
  }
}
