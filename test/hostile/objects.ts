import { type Place, type PodTemplate, type RawObject, range, type Texts } from './attack.ts'

/** The kinds of which attacks are made, with what their definitions demand and nothing else. */

/** The group of Ingresses that a neighbor is in; LBC lets anybody join who names it. */
export const GROUP = 'neighbors'

/** What somebody has installed before the tenant comes: never part of an attack. */
export const CLUSTER: readonly RawObject[] = [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'alb' },
    spec: { controller: 'ingress.k8s.aws/alb' },
  },
  ...(['alb', 'nlb'] as const).map((balancer) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: `hostile-${balancer}` },
    spec: { controllerName: `gateway.k8s.aws/${balancer}` },
  })),
]

interface Annotated {
  readonly annotations?: Texts
}

/** Of Pods with `app: web`, without an address of its own: the range of a cluster would be used up. */
export const service = (
  namespace: string,
  name: string,
  { annotations, ...spec }: Annotated & { readonly [field: string]: unknown } = {},
): RawObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, ...(annotations === undefined ? {} : { annotations }) },
  spec: { clusterIP: 'None', selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }], ...spec },
})

/** Services `s0`, `s1` and so on. */
export const services = (namespace: string, count: number): readonly RawObject[] =>
  range(count).map((index) => service(namespace, `s${index}`))

/** Behind an NLB. It has an address of its own, which a load balancer needs, and no ports of the nodes. */
export const nlbService = (
  namespace: string,
  name: string,
  { annotations = {}, ports = 1 }: Annotated & { readonly ports?: number } = {},
): RawObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, annotations: { ...NLB_WITH_IP_TARGETS, ...annotations } },
  spec: {
    type: 'LoadBalancer',
    loadBalancerClass: 'service.k8s.aws/nlb',
    allocateLoadBalancerNodePorts: false,
    selector: { app: 'web' },
    ports: range(ports).map((index) => ({ name: `p${index}`, port: 1 + index })),
  },
})

const NLB_WITH_IP_TARGETS = { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' }

/** A Service `s0` of ports 1, 2 and so on: `missingPort` is none of them. */
export const portsOf = (namespace: string, count: number): RawObject =>
  service(namespace, 's0', { ports: range(count).map((index) => ({ name: `p${index}`, port: 1 + index })) })

export const missingPort = 65_535

export const ALB = 'alb.ingress.kubernetes.io'

export interface Backend {
  readonly service: string
  /** A number, or the name of an action is meant. @default 80 */
  readonly port?: number | 'use-annotation'
  readonly host?: string
}

export const ingress = (
  namespace: string,
  name: string,
  backends: readonly Backend[],
  { annotations = {}, className = 'alb' }: Annotated & { readonly className?: string } = {},
): RawObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace, annotations: { [`${ALB}/target-type`]: 'ip', ...annotations } },
  spec: { ingressClassName: className, rules: rulesOf(backends) },
})

/** One rule for each host. */
const rulesOf = (backends: readonly Backend[]): readonly object[] =>
  [...Map.groupBy(backends, ({ host }) => host ?? '')].map(([host, some]) => ({
    ...(host === '' ? {} : { host }),
    http: {
      paths: some.map(({ service: name, port = 80 }, index) => ({
        path: `/${index}`,
        pathType: 'Prefix',
        backend: { service: { name, port: typeof port === 'number' ? { number: port } : { name: port } } },
      })),
    },
  }))

export const binding = (namespace: string, name: string, serviceName: string, port = 80): RawObject => ({
  apiVersion: 'elbv2.k8s.aws/v1beta1',
  kind: 'TargetGroupBinding',
  metadata: { name, namespace },
  spec: {
    targetGroupARN: `arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/${name}/0123456789abcdef`,
    targetType: 'ip',
    serviceRef: { name: serviceName, port },
  },
})

const GATEWAY_API = 'gateway.networking.k8s.io/v1'

export interface ListenerShape {
  readonly name: string
  readonly port: number
  readonly protocol: string
  readonly [field: string]: unknown
}

export const gateway = (
  { namespace }: Pick<Place, 'namespace'>,
  className: 'hostile-alb' | 'hostile-nlb',
  listeners: readonly ListenerShape[],
  {
    name = 'edge',
    configuration,
    allowed = 'All',
  }: { readonly name?: string; readonly configuration?: string; readonly allowed?: 'All' | 'Same' } = {},
): RawObject => ({
  apiVersion: GATEWAY_API,
  kind: 'Gateway',
  metadata: { name, namespace },
  spec: {
    gatewayClassName: className,
    listeners,
    allowedListeners: { namespaces: { from: allowed } },
    ...(configuration === undefined
      ? {}
      : {
          infrastructure: {
            parametersRef: {
              group: 'gateway.k8s.aws',
              kind: 'LoadBalancerConfiguration',
              name: configuration,
            },
          },
        }),
  },
})

export const listenerSet = (
  namespace: string,
  name: string,
  listeners: readonly ListenerShape[],
  gatewayOf: { readonly namespace?: string } = {},
): RawObject => ({
  apiVersion: GATEWAY_API,
  kind: 'ListenerSet',
  metadata: { name, namespace },
  spec: { parentRef: { name: 'edge', ...gatewayOf }, listeners },
})

export interface RouteBackend {
  readonly name: string
  readonly namespace?: string
}

/** To the Gateway `edge`. */
export const route = (
  kind: 'HTTPRoute' | 'TCPRoute' | 'TLSRoute',
  { namespace, name }: { readonly namespace: string; readonly name: string },
  rules: readonly (readonly RouteBackend[])[],
  spec: Readonly<Record<string, unknown>> = {},
): RawObject => ({
  apiVersion: kind === 'HTTPRoute' ? GATEWAY_API : 'gateway.networking.k8s.io/v1alpha2',
  kind,
  metadata: { name, namespace },
  spec: {
    parentRefs: [{ name: 'edge' }],
    rules: rules.map((backends) => ({ backendRefs: backends.map((one) => ({ ...one, port: 80 })) })),
    ...spec,
  },
})

/** The template of Pods that every attack's Services select. */
export const template = (
  labels: Texts = {},
  annotations?: Texts,
  containers: readonly object[] = [{ name: 'app', image: 'web:1' }],
): PodTemplate => ({
  metadata: {
    labels: { app: 'web', ...labels },
    ...(annotations === undefined ? {} : { annotations }),
  },
  spec: { containers },
})

/** Paused: no Pod is made of it. */
export const deployment = (
  namespace: string,
  name: string,
  pods: PodTemplate,
  labels: Texts = {},
): RawObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace, labels },
  spec: { replicas: 2, paused: true, selector: { matchLabels: { app: 'web' } }, template: pods },
})
