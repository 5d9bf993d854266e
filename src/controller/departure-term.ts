import type { Logger } from 'pino'
import type { ApiServer } from '../cluster/api-server.ts'
import { pagesOf } from '../cluster/list-watch.ts'
import { parseUnmanaged } from '../cluster/parse-json.ts'
import type { Timing } from '../cluster/reflector.ts'
import { pathOf } from '../cluster/resources.ts'
import { inSlices, othersFirst } from '../cluster/slices.ts'
import { excludedNamespaces } from '../core/decision/scope.ts'
import type { LedgerEvent } from '../core/departures/event.ts'
import type { Ledger, News } from '../core/departures/ledger.ts'
import type { LedgerView } from '../core/departures/verdict.ts'
import { isInDoubt } from '../core/inventory/inventory.ts'
import type { Settings } from '../core/model/settings.ts'
import { messageOf } from '../core/model/thrown.ts'
import { DEPARTURE_KINDS } from '../kubernetes/kinds.ts'
import type { Clock } from '../pacing/clock.ts'
import { logThrottle } from '../pacing/log-throttle.ts'
import { FollowedPods } from './departing-pods.ts'
import { FAILED_HOOK, failedHooks } from './failed-hooks.ts'
import { FollowedResource } from './followed-resource.ts'
import type { ExposingView } from './pod-need.ts'

export interface TermOptions {
  readonly api: ApiServer
  readonly live: ExposingView
  readonly settings: Settings
  /** An empty one: a new leader knows nothing of what was before it. */
  readonly newLedger: () => Ledger
  /** Called at once for whatever has become certain, and not after the leadership has ended. */
  readonly onNews: (news: News) => void
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  readonly timing: Timing
}

/** How often the same problem is logged. Milliseconds. A choice. */
const SAID_AGAIN = 10 * 60_000

/**
 * Between two looks at what sends to running Pods. Milliseconds. A choice: a load balancer needs minutes to appear, and a
 * Pod that leaves is looked at in any case.
 */
const RECONSIDERED = 30_000

/** Between two lists of one namespace whose Pods have got a load balancer. Milliseconds. A choice. */
const NAMESPACE_AGAIN = 60_000

/**
 * Events are not in the API server's watch cache (kubernetes pkg/kubeapiserver/default_storage_factory_builder.go,
 * DefaultWatchCacheSizes), and a watch without it has no bookmarks: it is silent for as long as it lasts, which is up to
 * six minutes (TIMING.watch and a fifth). Milliseconds.
 */
const EVENT_SILENCE = 420_000

/** One leadership: from an empty ledger and a first list until its signal aborts. */
export class DepartureTerm {
  readonly signal: AbortSignal
  readonly #options: TermOptions
  readonly #ledger: Ledger
  readonly #pods: FollowedPods
  readonly #podWatch: FollowedResource
  readonly #eventWatch: FollowedResource
  #reconsiderFrom = Number.NEGATIVE_INFINITY
  readonly #isNews: (problem: string) => boolean
  /** Namespaces to be listed again, and when others were within NAMESPACE_AGAIN, on the clock of `now`. */
  readonly #due = new Set<string>()
  readonly #listed = new Map<string, number>()

