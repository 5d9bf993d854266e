import type { ObjectRef } from '../../model/object-ref.ts'
import type { Settings } from '../../model/settings.ts'
import { type DiscoveryKind, type DiscoveryObject, type ObjectOfKind, objectRef } from './discovery-object.ts'
import type { Drawer } from './drawer.ts'
import type { LbcSettings } from './lbc-state.ts'

/** What discovery asks about the other objects. Lists come in a stable order. */
export interface ObjectView {
  /** The object of this name, where it is of this kind. */
  find<K extends DiscoveryKind>(kind: K, ref: ObjectRef): ObjectOfKind<K> | undefined
  /** @param part where a drawer divides what stands under a key. */
  filed<T extends DiscoveryObject>(drawer: Drawer<T>, key: string, part?: string): readonly T[]
  /** How many these are, without looking at any. */
  count<T extends DiscoveryObject>(drawer: Drawer<T>, key: string, part?: string): number
  /** The parts under a key in which something stands. */
  partsOf<T extends DiscoveryObject>(drawer: Drawer<T>, key: string): readonly string[]
}

/** The object of a kind without namespaces. */
export const findClusterWide = <K extends DiscoveryKind>(
  kind: K,
  name: string,
  view: ObjectView,
): ObjectOfKind<K> | undefined => view.find(kind, objectRef(kind, '', name))

/** What someone wrote for the load balancer controller; what is absent, its own arguments tell. */
export type WrittenForLbc = Pick<
  Settings,
  | 'defaultTargetType'
  | 'ingressClass'
  | 'loadBalancerClass'
  | 'watchNamespace'
  | 'readinessGateInject'
  | 'featureGates'
>

/** What discovery needs to know of the installation. */
export interface DiscoverySettings extends Readings, WrittenForLbc {}

/** How objects are read. */
interface Readings {
  /**
   * The objects come from files, and what they refer to may stand elsewhere: it is assumed, and said. False for a
   * live cluster, where absent is absent and the controller's own answer is ours.
   */
  readonly fromFiles: boolean
  /** The class that an Ingress without one has in the cluster, where no IngressClass here is the default. */
  readonly assumedDefaultClass?: string
}

/** What discovery goes by, once the load balancer controller's own arguments are known. */
export interface EffectiveSettings extends Readings, LbcSettings {}

/** How an answer comes to be. */
export interface Making<T, From = void> {
  readonly make: (from: From) => T
  /** Whether an answer that was made anew says the same; what rests on it then stands. Undefined: it never does. */
  readonly isSame?: ((one: T, other: T) => boolean) | undefined
}

/** Everything a rule of discovery may look at. */
export interface DiscoveryContext {
  readonly view: ObjectView
  readonly settings: EffectiveSettings
  /**
   * What is the same for many readings: made when first asked for, and anew once something that it was made of has changed.
   * @param name unique among everything that is shared; one name stands for one type.
   */
  readonly shared: <T>(name: string, making: Making<T>) => T
}
