import type { DiscoveryKind, DiscoveryObject, ObjectOfKind } from '../discovery/objects/discovery-object.ts'
import { isRoute, type RouteObject } from '../discovery/objects/gateway-api.ts'
import type { ObjectView } from '../discovery/objects/view.ts'
import { kindOf } from '../model/aws-controllers.ts'
import type { AwsController } from '../model/exposure.ts'
import { compareRefs, compareText, type ObjectRef } from '../model/object-ref.ts'
import type { NamespaceFacts } from '../model/workload.ts'
import { classKey, filingOf, guestKey, INDEXES, type IndexName, keyOf } from './filing.ts'
import { KeyIndex } from './key-index.ts'
import type { Places } from './places.ts'

/** The objects that discovery reads, and who refers to whom. Every question notes where it looked. */
export class ObjectStore implements ObjectView {
  readonly #objects = new Map<string, DiscoveryObject>()
  readonly #indexes = new Map<IndexName, KeyIndex>(INDEXES.map((name) => [name, new KeyIndex()]))
  /** Namespaces with guests, by the Service of another one. */
  readonly #guestNamespaces = new KeyIndex()
  readonly #places: Places

  constructor(places: Places) {
    this.#places = places
  }

  /** Replaces what had the same name. @throws what filing it throws; then nothing of it is kept. */
  put(object: DiscoveryObject): void {
    this.remove(object.ref)
    const filed = filingOf(object)
    const key = keyOf(object.ref)
    this.#objects.set(key, object)
    this.#places.changed(key)
    for (const [index, under] of filed) {
      this.#indexes.get(index)?.add(under, key)
      this.#places.changed(placeOf(index, under))
      if (index === 'guests') this.#guestsChanged(under)
    }
  }

  remove(ref: ObjectRef): void {
    const key = keyOf(ref)
    const object = this.#objects.get(key)
    if (object === undefined) return
    this.#objects.delete(key)
    this.#places.vacated(key)
    for (const [index, under] of filingOf(object)) this.#unfile(index, under, key)
  }

