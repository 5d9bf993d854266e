import type { Logger } from 'pino'
import { ApiError, isAbsent, isConflict } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import type { ControlLoop } from '../cluster/control-loop.ts'
import type { SeenExposure } from '../core/adoption/adoption.ts'
import { intoOf } from '../core/adoption/replacing.ts'
import { isInDoubt } from '../core/inventory/inventory.ts'
import { cut } from '../core/model/cut.ts'
import { type ObjectRef, refText } from '../core/model/object-ref.ts'
import { SlidingWindow, type Window } from '../pacing/rate-limit.ts'
import type { EventRecorder } from './events.ts'
import { type FreshWorkload, readFresh } from './fresh-workload.ts'
import { type Case, type CaseContext, caseOf, unhookedCases } from './late-exposure-cases.ts'
import { adoptedEvent, sendersOf, unprotectedEvent } from './late-exposure-events.ts'
import { Rounds } from './late-exposure-rounds.ts'
import { type Touched, touch } from './touch.ts'

/** The results of an attempt to adopt a workload; docs/metrics-and-logs.md explains each. */
export const ADOPTION_OUTCOMES = [
  'adopted',
  'not-injected',
  'changed-by-others',
  'missed',
  'conflict',
  'refused',
] as const satisfies readonly (Touched['outcome'] | 'conflict' | 'refused')[]
type AdoptionOutcome = (typeof ADOPTION_OUTCOMES)[number]

export interface LateExposureOptions extends CaseContext {
  readonly api: ApiServer
  readonly events: EventRecorder
  readonly count: (outcome: AdoptionOutcome) => void
  readonly log: Logger
  /** Monotonic, milliseconds. */
  readonly now: () => number
}

/**
 * How many rollouts may start in any one minute, in one namespace and in the whole cluster: a burst of new workloads
 * must not become a burst of rollouts. Choices: one namespace alone leaves most of them to the others, since a
 * workload that waits for a minute has missed its load balancer's first minute.
 */
export const TOUCHES: Window = { most: 30, mostOfOne: 10, span: 60_000 }
/** Workloads that one tick reads only to report them: the first start in a large cluster takes several ticks. */
const MOST_READS = 20
/** Until an attempt without effect is repeated. Milliseconds. */
const PAUSE = 30_000

/**
 * Rolls out once a workload whose load balancer appears while it is being created, and reports every other workload
 * whose Pods may be older than their exposure (design: late exposure).
 */
export const createLateExposure = (options: LateExposureOptions): ControlLoop => new LateExposure(options)

class LateExposure implements ControlLoop {
  readonly name = 'late-exposure'
  readonly #options: LateExposureOptions
  readonly #limit: SlidingWindow
  readonly #adoptions: Rounds
  readonly #tellings: Rounds
  /** By uid: what the last report was about. */
  readonly #reported = new Map<string, string>()
  /** By uid: the time before which it is not tried again. */
  readonly #paused = new Map<string, number>()
  /** By uid: why no further attempt is made. */
  readonly #givenUp = new Map<string, string>()

  constructor(options: LateExposureOptions) {
    this.#options = options
    const { log, now } = options
    this.#limit = new SlidingWindow(TOUCHES, now)
    this.#adoptions = new Rounds({ most: TOUCHES.most, pause: PAUSE, log, now })
    this.#tellings = new Rounds({ most: MOST_READS, pause: PAUSE, log, now })
  }

