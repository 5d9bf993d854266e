import type { HealthCheck, TargetType } from '../../model/exposure.ts'
import type { ObjectRef } from '../../model/object-ref.ts'
import type { Labels } from '../../model/workload.ts'
import type { Identified } from './identified.ts'
import type { LabelSelector } from './label-selector.ts'

/** The routes that the AWS controllers serve (LBC pkg/gateway/routeutils/constants.go). */
export const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'UDPRoute', 'TLSRoute'] as const
export type RouteKind = (typeof ROUTE_KINDS)[number]

export type GatewayApiObject =
  | GatewayClassObject
  | GatewayObject
  | ListenerSetObject
  | RouteObject
  | ReferenceGrantObject
  | TargetGroupConfigurationObject
  | LoadBalancerConfigurationObject
  | ListenerRuleConfigurationObject

/** A reference to a configuration object. */
export interface ParametersRef {
  readonly group: string
  readonly kind: string
  readonly name: string
  /** Only in a GatewayClass's reference; a Gateway's is in its own namespace. */
  readonly namespace?: string
}

export interface GatewayClassObject extends Identified<'GatewayClass'> {
  readonly controller: string
  readonly parameters?: ParametersRef
}

export interface GatewayObject extends Identified<'Gateway'> {
  readonly className: string
  readonly parameters?: ParametersRef
  readonly listeners: readonly Listener[]
  /** Which ListenerSets may add listeners; `None` if not set. */
  readonly allowedListeners: NamespacePolicy
  /** Its load balancer has a host name or an IP address (`status.addresses`). */
  readonly hasAddress: boolean
  /** AWS's host names among them; absent: none. */
  readonly hostnames?: readonly string[]
  readonly deleting: boolean
}

export interface Listener {
  readonly name: string
  readonly port: number
  readonly protocol: string
  readonly hostname?: string
  /** Which routes may attach, by namespace; `Same` if not set. */
  readonly namespaces: NamespacePolicy
  /** Empty: the kinds that the protocol allows. */
  readonly kinds: readonly string[]
}

export interface NamespacePolicy {
  /** `Same`, `All`, `None` or `Selector`. */
  readonly from: string
  readonly selector?: LabelSelector
}

export interface ListenerSetObject extends Identified<'ListenerSet'> {
  readonly gateway: ObjectRef
  readonly listeners: readonly Listener[]
  /** `metadata.creationTimestamp`, empty in files: the older of two comes first. */
  readonly createdAt: string
}

interface RouteOf<K extends RouteKind> extends Identified<K> {
  readonly parents: readonly ParentRef[]
  readonly hostnames: readonly string[]
  readonly rules: readonly RouteRule[]
  readonly createdAt: string
  readonly deleting: boolean
}
export type RouteObject = { [K in RouteKind]: RouteOf<K> }[RouteKind]

export interface ParentRef {
  /** The Gateway or ListenerSet (or any other parent named), with its namespace filled in. */
  readonly object: ObjectRef
  readonly section?: string
  readonly port?: number
}

export interface RouteRule {
  /** The paths or methods that it matches, `rule /cart`; `rule` if it matches everything. Not unique. */
  readonly at: string
  readonly backends: readonly RouteBackend[]
  /** A RequestRedirect filter answers the request; nothing is forwarded. */
  readonly redirects: boolean
  /** ListenerRuleConfigurations that its filters name, in the route's namespace. */
  readonly configurations: readonly string[]
  /** Filters that the controller does not support. */
  readonly unsupported: readonly string[]
}

export interface RouteBackend {
  /** The object that it refers to, with its namespace filled in. */
  readonly object: ObjectRef
  readonly port?: number
  readonly weight: number
}

export interface ReferenceGrantObject extends Identified<'ReferenceGrant'> {
  readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[]
  readonly to: readonly { readonly group: string; readonly kind: string; readonly name?: string }[]
}

/** `gateway.k8s.aws`: settings of target groups, for one Service or as a Gateway's default. */
export interface TargetGroupConfigurationObject extends Identified<'TargetGroupConfiguration'> {
  /** The Service that it configures; absent: it is only a Gateway's default, or for another kind of object. */
  readonly service?: ObjectRef
  readonly hasTarget: boolean
  readonly defaults: TargetGroupProps
  readonly routes: readonly RouteProps[]
}

export interface RouteProps {
  readonly kind: string
  readonly namespace?: string
  readonly name?: string
  readonly props: TargetGroupProps
}

export interface TargetGroupProps {
  readonly targetType?: TargetType
  readonly attributes: Labels
  /** Merged as one field: what it leaves out gets the controller's defaults. */
  readonly health?: HealthProps
  readonly multiCluster?: boolean
  /** `protocolVersion` is GRPC. */
  readonly isGrpc?: true
}

export interface HealthProps {
  readonly interval?: number
  readonly timeout?: number
  readonly unhealthyThreshold?: number
  readonly healthyThreshold?: number
  /** Protocol, path and port. */
  readonly check: HealthCheck
}

/** `gateway.k8s.aws`: settings of the load balancers of a Gateway or a GatewayClass. */
export interface LoadBalancerConfigurationObject extends Identified<'LoadBalancerConfiguration'> {
  readonly prefersGateway: boolean
  readonly attributes: Labels
  /** Listener attributes by `PROTOCOL:port`. */
  readonly listeners: Readonly<Record<string, Labels>>
  /** The TargetGroupConfiguration for every Service behind it, in its own namespace. */
  readonly defaultTargetGroups?: string
}

/** `gateway.k8s.aws`: what a rule does besides forwarding. */
export interface ListenerRuleConfigurationObject extends Identified<'ListenerRuleConfiguration'> {
  /** An action answers with a fixed response; nothing is forwarded. */
  readonly answers: boolean
}
