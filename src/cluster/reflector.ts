import { messageOf } from '../core/model/thrown.ts'
import type { Resource } from '../kubernetes/kinds.ts'
import { type BackOff, createBackOff } from '../pacing/back-off.ts'
import { sleep } from '../pacing/clock.ts'
import { isAbsent, isExpired } from './api-error.ts'
import type { ApiServer } from './api-server.ts'
import { type Listed, listAll, type WatchEvent, watch } from './list-watch.ts'
import { apiVersionOf, pathOf } from './resources.ts'
import { othersFirst } from './slices.ts'

/** Where the objects go. */
export interface Sink {
  /** A list begins: what is not put until it ends is gone. */
  begin(): void
  put(object: unknown): void
  end(): void
  remove(object: unknown): void
}

/** Times in milliseconds. */
export interface Timing {
  /** The API server ends a watch after this; then it goes on from where it was. */
  readonly watch: number
  /** A watch that is silent for so long is broken off: the API server sends a bookmark about every minute. */
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

interface ReflectorOptions {
  readonly api: ApiServer
  readonly resource: Resource
  readonly sink: Sink
  readonly timing: Timing
  /** Monotonic, milliseconds. */
  readonly now: () => number
  readonly random: () => number
  /** After every failure that is tried again. */
  readonly onFailure: (resource: Resource, error: unknown) => void
  /** After the first list of a resource that was not followed, and when it is found absent. */
  readonly onPhase: () => void
}

/** How well a resource is known. */
interface ReflectorState {
  /** The first list has not ended; the copy is kept up; the resource is not served. */
  readonly phase: 'starting' | 'following' | 'absent'
  /** When the API server last told that the copy is up to date, by `now`. */
  readonly contact: number
}

export interface Reflector {
  state(): ReflectorState
  /** Follows the resource until it is aborted; survives everything else. */
  run(signal: AbortSignal): Promise<void>
}

/** Keeps a copy of one resource: lists, watches from there, and whatever fails begins again. */
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
    while (!signal.aborted) {
      const wait = await this.#follow(signal).catch((error: unknown) => this.#failed(error, signal))
      await sleep(wait, signal)
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
    this.#backOff.reset()
    return this.#watch(listed, signal)
  }

  /** The first version that is served, and where its list ended; undefined where none is. */
  async #list(signal: AbortSignal): Promise<Followed | undefined> {
    const { resource } = this.#options
    for (const version of resource.versions) {
      const listed = {
        path: pathOf(resource, version),
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

  /** A connection may die in the middle of a page without a word. */
  async #listOnce(listed: Listed, signal: AbortSignal): Promise<string> {
    const { api, sink, timing } = this.#options
    const silence = silenceAfter(timing.silence)
    const both = AbortSignal.any([signal, silence.signal])
    try {
      sink.begin()
      const put = (object: unknown): void => {
        silence.heard()
        sink.put(object)
      }
      const version = await listAll({ api, listed, signal: both, onObject: put })
      sink.end()
      return version
    } catch (error) {
      throw silence.signal.aborted ? silence.signal.reason : error
    } finally {
      silence.end()
    }
  }

  /**
   * Watch after watch, until the version has expired, the resource is gone, or no data was received for long: then a list
   * is due. Of a watch that begins again only its next bookmark would tell that the copy is up to date.
   * @returns how long to wait before that list.
   */
  async #watch({ listed, from }: Followed, signal: AbortSignal): Promise<number> {
    let version = from
    while (!signal.aborted) {
      try {
        version = await this.#watchOnce({ listed, from: version }, signal)
      } catch (error) {
        if (isExpired(error) || isAbsent(error)) break
        const wait = this.#failed(error, signal)
        if (this.#isUnheard()) return wait
        if (error instanceof BrokenWatch) version = error.version
        await sleep(wait, signal)
      }
    }
    return this.#backOff.next()
  }

  #isUnheard(): boolean {
    const { now, timing } = this.#options
    return now() - this.#state.contact >= timing.silence
  }

  /** @returns the version to go on from. */
  async #watchOnce({ listed, from }: Followed, signal: AbortSignal): Promise<string> {
    const { api, sink, timing, random } = this.#options
    const silence = silenceAfter(timing.silence)
    const seconds = Math.ceil((timing.watch * (1 + random() / 5)) / 1000)
    let version = from
    try {
      const both = AbortSignal.any([signal, silence.signal])
      for await (const event of watch({ api, listed, signal: both, from, seconds })) {
        silence.heard()
        this.#backOff.reset()
        await othersFirst(() => take(event, sink))
        version = event.version
        this.#markContact('following')
      }
      return version
    } catch (error) {
      if (isExpired(error) || isAbsent(error)) throw error
      throw new BrokenWatch(version, silence.signal.aborted ? silence.signal.reason : error)
    } finally {
      silence.end()
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

function take(event: WatchEvent, sink: Sink): void {
  if (event.type === 'changed') sink.put(event.object)
  else if (event.type === 'deleted') sink.remove(event.object)
}

interface Followed {
  readonly listed: Listed
  readonly from: string
}

/** A watch that ended badly, and how far it had come. */
class BrokenWatch extends Error {
  readonly version: string

  constructor(version: string, cause: unknown) {
    super(messageOf(cause), { cause })
    this.version = version
  }
}

/** Aborts when no data was received for so long. */
function silenceAfter(ms: number) {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new Error(`no data received for ${ms / 1000} s`)), ms)
  return { signal: controller.signal, heard: () => timer.refresh(), end: () => clearTimeout(timer) }
}