  async tick(signal: AbortSignal): Promise<void> {
    if (this.#isInDoubt()) return
    const cases = await unhookedCases(this.#options)
    this.#forgetAllBut(new Set(cases.map(({ live }) => live.uid)))
    // If adoption fails, the reports are still sent.
    try {
      await this.#adoptAll(cases, signal)
    } finally {
      await this.#tellAll(cases, signal)
    }
  }

  #isInDoubt(): boolean {
    return isInDoubt(this.#options.inventory)
  }

  #forgetAllBut(uids: ReadonlySet<string>): void {
    for (const memory of [this.#reported, this.#paused, this.#givenUp])
      for (const uid of [...memory.keys()]) if (!uids.has(uid)) memory.delete(uid)
    this.#adoptions.forgetAllBut(uids)
    this.#tellings.forgetAllBut(uids)
  }

  /** The oldest of each namespace first. */
  #adoptAll(cases: readonly Case[], signal: AbortSignal): Promise<void> {
    const born = cases.filter(({ verdict }) => verdict.kind === 'adopt')
    return this.#adoptions.go(
      born.sort((a, b) => a.live.created - b.live.created),
      { isDue: (one) => this.#mayAdopt(one), act: (one) => this.#adopt(one, signal) },
    )
  }

  #mayAdopt({ workload, live: { uid } }: Case): boolean {
    if (this.#givenUp.has(uid) || this.#options.now() < (this.#paused.get(uid) ?? 0)) return false
    return this.#limit.isFree(workload.ref.namespace)
  }

  async #adopt({ workload, live: { uid } }: Case, signal: AbortSignal): Promise<void> {
    this.#paused.set(uid, this.#options.now() + PAUSE)
    const fresh = await this.#read(workload.ref, signal)
    // The stored object may be newer than the inventory's: decide again.
    const [again] = fresh === undefined ? [] : caseOf(fresh.workload, this.#options)
    if (fresh === undefined || again?.live.uid !== uid || again.verdict.kind !== 'adopt') return
    if (!isInjecting(fresh) || this.#isInDoubt()) return
    const { exposures } = again.context
    const touched = await this.#touch(fresh, exposures, signal)
    if (touched?.outcome !== 'adopted') return
    this.#options.events.record(adoptedEvent(fresh.regarding, { exposures, ...touched }))
  }

  /** @returns undefined if the API server rejected it, or the workload is gone. */
  async #touch(
    fresh: FreshWorkload,
    exposures: readonly SeenExposure[],
    signal: AbortSignal,
  ): Promise<Touched | undefined> {
    const { ref } = fresh.workload
    const { uid } = fresh.regarding
    try {
      const onWrite = (): void => this.#limit.take(ref.namespace)
      const sender = sendersOf(exposures)
      const touched = await touch(fresh, { api: this.#options.api, sender, onWrite }, signal)
      this.#came(ref, touched.outcome)
      if (touched.outcome === 'changed-by-others')
        this.#givenUp.set(uid, 'another admission webhook changes its template too')
      return touched
    } catch (error) {
      if (isAbsent(error)) return undefined
      if (!(error instanceof ApiError) || !isFinal(error)) throw error
      this.#came(ref, isConflict(error) ? 'conflict' : 'refused', error)
      if (isConflict(error)) this.#paused.delete(uid)
      else this.#givenUp.set(uid, `the API server refused it, ${cut(error.message, LONGEST_REFUSAL)}`)
      return undefined
    }
  }

  #came(ref: ObjectRef, outcome: AdoptionOutcome, error?: Error): void {
    const { log, count } = this.#options
    count(outcome)
    const fields = { workload: refText(ref), outcome, ...(error && { error: error.message }) }
    if (outcome === 'adopted') log.info(fields, 'late exposure')
    else log.warn(fields, 'late exposure')
  }

  #tellAll(cases: readonly Case[], signal: AbortSignal): Promise<void> {
    return this.#tellings.go(cases, {
      isDue: (one) => this.#whyLeft(one) !== undefined && this.#reported.get(one.live.uid) !== aboutOf(one),
      act: (one) => this.#tell(one, signal),
    })
  }

  #whyLeft({ verdict, live }: Case): string | undefined {
    return verdict.kind === 'leave' ? verdict.why : this.#givenUp.get(live.uid)
  }

  async #tell(one: Case, signal: AbortSignal): Promise<void> {
    const why = this.#whyLeft(one)
    if (why === undefined || this.#isInDoubt()) return
    const fresh = await this.#read(one.workload.ref, signal)
    // A decision made in doubt is not reported.
    if (this.#isInDoubt()) return
    if (fresh !== undefined) this.#record(one, fresh, why)
    this.#reported.set(one.live.uid, aboutOf(one))
  }

  /**
   * Only if the decision would write hooks: a workload whose hooks are withheld is no late exposure. If hooks are
   * written into Pods one by one, all Pods may have them already when the exposure is older than this process.
   */
  #record({ workload, context: { exposures } }: Case, fresh: FreshWorkload, why: string): void {
    const { verdict, budget } = fresh.decision
    const isLate = !exposures.some(({ isFromStart }) => isFromStart)
    if (verdict !== 'inject' && !(verdict === 'inject-in-pods' && isLate)) return
    const replaced = { ...workload, injectInto: intoOf(workload, this.#options.settings) }
    this.#options.events.record(unprotectedEvent(fresh.regarding, { exposures, budget, why, replaced }))
  }

  async #read(ref: ObjectRef, signal: AbortSignal): Promise<FreshWorkload | undefined> {
    const { api, inventory, settings } = this.#options
    try {
      return await readFresh(ref, { api, knowledge: { inventory, settings } }, signal)
    } catch (error) {
      if (!(error instanceof ApiError) || !isFinal(error)) throw error
      // An object that may not be read, because of some policy, must not block the others.
      if (!isAbsent(error))
        this.#options.log.warn({ workload: refText(ref), error: error.message }, 'not read')
      return undefined
    }
  }
}

/** Hooks are written into its template, or into each of its Pods. */
const isInjecting = ({ decision: { verdict } }: FreshWorkload): boolean =>
  verdict === 'inject' || verdict === 'inject-in-pods'

/** One Event for each set of exposures. */
const aboutOf = ({ context: { exposures } }: Case): string =>
  exposures.map(({ exposure }) => exposure.id).join('\n')

/** A retry would fail in the same way, unless the server is busy or credentials are renewed. */
const isFinal = ({ status }: ApiError): boolean =>
  status >= 400 && status < 500 && ![401, 408, 429].includes(status)

/** Characters of a refusal: an Event's note holds at most 1 kB (api/events/v1). A choice. */
const LONGEST_REFUSAL = 300