  #unfile(name: IndexName, under: string, key: string): void {
    const index = this.#indexes.get(name)
    index?.remove(under, key)
    if (index === undefined || index.idsOf(under).size === 0) this.#places.vacated(placeOf(name, under))
    else this.#places.changed(placeOf(name, under))
    if (name === 'guests') this.#guestsChanged(under)
  }

  /** Whoever rests on which namespaces there are learns only of those that come and go. */
  #guestsChanged(under: string): void {
    const end = under.indexOf('\0')
    const namespace = under.slice(0, end)
    const service = under.slice(end + 1)
    const isThere = this.#indexes.get('guests')?.idsOf(under).size !== 0
    const known = this.#guestNamespaces.idsOf(service)
    if (isThere === known.has(namespace)) return
    if (isThere) this.#guestNamespaces.add(service, namespace)
    else this.#guestNamespaces.remove(service, namespace)
    const place = guestNamespacesPlace(service)
    if (this.#guestNamespaces.idsOf(service).size === 0) this.#places.vacated(place)
    else this.#places.changed(place)
  }

  get(ref: ObjectRef): DiscoveryObject | undefined {
    const key = keyOf(ref)
    this.#places.lookAt(key)
    return this.#objects.get(key)
  }

  all(): Iterable<DiscoveryObject> {
    return this.#objects.values()
  }

  /** What refers to this Service from its own namespace. */
  referrersOf(service: ObjectRef): readonly DiscoveryObject[] {
    return this.#filed('referrers', keyOf(service))
  }

  guestNamespacesOf(service: ObjectRef): readonly string[] {
    const key = keyOf(service)
    this.#places.lookAt(guestNamespacesPlace(key))
    return [...this.#guestNamespaces.idsOf(key)].sort(compareText)
  }

  guestsOf(service: ObjectRef, namespace: string): readonly DiscoveryObject[] {
    return this.#filed('guests', guestKey(service, namespace))
  }

  guestCount(service: ObjectRef, namespace: string): number {
    const key = guestKey(service, namespace)
    this.#places.lookAt(placeOf('guests', key))
    return this.#indexes.get('guests')?.idsOf(key).size ?? 0
  }

  service(ref: ObjectRef) {
    return this.#ofKind('Service', ref)
  }

  ingress(ref: ObjectRef) {
    return this.#ofKind('Ingress', ref)
  }

  ingressClass(name: string) {
    return this.#ofKind('IngressClass', clusterWide('IngressClass', name))
  }

  ingressClasses() {
    return allOfKind('IngressClass', this.#filed('kinds', 'IngressClass'))
  }

  ingressClassParams(controller: AwsController, name: string) {
    return this.#ofKind('IngressClassParams', clusterWide(kindOf('IngressClassParams', controller), name))
  }

  namespace(name: string) {
    return this.#ofKind('Namespace', clusterWide('Namespace', name))?.facts
  }

  namespaces(): readonly NamespaceFacts[] {
    return allOfKind('Namespace', this.#filed('kinds', 'Namespace')).map(({ facts }) => facts)
  }

  rolloutsOf(ingress: ObjectRef) {
    return allOfKind('Rollout', this.#filed('rollouts', keyOf(ingress)))
  }

  ingressesNaming(group: string) {
    return allOfKind('Ingress', this.#filed('groups', group))
  }

  ingressesOfClass(className: string | undefined) {
    return allOfKind('Ingress', this.#filed('classes', classKey(className)))
  }

  gatewayClass(name: string) {
    return this.#ofKind('GatewayClass', clusterWide('GatewayClass', name))
  }

  gateway(ref: ObjectRef) {
    return this.#ofKind('Gateway', ref)
  }

  listenerSet(ref: ObjectRef) {
    return this.#ofKind('ListenerSet', ref)
  }

  listenerSetsOf(gateway: ObjectRef) {
    return allOfKind('ListenerSet', this.#filed('listenerSets', keyOf(gateway)))
  }

  route(ref: ObjectRef): RouteObject | undefined {
    const object = this.get(ref)
    return object !== undefined && isRoute(object) ? object : undefined
  }

  routesOf(parent: ObjectRef): readonly RouteObject[] {
    return this.#filed('routes', keyOf(parent)).filter(isRoute)
  }

  grantsIn(namespace: string) {
    return allOfKind('ReferenceGrant', this.#filed('grants', namespace))
  }

  targetGroupConfiguration(ref: ObjectRef) {
    return this.#ofKind('TargetGroupConfiguration', ref)
  }

  targetGroupConfigurationsOf(service: ObjectRef) {
    return allOfKind('TargetGroupConfiguration', this.#filed('configurations', keyOf(service)))
  }

  loadBalancerConfiguration(ref: ObjectRef) {
    return this.#ofKind('LoadBalancerConfiguration', ref)
  }

  listenerRuleConfiguration(ref: ObjectRef) {
    return this.#ofKind('ListenerRuleConfiguration', ref)
  }

  lbcDeployments() {
    return allOfKind('LbcDeployment', this.#filed('kinds', 'LbcDeployment'))
  }

  gateWebhooks() {
    return allOfKind('GateWebhooks', this.#filed('kinds', 'GateWebhooks'))
  }

  #ofKind<K extends DiscoveryKind>(kind: K, ref: ObjectRef): ObjectOfKind<K> | undefined {
    const object = this.get(ref)
    return object !== undefined && isKind(kind, object) ? object : undefined
  }

  /** What is filed under a key, in a stable order. */
  #filed(index: IndexName, key: string): readonly DiscoveryObject[] {
    this.#places.lookAt(placeOf(index, key))
    const keys = this.#indexes.get(index)?.idsOf(key) ?? []
    return [...keys].flatMap((one) => this.#objects.get(one) ?? []).sort((a, b) => compareRefs(a.ref, b.ref))
  }

  get count(): number {
    return this.#objects.size
  }

  get size(): Record<string, number> {
    const entries = [...this.#indexes].map(([name, index]) => [name, index.entries])
    const guestNamespaces = this.#guestNamespaces.entries
    return { objects: this.#objects.size, ...Object.fromEntries(entries), guestNamespaces }
  }
}

/** No name holds a line break. */
const placeOf = (index: IndexName, key: string): string => `${index}\n${key}`

const guestNamespacesPlace = (service: string): string => `guestNamespaces\n${service}`

const clusterWide = (kind: string, name: string): ObjectRef => ({ kind, namespace: '', name })

const isKind = <K extends DiscoveryKind>(kind: K, object: DiscoveryObject): object is ObjectOfKind<K> =>
  object.kind === kind

const allOfKind = <K extends DiscoveryKind>(
  kind: K,
  objects: readonly DiscoveryObject[],
): readonly ObjectOfKind<K>[] => objects.filter((object) => isKind(kind, object))
