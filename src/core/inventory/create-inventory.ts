import { tidied } from '../discovery/claim.ts'
import type { ControllerState } from '../discovery/controller-state.ts'
import { discover, noticesOf, refersTo, type ServiceReading } from '../discovery/discover.ts'
import { parentsBeside } from '../discovery/gateway/attachment.ts'
import { servesKind } from '../discovery/gateway/listeners.ts'
import { isRoute, type RouteObject } from '../discovery/gateway/objects.ts'
import { memberOf, membersOf } from '../discovery/ingress/group.ts'
import type {
  DiscoveryKind,
  DiscoveryObject,
  ServiceObject,
  TargetGroupBindingObject,
} from '../discovery/objects.ts'
import { progressOf } from '../discovery/progress.ts'
import type { DiscoverySettings, Surroundings } from '../discovery/view.ts'
import type { Exposure, Progress } from '../model/exposure.ts'
import type { Notice } from '../model/notice.ts'
import { compareText, type ObjectRef } from '../model/object-ref.ts'
import type { NamespaceFacts, WorkloadSummary } from '../model/workload.ts'
import { keyOf } from './filing.ts'
import { CONTROLLER_KINDS, FollowedController } from './followed-controller.ts'
import type { Discovered, ExposedNamespace, InventoryView, Selection } from './inventory.ts'
import { ObjectStore } from './object-store.ts'
import { SelectorIndex, selectsAnything } from './selector-index.ts'

/** The one stateful part of the core: what is known of a cluster, however it was filled. */
export interface Inventory extends InventoryView {
  /** Adds an object, or replaces the one of the same kind and name. */
  put(object: DiscoveryObject): void
  putWorkload(summary: WorkloadSummary): void
  /** Forgets the object and the workload of this name; unknown names are no matter. */
  remove(ref: ObjectRef): void
  controller(): ControllerState
  /** Every workload that is known, in no particular order. */
  workloads(): Iterable<WorkloadSummary>
  /** Every exposure of every Service that selects anything, in no particular order. */
  exposures(): Iterable<Exposure>
  /**
   * How far the load balancer of an exposure has come.
   * @param cameNow whether the address of this object came a moment ago.
   */
  progressOf(exposure: Exposure, cameNow: (object: ObjectRef) => boolean): Progress
  /** Whether the status of this object tells the address of a load balancer. */
  hasAddress(ref: ObjectRef): boolean
  /** About every object, by object. */
  notices(): readonly Notice[]
  /** Namespaces that hold an exposure with ip targets, sorted. */
  exposedNamespaces(): readonly ExposedNamespace[]
  /** Every Namespace that is known, by name. */
  namespaces(): readonly NamespaceFacts[]
  /** Entries in each index; removing what was added brings every number back. */
  size(): Readonly<Record<string, number>>
}

/**
 * Objects of a namespace that many Services of other namespaces may rest on. They change seldom, and a reading that
 * is asked for again is made in a fraction of a millisecond.
 */
const FAR_REACHING: ReadonlySet<DiscoveryKind> = new Set<DiscoveryKind>([
  'Gateway',
  'ListenerSet',
  'ReferenceGrant',
  'TargetGroupConfiguration',
  'LoadBalancerConfiguration',
  'ListenerRuleConfiguration',
])

const NOTHING_FOUND: Discovered = { exposures: [], notices: [] }

/** An empty inventory. */
export const createInventory = (settings: DiscoverySettings): Inventory => new IndexedInventory(settings)

class IndexedInventory implements Inventory {
  readonly #store = new ObjectStore()
  readonly #selectors = new SelectorIndex()
  readonly #workloads = new Map<string, WorkloadSummary>()
  /** Readings by the Service's key, made when first asked for, dropped when something they rest on changes. */
  readonly #readings = new Map<string, ServiceReading>()
  readonly #controller: FollowedController
  #around: Surroundings

  constructor(settings: DiscoverySettings) {
    this.#controller = new FollowedController(this.#store, settings)
    this.#around = { view: this.#store, settings: this.#controller.effectiveSettings() }
  }

