import { isForbidden } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { createReflector, type Reflector, type Sink, type Timing } from '../cluster/reflector.ts'
import type { Resource } from '../kubernetes/kinds.ts'
import type { Clock } from '../pacing/clock.ts'

interface FollowedResourceOptions {
  readonly api: ApiServer
  readonly resource: Resource
  readonly fieldSelector: string
  readonly sink: Sink
  readonly timing: Timing
  readonly clock: Clock
  readonly random: () => number
  readonly onForbidden: () => void
  /** Any other failure; it will be retried. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Until a permission that is missing is tried again. Milliseconds. A choice: a list that no watch may follow is for
 * nothing.
 */
const FORBIDDEN = 10 * 60_000

/** How long ago the last contact may be for a copy that is not behind. Milliseconds. A choice: a bookmark comes each minute. */
const RECENT = 90_000

/** A resource that is followed for as long as somebody wants it, and not without the permission. */
export class FollowedResource {
  readonly #options: FollowedResourceOptions
  #reflector: Reflector | undefined
  #running: AbortController | undefined
  #failed = Number.NEGATIVE_INFINITY
  #allowedFrom = Number.NEGATIVE_INFINITY
  /** What has ended it that must not happen. */
  #crash: { readonly error: unknown } | undefined

  constructor(options: FollowedResourceOptions) {
    this.#options = options
  }

  get isForbidden(): boolean {
    return this.#options.clock.now() < this.#allowedFrom
  }

  /** Followed, and not behind as far as is known. */
  get isCurrent(): boolean {
    const state = this.#reflector?.state()
    if (state === undefined || state.phase !== 'following') return false
    return this.#failed < state.contact && this.#options.clock.now() - state.contact < RECENT
  }

  /** Follows it, if nothing keeps from it. @throws what has ended it since the last call. */
  start(signal: AbortSignal): void {
    const crash = this.#crash
    this.#crash = undefined
    if (crash !== undefined) throw crash.error
    // An earlier one may still be at its last object.
    if (this.#running !== undefined || this.isForbidden || signal.aborted) return
    const { clock, onFailure: _, onForbidden: __, ...options } = this.#options
    const running = new AbortController()
    this.#running = running
    this.#reflector = createReflector({
      ...options,
      now: () => clock.now(),
      onFailure: (_resource, error) => this.#onFailure(error),
      onPhase: () => undefined,
    })
    void this.#reflector
      .run(AbortSignal.any([signal, running.signal]))
      .catch((error: unknown) => {
        this.#crash = { error }
      })
      .finally(() => {
        this.#running = undefined
      })
  }

  stop(): void {
    this.#running?.abort()
  }

  #onFailure(error: unknown): void {
    const { clock, onFailure, onForbidden } = this.#options
    this.#failed = clock.now()
    // A watch that was broken off has its reason as the cause.
    if (!isForbidden(error) && !(error instanceof Error && isForbidden(error.cause))) {
      onFailure(error)
      return
    }
    this.#allowedFrom = clock.now() + FORBIDDEN
    this.stop()
    onForbidden()
  }
}
