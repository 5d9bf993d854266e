import type { AwsController } from '../../model/exposure.ts'
import type { ObjectRef } from '../../model/object-ref.ts'
import type { Settings } from '../../model/settings.ts'
import type { NamespaceFacts } from '../../model/workload.ts'
import type {
  DiscoveryObject,
  IngressClassObject,
  IngressClassParamsObject,
  IngressObject,
  RolloutObject,
  ServiceObject,
} from './discovery-object.ts'
import type {
  GatewayClassObject,
  GatewayObject,
  ListenerRuleConfigurationObject,
  ListenerSetObject,
  LoadBalancerConfigurationObject,
  ReferenceGrantObject,
  RouteObject,
  TargetGroupConfigurationObject,
} from './gateway-api.ts'
import type { GateWebhooksObject, LbcDeploymentObject } from './lbc-objects.ts'
import type { LbcSettings } from './lbc-state.ts'

/** What discovery asks about the other objects. Lists come in a stable order. */
export interface ObjectView {
  service(ref: ObjectRef): ServiceObject | undefined
  ingress(ref: ObjectRef): IngressObject | undefined
  ingressClass(name: string): IngressClassObject | undefined
  ingressClasses(): readonly IngressClassObject[]
  ingressClassParams(controller: AwsController, name: string): IngressClassParamsObject | undefined
  namespace(name: string): NamespaceFacts | undefined
  /** Other namespaces with objects that refer to this Service, whether or not they may. */
  guestNamespacesOf(service: ObjectRef): readonly string[]
  /** What refers to this Service from such a namespace. */
  guestsOf(service: ObjectRef, namespace: string): readonly DiscoveryObject[]
  /** How many these are: somebody's objects are not looked through before it is known that they may. */
  guestCount(service: ObjectRef, namespace: string): number
  /** The Rollouts that move traffic through this Ingress. */
  rolloutsOf(ingress: ObjectRef): readonly RolloutObject[]
  /** Every Ingress that names this group in its annotation. */
  ingressesNaming(group: string): readonly IngressObject[]
  /** Every Ingress with this `spec.ingressClassName`; undefined: those without one. */
  ingressesOfClass(className: string | undefined): readonly IngressObject[]
  gatewayClass(name: string): GatewayClassObject | undefined
  gateway(ref: ObjectRef): GatewayObject | undefined
  listenerSet(ref: ObjectRef): ListenerSetObject | undefined
  /** The ListenerSets that ask to add listeners to this Gateway. */
  listenerSetsOf(gateway: ObjectRef): readonly ListenerSetObject[]
  route(ref: ObjectRef): RouteObject | undefined
  /** The routes that name this Gateway or ListenerSet as a parent. */
  routesOf(parent: ObjectRef): readonly RouteObject[]
  grantsIn(namespace: string): readonly ReferenceGrantObject[]
  targetGroupConfiguration(ref: ObjectRef): TargetGroupConfigurationObject | undefined
  /** Those that have this Service as their target; the controller takes the first. */
  targetGroupConfigurationsOf(service: ObjectRef): readonly TargetGroupConfigurationObject[]
  loadBalancerConfiguration(ref: ObjectRef): LoadBalancerConfigurationObject | undefined
  listenerRuleConfiguration(ref: ObjectRef): ListenerRuleConfigurationObject | undefined
  /** Deployments that may be LBC's. */
  lbcDeployments(): readonly LbcDeploymentObject[]
  gateWebhooks(): readonly GateWebhooksObject[]
}

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
export interface Surroundings {
  readonly view: ObjectView
  readonly settings: EffectiveSettings
  /**
   * What is the same for many readings: made when first asked for, and anew once something that it was made of has changed.
   * @param name unique among everything that is shared; one name stands for one type.
   */
  readonly shared: <T>(name: string, making: Making<T>) => T
}
