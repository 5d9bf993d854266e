import { ASSUME_ANNOTATION } from '../../model/keys.ts'

/** Annotations that discovery reads; narrowing keeps these and drops the rest. */

/** If present, wins over `spec.ingressClassName` (LBC pkg/ingress/group_loader.go). */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'
export const DEFAULT_CLASS_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class'

export const ALB_PREFIX = 'alb.ingress.kubernetes.io/'
/**
 * Prefixes of other ingress controllers, from their documentation: ingress-nginx, Traefik, Azure and others of the form
 * `<name>.ingress.kubernetes.io/`; NGINX Inc., HAProxy, Kong, Contour, GKE, Cilium, APISIX, Higress.
 */
const OTHER_CONTROLLERS =
  /^(?:(?!alb\.)(?:[a-z0-9-]+\.)?ingress\.kubernetes\.io|kubernetes\.io\/ingress\.(?!class$)|nginx\.(?:org|com)\/|haproxy\.(?:org|com)\/|haproxy-ingress\.github\.io\/|konghq\.com\/|projectcontour\.io\/|networking\.gke\.io\/|ingress\.gcp\.kubernetes\.io\/|ingress\.cilium\.io\/|k8s\.apisix\.apache\.org\/|higress\.io\/)/

/** Whether an annotation is for an ingress controller that is not AWS's. */
export const isOtherIngressKey = (key: string): boolean => OTHER_CONTROLLERS.test(key)

export const ALB_ACTION_PREFIX = `${ALB_PREFIX}actions.`

export const ALB = {
  groupName: `${ALB_PREFIX}group.name`,
  targetType: `${ALB_PREFIX}target-type`,
  targetGroupAttributes: `${ALB_PREFIX}target-group-attributes`,
  loadBalancerAttributes: `${ALB_PREFIX}load-balancer-attributes`,
  healthInterval: `${ALB_PREFIX}healthcheck-interval-seconds`,
  healthTimeout: `${ALB_PREFIX}healthcheck-timeout-seconds`,
  unhealthyThreshold: `${ALB_PREFIX}unhealthy-threshold-count`,
  healthyThreshold: `${ALB_PREFIX}healthy-threshold-count`,
  healthProtocol: `${ALB_PREFIX}healthcheck-protocol`,
  healthPath: `${ALB_PREFIX}healthcheck-path`,
  healthPort: `${ALB_PREFIX}healthcheck-port`,
  successCodes: `${ALB_PREFIX}success-codes`,
  protocolVersion: `${ALB_PREFIX}backend-protocol-version`,
  multiCluster: `${ALB_PREFIX}multi-cluster-target-group`,
} as const

const NLB_PREFIX = 'service.beta.kubernetes.io/aws-load-balancer-'
export const NLB_ACTION_PREFIX = 'service.beta.kubernetes.io/actions.'

export const NLB = {
  type: `${NLB_PREFIX}type`,
  targetType: `${NLB_PREFIX}nlb-target-type`,
  targetGroupAttributes: `${NLB_PREFIX}target-group-attributes`,
  loadBalancerAttributes: `${NLB_PREFIX}attributes`,
  /** The older form of the attribute: it wins over the list (LBC pkg/service, buildLoadBalancerAttributes). */
  crossZone: `${NLB_PREFIX}cross-zone-load-balancing-enabled`,
  listenerAttributesPrefix: `${NLB_PREFIX}listener-attributes.`,
  healthInterval: `${NLB_PREFIX}healthcheck-interval`,
  healthTimeout: `${NLB_PREFIX}healthcheck-timeout`,
  unhealthyThreshold: `${NLB_PREFIX}healthcheck-unhealthy-threshold`,
  healthyThreshold: `${NLB_PREFIX}healthcheck-healthy-threshold`,
  healthProtocol: `${NLB_PREFIX}healthcheck-protocol`,
  healthPath: `${NLB_PREFIX}healthcheck-path`,
  healthPort: `${NLB_PREFIX}healthcheck-port`,
  successCodes: `${NLB_PREFIX}healthcheck-success-codes`,
  multiCluster: `${NLB_PREFIX}multi-cluster-target-group`,
} as const

/**
 * Annotations that only the in-tree cloud provider reads, for a Classic Load Balancer (Kubernetes cloud-provider-aws
 * pkg/providers/v1/aws.go; LBC docs: NLB annotations has none of them).
 */
export const CLASSIC = {
  idleTimeout: `${NLB_PREFIX}connection-idle-timeout`,
  drainingEnabled: `${NLB_PREFIX}connection-draining-enabled`,
  drainingTimeout: `${NLB_PREFIX}connection-draining-timeout`,
  logInterval: `${NLB_PREFIX}access-log-emit-interval`,
  extraSecurityGroups: `${NLB_PREFIX}extra-security-groups`,
} as const

/** With `http` and `https` it is for a Classic Load Balancer; an NLB has neither (cloud-provider-aws, the same file). */
export const BACKEND_PROTOCOL = `${NLB_PREFIX}backend-protocol`

/** Service annotations of one port: `….target-group-attributes.<port>` (LBC pkg/service). */
export const nlbPortAttributes = (port: string): string => `${NLB.targetGroupAttributes}.${port}`

const INGRESS_KEYS: ReadonlySet<string> = new Set([CLASS_ANNOTATION, ...Object.values(ALB)])
const SERVICE_KEYS: ReadonlySet<string> = new Set([
  ASSUME_ANNOTATION,
  ALB.targetType,
  ALB.targetGroupAttributes,
  ALB.healthInterval,
  ALB.healthTimeout,
  ALB.unhealthyThreshold,
  ALB.healthyThreshold,
  ALB.healthProtocol,
  ALB.healthPath,
  ALB.healthPort,
  ALB.successCodes,
  ALB.protocolVersion,
  ALB.multiCluster,
  ...Object.values(NLB),
  ...Object.values(CLASSIC),
  BACKEND_PROTOCOL,
])
const SERVICE_PREFIXES = [
  NLB_ACTION_PREFIX,
  NLB.listenerAttributesPrefix,
  `${NLB.targetGroupAttributes}.`,
] as const

export const isIngressKey = (key: string): boolean =>
  INGRESS_KEYS.has(key) || key.startsWith(ALB_ACTION_PREFIX)

export const isServiceKey = (key: string): boolean =>
  SERVICE_KEYS.has(key) || SERVICE_PREFIXES.some((prefix) => key.startsWith(prefix))

/** Labels with which the controller marks the stack of a TargetGroupBinding (LBC pkg/deploy/tracking/provider.go). */
export const INGRESS_STACK = 'ingress.k8s.aws/stack'
export const STACK_OWNERS = [
  { prefix: 'ingress.k8s.aws/', stack: 'ingress', loadBalancer: 'alb' },
  { prefix: 'service.k8s.aws/', stack: 'service', loadBalancer: 'nlb' },
  { prefix: 'gateway.k8s.aws.alb/', stack: 'gateway', loadBalancer: 'alb' },
  { prefix: 'gateway.k8s.aws.nlb/', stack: 'gateway', loadBalancer: 'nlb' },
] as const

export const isStackLabel = (key: string): boolean =>
  STACK_OWNERS.some(({ prefix }) => key.startsWith(prefix)) && /\/stack(-namespace|-name)?$/.test(key)