  put(object: DiscoveryObject): void {
    // Most updates in a cluster change a status or a field that is not kept: nothing to forget.
    const before = this.#store.get(object.ref)
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(object)) return
    this.#forgetReadings(object.ref)
    this.#store.put(object)
    const key = keyOf(object.ref)
    this.#selectors.remove(key)
    if (object.kind === 'Service') this.#selectors.add(key, object)
    this.#forgetReadings(object.ref)
    this.#followController(object, before)
  }

  putWorkload(summary: WorkloadSummary): void {
    this.#workloads.set(keyOf(summary.ref), summary)
  }

  remove(ref: ObjectRef): void {
    const key = keyOf(ref)
    const before = this.#store.get(ref)
    this.#forgetReadings(ref)
    this.#store.remove(ref)
    this.#selectors.remove(key)
    this.#workloads.delete(key)
    this.#followController(before)
  }

  /** What every reading rests on has changed with the controller's settings. */
  #followController(...changed: readonly (DiscoveryObject | undefined)[]): void {
    if (!this.#controller.follow(...changed)) return
    this.#around = { view: this.#store, settings: this.#controller.effectiveSettings() }
    this.#readings.clear()
  }

  /** Drops what rests on this object as it stands; called before and after each change. */
  #forgetReadings(ref: ObjectRef): void {
    const object = this.#readings.size === 0 ? undefined : this.#store.get(ref)
    if (object === undefined || CONTROLLER_KINDS.has(object.kind)) return
    if (ref.namespace === '' || FAR_REACHING.has(object.kind)) this.#readings.clear()
    else for (const service of this.#restingOn(object)) this.#readings.delete(keyOf(service))
  }

  #restingOn(object: DiscoveryObject): readonly ObjectRef[] {
    if (isRoute(object)) return this.#restingOnRoute(object)
    switch (object.kind) {
      case 'Service':
        return [object.ref, ...this.#store.referrersOf(object.ref).flatMap(refersTo)]
      case 'Ingress':
        return this.#restingOnIngress(object.ref)
      case 'Rollout':
        return [
          ...object.services.map((name) => ({ ...object.ref, kind: 'Service', name })),
          ...object.ingresses.flatMap((name) =>
            this.#restingOnIngress({ ...object.ref, kind: 'Ingress', name }),
          ),
        ]
      default:
        return refersTo(object)
    }
  }

  /** Its own Services, and, on an NLB, those of the routes that want the same listeners. */
  #restingOnRoute(route: RouteObject): readonly ObjectRef[] {
    if (servesKind('alb', route.kind)) return refersTo(route)
    const parents = route.parents.flatMap(({ object }) => parentsBeside(object, this.#store))
    const rivals = parents.flatMap((parent) => this.#store.routesOf(parent))
    return [route, ...rivals].flatMap(refersTo)
  }

  /** The Services of the Ingress, of its group, and of the Rollouts that route through either. */
  #restingOnIngress(ref: ObjectRef): readonly ObjectRef[] {
    const ingress = this.#store.ingress(ref)
    if (ingress === undefined) return []
    const members = memberOf(ingress, this.#around).flatMap((member) => membersOf(member, this.#around))
    const ingresses = [ingress, ...members.map((member) => member.ingress)]
    return ingresses.flatMap((one) => [
      ...refersTo(one),
      ...this.#store.rolloutsOf(one.ref).flatMap(refersTo),
    ])
  }

  exposuresOf(selection: Selection): Discovered {
    const [first, ...others] = this.#selectors.find(selection)
    if (first === undefined) return NOTHING_FOUND
    if (others.length === 0) return this.#readingOf(first)
    const readings = [first, ...others].map((service) => this.#readingOf(service))
    return {
      exposures: readings.flatMap(({ exposures }) => exposures).sort((a, b) => compareText(a.id, b.id)),
      notices: tidied(readings.flatMap(({ notices }) => notices)),
    }
  }

  #readingOf(service: ServiceObject): ServiceReading {
    const key = keyOf(service.ref)
    const known = this.#readings.get(key)
    if (known !== undefined) return known
    const reading = discover(service, this.#store.referrersOf(service.ref), this.#around)
    this.#readings.set(key, reading)
    return reading
  }

  namespace(name: string): NamespaceFacts | undefined {
    return this.#store.namespace(name)
  }

  workload(ref: ObjectRef): WorkloadSummary | undefined {
    return this.#workloads.get(keyOf(ref))
  }

  controller(): ControllerState {
    return this.#controller.reading.state
  }

  workloads(): Iterable<WorkloadSummary> {
    return this.#workloads.values()
  }

  *exposures(): Iterable<Exposure> {
    for (const service of this.#selectingServices()) yield* this.#readingOf(service).exposures
  }

  progressOf(exposure: Exposure, cameNow: (object: ObjectRef) => boolean): Progress {
    const bindings = this.#store.referrersOf(exposure.service).filter(isBinding)
    return progressOf({ exposure, bindings, cameNow }, this.#around)
  }

  hasAddress(ref: ObjectRef): boolean {
    const object = this.#store.get(ref)
    return object !== undefined && 'hasAddress' in object && object.hasAddress
  }

  notices(): readonly Notice[] {
    const about = [...this.#store.all()].flatMap((object) => noticesOf(object, this.#around))
    const selecting = this.#selectingServices().flatMap((service) => this.#readingOf(service).notices)
    return tidied([...this.#controller.reading.notices, ...about, ...selecting])
  }

  exposedNamespaces(): readonly ExposedNamespace[] {
    const found = new Map<string, ExposedNamespace>()
    for (const service of this.#selectingServices()) {
      const { namespace } = service.ref
      for (const { targetType, controller } of this.#readingOf(service).exposures) {
        if (targetType.value === 'ip') found.set(`${namespace}\0${controller}`, { namespace, controller })
      }
    }
    return [...found.entries()].sort(([a], [b]) => compareText(a, b)).map(([, exposed]) => exposed)
  }

  namespaces(): readonly NamespaceFacts[] {
    return this.#store.namespaces()
  }

  #selectingServices(): readonly ServiceObject[] {
    return [...this.#store.all()].filter((object) => object.kind === 'Service').filter(selectsAnything)
  }

  size(): Readonly<Record<string, number>> {
    return { ...this.#store.size, ...this.#selectors.size, workloads: this.#workloads.size }
  }
}

const isBinding = (object: DiscoveryObject): object is TargetGroupBindingObject =>
  object.kind === 'TargetGroupBinding'
