import { MOST_SAID } from '../discovery/annotations/limits.ts'
import { ofAll } from '../discovery/claims/attempt.ts'
import { mostTelling, tidied } from '../discovery/claims/claim.ts'
import { discover, noticesOf, referrersToName, type ServiceReading, weighed } from '../discovery/discover.ts'
import { effectiveSettings, type LbcReading, readLbc } from '../discovery/lbc/lbc-settings.ts'
import { autoscaledBy } from '../discovery/objects/autoscaled.ts'
import type { DiscoveryObject, ServiceObject } from '../discovery/objects/discovery-object.ts'
import type { LbcState } from '../discovery/objects/lbc-state.ts'
import { allNamespaces, namespaceFacts } from '../discovery/objects/namespaces.ts'
import type { DiscoveryContext, DiscoverySettings, Making, ObjectView } from '../discovery/objects/view.ts'
import { progressOf } from '../discovery/progress.ts'
import type { Exposure, Progress } from '../model/exposure.ts'
import type { Notice, NoticeId } from '../model/notice.ts'
import { compareRefs, keyOf, type ObjectRef } from '../model/object-ref.ts'
import type { Autoscaled } from '../model/replicas.ts'
import { isSame } from '../model/same.ts'
import { allAtOnce, type Steps } from '../model/steps.ts'
import type { NamespaceFacts, WorkloadSummary } from '../model/workload.ts'
import { exposedNamespacesOf } from './exposed-namespaces.ts'
import { GovernedWorkloads } from './gated-peers.ts'
import type { Discovered, ExposedNamespace, InventoryView, LiveView, Selection } from './inventory.ts'
import { KnownWorkloads } from './known-workloads.ts'
import { ObjectStore } from './object-store.ts'
import { Places } from './places.ts'
import { Remembered } from './remembered.ts'
import { crowdedNotice, leftOut, SelectorIndex } from './selector-index.ts'

/** The only stateful part of the core: what is known of a cluster, from any source. */
export interface Inventory extends InventoryView, Pick<LiveView, 'workloads' | 'passedOver' | 'namespaces'> {
  /** Adds an object, or replaces the one of the same kind and name. */
  put(object: DiscoveryObject): void
  putWorkload(summary: WorkloadSummary): void
  /** Removes the object and the workload of this name; unknown names are ignored. */
  remove(ref: ObjectRef): void
  readonly gatedPeers: LiveView['gatedPeers']
  lbc(): LbcState
  revision(): number
  noticesAbout(selection: Selection): readonly Notice[]
  readInSteps(selection: Selection): Steps<void>
  /** The exposures of every Service with a selector, in no particular order. Empty items are steps of a reading. */
  exposures(): Iterable<readonly Exposure[]>
  /**
   * How far the creation of an exposure's load balancer has come.
   * @param cameNow whether the address of this object appeared a moment ago.
   */
  progressOf(exposure: Exposure, cameNow: (object: ObjectRef) => boolean): Progress
  /** Whether the status of this object has the address of a load balancer. */
  hasAddress(ref: ObjectRef): boolean
  readonly objects: ObjectView
  /** Notices about every object, sorted by object. */
  notices(): readonly Notice[]
  /** Namespaces with an exposure that has ip targets, sorted. */
  exposedNamespaces(): readonly ExposedNamespace[]
  /** The same. One step per Service that is read for it. */
  exposedNamespacesInSteps(): Steps<readonly ExposedNamespace[]>
  /** Entries in each index; removing what was added restores every number. */
  size(): Readonly<Record<string, number>>
}

/** Shared results that one object can be part of: its notices, those about it, ownership, listeners, their routes. */
const SHARED_BY_ONE = 5

/** Notices that something is unknown because it was too large or made a rule throw. */
const PASSED_OVER: readonly NoticeId[] = ['too-large', 'unreadable']

interface ReadService {
  readonly service: ServiceObject
  readonly reading: ServiceReading
}

const NOTHING_READ: ServiceReading = { exposures: [], notices: [], said: 0 }

/** An empty inventory. */
export const createInventory = (settings: DiscoverySettings): Inventory => new IndexedInventory(settings)

