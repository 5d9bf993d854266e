import type { ObjectRef } from '../../model/object-ref.ts'
import type { Settings } from '../../model/settings.ts'
import { type DiscoveryKind, type DiscoveryObject, type ObjectOfKind, objectRef } from './discovery-object.ts'
import type { Drawer } from './drawer.ts'
import type { LbcSettings } from './lbc-state.ts'

/** The other objects, as discovery reads them. Lists have a stable order. */
export interface ObjectView {
  /** The object of this name, if it is of this kind. */
  find<K extends DiscoveryKind>(kind: K, ref: ObjectRef): ObjectOfKind<K> | undefined
  /** @param part selects one part, if the drawer divides the objects under a key. */
  filed<T extends DiscoveryObject>(drawer: Drawer<T>, key: string, part?: string): readonly T[]
  /** The number of these objects, without reading any. */
  count<T extends DiscoveryObject>(drawer: Drawer<T>, key: string, part?: string): number
  /** The non-empty parts under a key. */
  partsOf<T extends DiscoveryObject>(drawer: Drawer<T>, key: string): readonly string[]
}

/** The object of a cluster-scoped kind. */
export const findClusterWide = <K extends DiscoveryKind>(
  kind: K,
  name: string,
  view: ObjectView,
): ObjectOfKind<K> | undefined => view.find(kind, objectRef(kind, '', name))

/** The user's settings for the load balancer controller; for absent ones, the controller's arguments count. */
export type WrittenForLbc = Pick<
  Settings,
  | 'defaultTargetType'
  | 'ingressClass'
  | 'loadBalancerClass'
  | 'watchNamespace'
  | 'readinessGateInject'
  | 'featureGates'
>

/** What discovery needs to know about the installation. */
export interface DiscoverySettings extends Readings, WrittenForLbc {}

/** How objects are read. */
interface Readings {
  /**
   * The objects come from files, so what they refer to may be elsewhere: its existence is assumed, and reported. False
   * for a live cluster, where a missing object is missing for the controller, too.
   */
  readonly fromFiles: boolean
  /** The class that an Ingress without one gets in the cluster, if no IngressClass here is the default. */
  readonly assumedDefaultClass?: string
  /** Where files leave the namespace open, objects stand in this one. */
  readonly assumedNamespace?: string
}

/** The settings of discovery, including the load balancer controller's arguments. */
export interface EffectiveSettings extends Readings, LbcSettings {}

/** How a shared result is computed. */
export interface Making<T, From = void> {
  readonly make: (from: From) => T
  /**
   * Whether a recomputed result equals the last one, so that what depends on it stays valid. Undefined: it never does.
   */
  readonly isSame?: ((one: T, other: T) => boolean) | undefined
}

/** Everything that a discovery rule can read. */
export interface DiscoveryContext {
  readonly view: ObjectView
  readonly settings: EffectiveSettings
  /**
   * Results that many readings share: computed on first use, and again once an object that they depend on has changed.
   * @param name unique among all shared results; one name stands for one type.
   */
  readonly shared: <T>(name: string, making: Making<T>) => T
}
