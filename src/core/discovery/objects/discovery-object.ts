import type {
  AwsController,
  RolloutStrategy,
  ServicePort,
  TargetType,
  TrafficPolicy,
} from '../../model/exposure.ts'
import type { ObjectRef } from '../../model/object-ref.ts'
import type { Labels, NamespaceFacts } from '../../model/workload.ts'
import type { GatewayApiObject } from './gateway-api.ts'
import type { HorizontalPodAutoscalerObject } from './horizontal-pod-autoscaler.ts'
import type { Identified } from './identified.ts'
import type { LabelSelector } from './label-selector.ts'
import type { GateWebhooksObject, LbcDeploymentObject } from './lbc-objects.ts'
import type { NodePoolObject } from './node-pool.ts'
import type { ObservedObject } from './observed-object.ts'
import type { PodDisruptionBudgetObject } from './pod-disruption-budget.ts'
import type { ResourceQuotaObject } from './resource-quota.ts'
import type { ScaledObjectObject } from './scaled-object.ts'

/**
 * The objects that discovery reads, reduced to the fields that it needs: an inventory holds tens of thousands.
 * `annotations` hold only the keys of `annotation-keys.ts`.
 */
export type DiscoveryObject =
  | ServiceObject
  | IngressObject
  | IngressClassObject
  | IngressClassParamsObject
  | TargetGroupBindingObject
  | RolloutObject
  | NamespaceObject
  | GatewayApiObject
  | LbcDeploymentObject
  | GateWebhooksObject
  | HorizontalPodAutoscalerObject
  | NodePoolObject
  | ObservedObject
  | PodDisruptionBudgetObject
  | ResourceQuotaObject
  | ScaledObjectObject

export type DiscoveryKind = DiscoveryObject['kind']
export type ObjectOfKind<K extends DiscoveryKind> = Extract<DiscoveryObject, { readonly kind: K }>

export interface ServiceObject extends Identified<'Service'> {
  readonly annotations: Labels
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  /** Empty: the Service selects nothing. */
  readonly selector: Labels
  readonly ports: readonly ServicePort[]
  readonly loadBalancerClass?: string
  /** Its ports are open on the nodes, so instance targets can reach them. */
  readonly hasNodePorts: boolean
  readonly externalTrafficPolicy: TrafficPolicy
  /** Where kube-proxy says whether a node has a ready Pod of it; only with `externalTrafficPolicy: Local`. */
  readonly healthCheckNodePort?: number
  readonly publishNotReadyAddresses: boolean
  /** `status.loadBalancer.ingress[].hostname`. */
  readonly hostnames: readonly string[]
  /** Its load balancer has a host name or an IP address. */
  readonly hasAddress: boolean
  readonly deleting: boolean
}

export interface IngressObject extends Identified<'Ingress'> {
  readonly annotations: Labels
  /** Any annotation begins with `alb.ingress.kubernetes.io/`, including ones that are not kept here. */
  readonly hasAlbAnnotations: boolean
  /** Any annotation is for another ingress controller. */
  readonly hasOtherAnnotations: boolean
  readonly className?: string
  readonly backends: readonly IngressBackend[]
  /** Its load balancer has a host name or an IP address (`status.loadBalancer.ingress`). */
  readonly hasAddress: boolean
  /** AWS's host names among them; absent: none. */
  readonly hostnames?: readonly string[]
  readonly deleting: boolean
  /** The API version, if Kubernetes no longer serves it. */
  readonly removedApi?: string
}

export interface IngressBackend {
  /** `rule host/path`, or `default backend`. */
  readonly at: string
  /** Absent: a `resource` backend. */
  readonly service?: string
  /** Number or name, as written. */
  readonly port: string
}

export interface IngressClassObject extends Identified<'IngressClass'> {
  readonly controller: string
  readonly isDefault: boolean
  readonly parameters?: { readonly apiGroup: string; readonly kind: string; readonly name: string }
}

export interface IngressClassParamsObject extends Identified<'IngressClassParams'> {
  readonly controller: AwsController
  readonly targetType?: TargetType
  readonly groupName?: string
  /** Absent: every namespace. */
  readonly namespaceSelector?: LabelSelector
  readonly loadBalancerAttributes: Labels
}

export interface TargetGroupBindingObject extends Identified<'TargetGroupBinding'> {
  readonly controller: AwsController
  /** Only the stack labels that the controller writes. */
  readonly labels: Labels
  readonly service: string
  readonly port: string
  readonly targetType?: TargetType
  readonly protocol?: string
  /** ARN, unique in all of AWS. Absent: it is given by name. */
  readonly targetGroup?: string
  /** `spec.multiClusterTargetGroup`: other clusters register targets of their own. */
  readonly multiCluster: boolean
  readonly deleting: boolean
}

/** How an Argo Rollout shifts traffic: through Ingresses, and by switching selectors of Services. */
export interface RolloutObject extends Identified<'Rollout'> {
  readonly strategy: RolloutStrategy
  readonly ingresses: readonly string[]
  /** The name of the Ingress's `use-annotation` backend. */
  readonly rootService: string
  /** Those with a target group, without repetition: ping and pong if there are any, else stable and canary. */
  readonly services: readonly string[]
  /** `servicePort`: the Services' port where `servicePorts` has none for an Ingress. */
  readonly port: string
  /** `servicePorts`: further ports, by Ingress. */
  readonly ports: readonly { readonly ingress: string; readonly ports: readonly string[] }[]
  /** Services that select the Pods of a new version only once these are available. */
  readonly switched: readonly string[]
}

export interface NamespaceObject extends Identified<'Namespace'> {
  readonly facts: NamespaceFacts
}

export const objectRef = (kind: string, namespace: string, name: string): ObjectRef => ({
  kind,
  namespace,
  name,
})

export const serviceRef = (namespace: string, name: string): ObjectRef =>
  objectRef('Service', namespace, name)