class IndexedInventory implements Inventory {
  readonly #places = new Places()
  readonly #store = new ObjectStore(this.#places)
  readonly #selectors = new SelectorIndex()
  readonly #workloads = new KnownWorkloads()
  readonly #governed = new GovernedWorkloads()
  /** By the Service's key, created on first use. */
  readonly #readings = new Map<string, Remembered<ServiceReading>>()
  /** Results that several readings share, by name. */
  readonly #shared = new Map<string, { get(): unknown }>()
  readonly #lbc: Remembered<LbcReading>
  readonly #context: DiscoveryContext

  constructor(settings: DiscoverySettings) {
    this.#lbc = new Remembered(this.#places, { make: () => readLbc(this.#store, settings) })
    const effective = new Remembered(this.#places, {
      make: () => effectiveSettings(settings, this.#lbc.get()),
      isSame,
    })
    // The controller's replicas change often, its settings rarely: only the latter make readings stale.
    this.#context = {
      view: this.#store,
      get settings() {
        return ofAll(() => effective.get())
      },
      shared: (name, making) => this.#share(name, making),
    }
  }

  #share<T>(name: string, making: Making<T>): T {
    const shared = this.#shared.get(name) ?? new Remembered(this.#places, making)
    this.#shared.set(name, shared)
    // One name, one type: the contract of `shared`.
    return ofAll(() => shared.get() as T)
  }

  put(object: DiscoveryObject): void {
    // Most updates in a cluster change a status or a field that is not kept: nothing becomes stale.
    const before = this.#store.get(object.ref)
    if (before !== undefined && isSame(before, object)) return
    const key = keyOf(object.ref)
    this.#selectors.remove(key)
    this.#store.put(object)
    if (object.kind === 'Service') this.#selectors.add(key, object)
  }

  putWorkload(summary: WorkloadSummary): void {
    if (this.#workloads.put(summary)) this.#governed.put(summary)
  }

  remove(ref: ObjectRef): void {
    const key = keyOf(ref)
    this.#store.remove(ref)
    this.#selectors.remove(key)
    this.#readings.delete(key)
    this.#workloads.remove(key)
    this.#governed.remove(ref)
    // The number of shared results is limited by the number of objects: any excess belongs to removed objects.
    if (this.#shared.size > this.#store.objects * SHARED_BY_ONE) this.#shared.clear()
  }

  exposuresOf(selection: Selection): Discovered {
    const { services } = this.#selectors.find(selection)
    const [first, ...others] = services
    if (first === undefined) return NOTHING_READ
    if (others.length === 0) return this.#rememberedOf(first).get()
    return { exposures: weighed(this.#within(services).flatMap(({ reading }) => reading.exposures)) }
  }

  *readInSteps(selection: Selection): Steps<void> {
    yield* this.#withinInSteps(this.#selectors.find(selection).services)
  }

  #within(services: readonly ServiceObject[]): readonly ReadService[] {
    return allAtOnce(this.#withinInSteps(services))
  }

  /** In a stable order, up to the limit for one Pod. */
  *#withinInSteps(services: readonly ServiceObject[]): Steps<readonly ReadService[]> {
    const read: ReadService[] = []
    let said = 0
    for (const service of [...services].sort((a, b) => compareRefs(a.ref, b.ref))) {
      if (said >= MOST_SAID) break
      const reading = yield* this.#rememberedOf(service).getInSteps()
      read.push({ service, reading })
      said += reading.said
    }
    return read
  }

  noticesAbout(selection: Selection): readonly Notice[] {
    const { services, crowded } = this.#selectors.find(selection)
    const read = this.#within(services)
    const about = read.flatMap(({ service }) => this.#noticesOf(service))
    const left = services.length - read.length
    return mostTelling(
      [...about, ...crowded.map(crowdedNotice), ...leftOut(selection, left)],
      selection.namespace,
    )
  }

  #rememberedOf({ ref }: ServiceObject): Remembered<ServiceReading> {
    const key = keyOf(ref)
    const known = this.#readings.get(key)
    if (known !== undefined) return known
    const reading = new Remembered(this.#places, { steps: () => this.#read(ref) })
    this.#readings.set(key, reading)
    return reading
  }

  *#read(ref: ObjectRef): Steps<ServiceReading> {
    const service = this.#store.find('Service', ref)
    if (service === undefined) return NOTHING_READ
    return yield* discover(service, this.#context)
  }

  /** About a Service, and about the objects that refer to it. */
  #noticesOf({ ref }: ServiceObject): readonly Notice[] {
    const make = (): readonly Notice[] => {
      const service = this.#store.find('Service', ref)
      const own = service === undefined ? [] : this.#rememberedOf(service).get().notices
      const { objects, crowds } = referrersToName(ref, this.#context)
      const said = objects.flatMap((object) => this.#saidOf(object))
      return mostTelling([...own, ...crowds, ...said], ref.namespace)
    }
    return this.#share(`about\0${keyOf(ref)}`, { make })
  }

  #saidOf({ ref }: DiscoveryObject): readonly Notice[] {
    const make = (): readonly Notice[] => {
      const object = this.#store.get(ref)
      return object === undefined ? [] : noticesOf(object, this.#context)
    }
    return this.#share(`notices\0${keyOf(ref)}`, { make })
  }

  namespace(name: string): NamespaceFacts | undefined {
    return namespaceFacts(name, this.#store)
  }

  workload(ref: ObjectRef): WorkloadSummary | undefined {
    return this.#workloads.get(ref)
  }

  autoscaled(workload: ObjectRef): Autoscaled | undefined {
    return autoscaledBy(workload, this.#store)
  }

  readonly gatedPeers: LiveView['gatedPeers'] = (...query) =>
    this.#governed.answer(query, this.#places.clock, this)

  lbc(): LbcState {
    return this.#lbc.get().state
  }

  revision(): number {
    return this.#places.clock + this.#workloads.changes
  }

  workloads(): Iterable<WorkloadSummary> {
    return this.#workloads.all()
  }

  *exposures(): Iterable<readonly Exposure[]> {
    for (const service of this.#selectors.services()) {
      for (const _ of this.#rememberedOf(service).getInSteps()) yield []
      yield this.#rememberedOf(service).get().exposures
    }
  }

  progressOf(exposure: Exposure, cameNow: (object: ObjectRef) => boolean): Progress {
    return progressOf({ exposure, cameNow }, this.#context)
  }

  hasAddress(ref: ObjectRef): boolean {
    const object = this.#store.get(ref)
    return object !== undefined && 'hasAddress' in object && object.hasAddress
  }

  readonly objects: ObjectView = this.#store

  notices(): readonly Notice[] {
    return tidied([...this.#eachNotices()].flat())
  }

  *passedOver(): Steps<readonly Notice[]> {
    const found: Notice[] = []
    for (const notices of this.#eachNotices()) {
      for (const notice of notices) if (PASSED_OVER.includes(notice.id)) found.push(notice)
      yield
    }
    return tidied(found)
  }

  /** Object by object, in no particular order; some occur twice. */
  *#eachNotices(): Generator<readonly Notice[]> {
    yield this.#lbc.get().notices
    for (const object of this.#store.all()) yield this.#saidOf(object)
    for (const service of this.#selectors.services()) {
      for (const _ of this.#rememberedOf(service).getInSteps()) yield []
      yield this.#rememberedOf(service).get().notices
    }
    yield this.#selectors.crowded().map(crowdedNotice)
  }

  exposedNamespaces(): readonly ExposedNamespace[] {
    return allAtOnce(this.exposedNamespacesInSteps())
  }

  *exposedNamespacesInSteps(): Steps<readonly ExposedNamespace[]> {
    return yield* exposedNamespacesOf(this.#selectors.services(), this, (one) =>
      this.#rememberedOf(one).getInSteps(),
    )
  }

  namespaces(): readonly NamespaceFacts[] {
    return allNamespaces(this.#store)
  }

  size(): Readonly<Record<string, number>> {
    const { size: governed } = this.#governed
    return { ...this.#store.size, ...this.#selectors.size, workloads: this.#workloads.size, governed }
  }
}
