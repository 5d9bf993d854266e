import type { Inventory } from '../core/inventory/create-inventory.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { OBSERVED_KIND } from '../kubernetes/kinds.ts'
import { narrow } from '../kubernetes/narrow.ts'
import { sleep } from '../pacing/clock.ts'
import { isAbsent, isForbidden } from './api-error.ts'
import type { ApiServer } from './api-server.ts'
import { objectPath, readObject } from './objects.ts'
import { createReflector, type Reflector, type Sink, type Timing } from './reflector.ts'

/** Nobody waits for it, and a caller without the right would ask for ever. A choice. */
const SLOWER = 10

/** How often ages are told anew; they are whole days. Milliseconds. A choice. */
const HOUR = 3_600_000

interface ObservedOptions {
  readonly api: ApiServer
  readonly inventory: Inventory
  /** Slackwater's own. */
  readonly namespace: string
  readonly timing: Timing
  /** Monotonic, milliseconds. */
  readonly now: () => number
  readonly date: () => Date
  readonly random: () => number
  readonly listener: {
    readonly onFailure: (resource: string, error: unknown) => void
    readonly onUnreadable: (problem: string) => void
  }
}

const WHAT = `${OBSERVED_KIND.plural} ${OBSERVED_KIND.ownName}`

/**
 * Follows the ConfigMap with what was observed of load balancers. Nothing depends on it: it may not exist, and the right
 * to read it may be missing. Runs until aborted.
 */
export async function followObserved(options: ObservedOptions, signal: AbortSignal): Promise<void> {
  const { api, namespace, timing, now, random, listener } = options
  const sink = new ObservedSink(options)
  const reflector: Reflector = createReflector({
    api,
    resource: OBSERVED_KIND,
    namespace,
    fieldSelector: `metadata.name=${OBSERVED_KIND.ownName}`,
    sink,
    timing: { ...timing, longestRetry: timing.longestRetry * SLOWER },
    now,
    random,
    onFailure: (_, error) => {
      if (!isForbidden(error) && !isAbsent(error)) listener.onFailure(WHAT, error)
    },
    onPhase: () => {},
  })
  await Promise.all([reflector.run(signal), sink.age(signal)])
}

/** Puts the one object into the inventory, again on each day, since the core has no clock. */
class ObservedSink implements Sink {
  readonly #options: ObservedOptions
  #raw: unknown
  #ref: ObjectRef | undefined
  #isListed = false
  #told: readonly string[] = []

  constructor(options: ObservedOptions) {
    this.#options = options
  }

  begin(): void {
    this.#isListed = false
  }

  put(raw: unknown): void {
    this.#isListed = true
    this.#raw = raw
    this.#keep()
  }

  end(): void {
    if (!this.#isListed) this.remove()
  }

  remove(): void {
    if (this.#ref !== undefined) this.#options.inventory.remove(this.#ref)
    this.#ref = undefined
    this.#raw = undefined
  }

  async age(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(HOUR, signal)
      if (this.#raw !== undefined && !signal.aborted) this.#keep()
    }
  }

  #keep(): void {
    const { inventory, date, listener, namespace } = this.#options
    const object = narrow(this.#raw, { namespace, now: date().getTime() })
    if (object?.kind !== 'Observed') return
    inventory.put(object)
    this.#ref = object.ref
    for (const problem of object.problems)
      if (!this.#told.includes(problem)) listener.onUnreadable(`${WHAT}: ${problem}`)
    this.#told = object.problems
  }
}

/** Reads it once, if there is one and the caller may: without it the defaults count, and nothing is missing. */
export async function readObserved(
  { api, inventory, namespace, date }: Pick<ObservedOptions, 'api' | 'inventory' | 'namespace' | 'date'>,
  signal: AbortSignal,
): Promise<void> {
  const { plural, kind, ownName: name } = OBSERVED_KIND
  try {
    const raw = await readObject(api, objectPath({ apiVersion: 'v1', plural, namespace, name }), signal)
    const whole = { apiVersion: 'v1', kind, ...(typeof raw === 'object' ? raw : {}) }
    const object = narrow(whole, { namespace, now: date().getTime() })
    if (object !== undefined) inventory.put(object)
  } catch {
    signal.throwIfAborted()
  }
}