  constructor(options: TermOptions, signal: AbortSignal) {
    const { live: known, settings, newLedger, clock, timing } = options
    this.signal = signal
    this.#options = options
    this.#ledger = newLedger()
    this.#isNews = logThrottle(SAID_AGAIN, () => clock.now())
    const now = (): number => clock.date().getTime()
    const tell = (event: LedgerEvent): void => this.#tell(event)
    const onUnreadable = (problem: string): void => this.#say('skipping unreadable object', problem)
    this.#pods = new FollowedPods({ known, settings, now, tell, onUnreadable })
    const { pod, event } = DEPARTURE_KINDS
    this.#podWatch = this.#followed({
      resource: pod,
      fieldSelector: outside(settings),
      sink: this.#pods,
      timing,
      onForbidden: () => this.#onForbidden('departures are not recorded', 'pods'),
    })
    this.#eventWatch = this.#followed({
      resource: event,
      fieldSelector: `reason=${FAILED_HOOK},${outside(settings)}`,
      sink: failedHooks(tell, onUnreadable),
      timing: { ...timing, silence: Math.max(timing.silence, EVENT_SILENCE) },
      onForbidden: () => this.#onForbidden('failed preStop hooks are not recorded', 'events'),
    })
  }

  view(): LedgerView | undefined {
    return this.#pods.hasList && !this.#podWatch.isForbidden ? this.#ledger.view() : undefined
  }

  /** @throws what has ended a watch that must not have ended it. */
  async tick(): Promise<void> {
    if (isInDoubt(this.#options.live)) {
      // What a Pod needs is unknown, and what happens now would be judged by nothing.
      this.#podWatch.stop()
      this.#pods.lose()
      return
    }
    this.#podWatch.start(this.signal)
    if (!this.#pods.isComplete) return
    this.#eventWatch.start(this.signal)
    await this.#reconsider()
    await this.#listDue()
    while (await othersFirst(() => this.#settle()));
  }

  /** Time counts only while nothing can have been missed. @returns whether another step is due. */
  #settle(): boolean {
    if (this.signal.aborted || !this.#pods.isComplete || !this.#podWatch.isCurrent) return false
    this.#tell({ kind: 'tick', at: this.#now() })
    return this.#ledger.isBehind
  }

  async #reconsider(): Promise<void> {
    const { clock } = this.#options
    if (clock.now() < this.#reconsiderFrom) return
    this.#reconsiderFrom = clock.now() + RECONSIDERED
    for (const namespace of await inSlices(this.#pods.reconsider())) this.#due.add(namespace)
  }

  async #listDue(): Promise<void> {
    const { clock } = this.#options
    for (const [namespace, at] of this.#listed)
      if (clock.now() - at >= NAMESPACE_AGAIN) this.#listed.delete(namespace)
    for (const namespace of [...this.#due]) {
      if (this.signal.aborted) return
      if (this.#listed.has(namespace)) continue
      this.#listed.set(namespace, clock.now())
      await this.#pods.listAgain(() => this.#list(namespace))
      this.#due.delete(namespace)
    }
  }

  async #list(namespace: string): Promise<void> {
    const { pod } = DEPARTURE_KINDS
    const { api } = this.#options
    const listed = { path: pathOf(pod, 'v1', namespace), apiVersion: 'v1', kind: 'Pod' }
    for await (const { objects } of pagesOf({ api, listed, signal: this.signal, parse: parseUnmanaged }))
      for (const object of objects) await othersFirst(() => this.#pods.put(object))
  }

  #followed(
    options: Pick<
      ConstructorParameters<typeof FollowedResource>[0],
      'resource' | 'fieldSelector' | 'sink' | 'timing' | 'onForbidden'
    >,
  ): FollowedResource {
    const { api, clock, random } = this.#options
    const onFailure = (error: unknown): void =>
      this.#say('departures', `${options.resource.plural}: ${messageOf(error)}`)
    return new FollowedResource({ ...options, api, clock, random, onFailure })
  }

  #onForbidden(what: string, plural: string): void {
    if (plural === 'pods') this.#pods.lose()
    this.#say(what, `no permission to list and watch ${plural}`)
  }

  /** The ledger must not end a watch. */
  #tell(event: LedgerEvent): void {
    if (this.signal.aborted) return
    try {
      const news = this.#ledger.take(event)
      const { departures, rollouts, gatesPassed } = news
      if (departures.length + rollouts.length + gatesPassed.length > 0) this.#options.onNews(news)
    } catch (error) {
      this.#say('departure not recorded', messageOf(error))
    }
  }

  #say(what: string, problem: string): void {
    if (!this.signal.aborted && this.#isNews(problem)) this.#options.log.warn({ problem }, what)
  }

  #now(): number {
    return this.#options.clock.date().getTime()
  }
}

/** Selects the objects of all namespaces but those in which Slackwater does nothing. */
const outside = (settings: Settings): string =>
  excludedNamespaces(settings)
    .map((namespace) => `metadata.namespace!=${namespace}`)
    .join()
