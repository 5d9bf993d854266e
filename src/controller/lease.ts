import { isAbsent, isAlreadyThere, isConflict } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { createObject, objectPath, readObject, replaceObject } from '../cluster/objects.ts'
import { type Clock, microTime, within } from '../pacing/clock.ts'
import { type LeaseRecord, readLease, withHolding } from './lease-record.ts'

/** How long a record that does not change is believed. Seconds; controller-runtime's default, as all numbers here. */
const LEASE_DURATION = 15
/** A leader that has not renewed for so long leads no more: before anybody else may. Milliseconds. */
export const RENEW_DEADLINE = 10_000
/** Between two attempts. Milliseconds. */
export const RETRY_PERIOD = 2_000
/** Who waits for the lease waits longer by up to this share, by chance (client-go, leaderelection.go JitterFactor). */
export const JITTER_FACTOR = 1.2
/** One attempt may take half the deadline, so that a second can be made (controller-runtime, pkg/leaderelection). */
const LONGEST_ATTEMPT = RENEW_DEADLINE / 2
/** A stated duration above this is a slip of somebody's hand: without a bound nobody would ever lead again. Seconds. */
const LONGEST_DURATION = 60

interface LeaseOptions {
  readonly api: ApiServer
  readonly namespace: string
  readonly name: string
  /** Of this process alone; no other, earlier or later, may have the same. */
  readonly identity: string
  readonly clock: Clock
}

/** How an attempt ended. */
export type LeaseAttempt =
  | { readonly held: true }
  /** A clause. */
  | { readonly held: false; readonly lostTo: string }

/** A `coordination.k8s.io/v1` Lease that several processes want and one holds. */
export interface Lease {
  /**
   * Takes it where nobody holds it any more; renews it where we do.
   * @param longest milliseconds; an attempt never takes longer than half the renew deadline.
   * @throws where the API server does not answer well, or in time.
   */
  attempt(signal: AbortSignal, longest?: number): Promise<LeaseAttempt>
  /** Hands it over, so that nobody need wait; does nothing where it is not ours. @throws as `attempt`. */
  release(signal: AbortSignal): Promise<void>
  /** We do not hold it any longer, whatever the record says. */
  giveUp(): void
}

export const createLease = (options: LeaseOptions): Lease => new ObservedLease(options)

/**
 * Expiry is measured from the moment at which we saw the record change, by our own monotonic clock: the times in the
 * record are another machine's.
 */
class ObservedLease implements Lease {
  readonly #options: LeaseOptions
  readonly #path: string
  #seen: { readonly fingerprint: string; readonly at: number } | undefined
  /** As we last wrote it, while we hold it. */
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
    // As client-go does: no holder, and a duration that is over at once for who looks only at that.
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

  /** @returns whether we hold it now; not, where somebody wrote in between. */
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

  /** @returns undefined where the version is no longer the newest, or the Lease is gone. */
  async #replace(body: object, signal: AbortSignal): Promise<unknown> {
    try {
      return await replaceObject(this.#options.api, { path: this.#path, body }, signal)
    } catch (error) {
      if (isConflict(error) || isAbsent(error)) return undefined
      throw error
    }
  }

  /** Milliseconds since we first saw this record. */
  #ageOf({ fingerprint }: LeaseRecord): number {
    const now = this.#options.clock.now()
    if (this.#seen?.fingerprint !== fingerprint) this.#seen = { fingerprint, at: now }
    return now - this.#seen.at
  }
}

const LEASES = { apiVersion: 'coordination.k8s.io/v1', plural: 'leases' } as const
const HELD: LeaseAttempt = { held: true }
/** By whom, the next attempt will tell. */
const OVERTAKEN: LeaseAttempt = { held: false, lostTo: 'another client wrote the Lease' }

const heldBy = ({ holder }: LeaseRecord): LeaseAttempt => ({ held: false, lostTo: `held by ${holder}` })

/** Never less than what every leader of ours counts on. Seconds. */
const durationOf = ({ duration = LEASE_DURATION }: LeaseRecord): number =>
  Math.min(Math.max(duration, LEASE_DURATION), LONGEST_DURATION)

function absentAsUndefined(error: unknown): undefined {
  if (isAbsent(error)) return undefined
  throw error
}
