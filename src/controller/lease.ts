import { isAbsent, isAlreadyThere, isConflict } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { createObject, objectPath, readObject, replaceObject } from '../cluster/objects.ts'
import { type Clock, microTime, within } from '../pacing/clock.ts'
import { type LeaseRecord, readLease, withHolding } from './lease-record.ts'

/** How long a record that does not change is valid. Seconds; controller-runtime's default, like all numbers here. */
const LEASE_DURATION = 15
/** A leader that has not renewed for this long stops leading, before another process may start. Milliseconds. */
export const RENEW_DEADLINE = 10_000
/** Between two attempts. Milliseconds. */
export const RETRY_PERIOD = 2_000
/** Waiting processes wait longer by a random share up to this (client-go, leaderelection.go JitterFactor). */
export const JITTER_FACTOR = 1.2
/**
 * One attempt may take half the deadline, so that there is time for a second one (controller-runtime,
 * pkg/leaderelection).
 */
const LONGEST_ATTEMPT = RENEW_DEADLINE / 2
/** A longer duration in the Lease is a typing error, and could block all leaders. Seconds. A choice. */
const LONGEST_DURATION = 60

interface LeaseOptions {
  readonly api: ApiServer
  readonly namespace: string
  readonly name: string
  /** Unique to this process, also over time. */
  readonly identity: string
  readonly clock: Clock
}

/** How an attempt ended. */
export type LeaseAttempt =
  | { readonly held: true }
  /** With the reason, as a clause. */
  | { readonly held: false; readonly lostTo: string }

/** A `coordination.k8s.io/v1` Lease that several processes want and one holds. */
export interface Lease {
  /**
   * Takes the Lease if it has no valid holder; renews it if this process holds it.
   * @param longest milliseconds; an attempt never takes longer than half the renew deadline.
   * @throws if the API server answers with an error, or not in time.
   */
  attempt(signal: AbortSignal, longest?: number): Promise<LeaseAttempt>
  /** Releases the Lease for the next process; does nothing if another one holds it. @throws as `attempt`. */
  release(signal: AbortSignal): Promise<void>
  /** This process no longer holds it, whatever the record says. */
  giveUp(): void
}

export const createLease = (options: LeaseOptions): Lease => new ObservedLease(options)

/**
 * Expiry is measured from the moment when this process saw the record change, on its own monotonic clock: the times
 * in the record come from another machine's clock.
 */
class ObservedLease implements Lease {
  readonly #options: LeaseOptions
  readonly #path: string
  #seen: { readonly fingerprint: string; readonly at: number } | undefined
  /** The Lease as last written, while this process holds it. */
  #held: unknown

  constructor(options: LeaseOptions) {
    const { namespace, name } = options
    this.#options = options
    this.#path = objectPath({ ...LEASES, namespace, name })
  }

  attempt(signal: AbortSignal, longest = LONGEST_ATTEMPT): Promise<LeaseAttempt> {
    const { clock } = this.#options
    const ms = Math.min(longest, LONGEST_ATTEMPT)
    return within({ ms, clock, signal }, (limit) => this.#attempt(limit))
  }

  async #attempt(signal: AbortSignal): Promise<LeaseAttempt> {
    if (this.#held !== undefined && (await this.#write(this.#held, signal))) return HELD
    const lease = await readObject(this.#options.api, this.#path, signal).catch(absentAsUndefined)
    if (lease === undefined) return this.#create(signal)
    const record = readLease(lease)
    const age = this.#ageOf(record)
    const isFree = record.holder === '' || record.holder === this.#options.identity
    if (!isFree && age < durationOf(record) * 1000) return heldBy(record)
    return (await this.#write(lease, signal)) ? HELD : OVERTAKEN
  }

  giveUp(): void {
    this.#held = undefined
  }

  release(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    return within({ ms: LONGEST_ATTEMPT, clock, signal }, (limit) => this.#release(limit))
  }

  async #release(signal: AbortSignal): Promise<void> {
    this.giveUp()
    const { api, identity, clock } = this.#options
    const lease = await readObject(api, this.#path, signal).catch(absentAsUndefined)
    const { holder, transitions } = readLease(lease)
    if (lease === undefined || holder !== identity) return
    const renewed = clock.date()
    // As in client-go: no holder, and a duration that ends at once for clients that check only the duration.
    const free = { holder: '', duration: 1, acquired: microTime(renewed), renewed, transitions }
    await this.#replace(withHolding(lease, free), signal)
  }

  async #create(signal: AbortSignal): Promise<LeaseAttempt> {
    const { api, namespace, name, identity, clock } = this.#options
    const renewed = clock.date()
    const body = withHolding(
      { apiVersion: LEASES.apiVersion, kind: 'Lease', metadata: { name, namespace } },
      {
        holder: identity,
        duration: LEASE_DURATION,
        acquired: microTime(renewed),
        renewed,
        transitions: 0,
      },
    )
    try {
      this.#held = await createObject(api, { path: objectPath({ ...LEASES, namespace }), body }, signal)
      return HELD
    } catch (error) {
      if (isAlreadyThere(error)) return OVERTAKEN
      throw error
    }
  }

  /** @returns whether this process holds it now; false if another client wrote in between. */
  async #write(lease: unknown, signal: AbortSignal): Promise<boolean> {
    const { identity, clock } = this.#options
    const { holder, acquired, transitions } = readLease(lease)
    const isHeld = holder === identity
    const renewed = clock.date()
    const stored = await this.#replace(
      withHolding(lease, {
        holder: identity,
        duration: LEASE_DURATION,
        acquired: isHeld && acquired !== undefined ? acquired : microTime(renewed),
        renewed,
        transitions: isHeld ? transitions : transitions + 1,
      }),
      signal,
    )
    if (stored === undefined) return false
    this.#held = stored
    return true
  }

  /** @returns undefined if the version is outdated, or the Lease is gone. */
  async #replace(body: object, signal: AbortSignal): Promise<unknown> {
    try {
      return await replaceObject(this.#options.api, { path: this.#path, body }, signal)
    } catch (error) {
      if (isConflict(error) || isAbsent(error)) return undefined
      throw error
    }
  }

  /** Milliseconds since this process first saw this record. */
  #ageOf({ fingerprint }: LeaseRecord): number {
    const now = this.#options.clock.now()
    if (this.#seen?.fingerprint !== fingerprint) this.#seen = { fingerprint, at: now }
    return now - this.#seen.at
  }
}

const LEASES = { apiVersion: 'coordination.k8s.io/v1', plural: 'leases' } as const
const HELD: LeaseAttempt = { held: true }
/** The next attempt shows the new holder. */
const OVERTAKEN: LeaseAttempt = { held: false, lostTo: 'another client wrote the Lease' }

const heldBy = ({ holder }: LeaseRecord): LeaseAttempt => ({ held: false, lostTo: `held by ${holder}` })

/** Never less than the duration that Slackwater's own leaders rely on. Seconds. */
const durationOf = ({ duration = LEASE_DURATION }: LeaseRecord): number =>
  Math.min(Math.max(duration, LEASE_DURATION), LONGEST_DURATION)

function absentAsUndefined(error: unknown): undefined {
  if (isAbsent(error)) return undefined
  throw error
}
