/**
 * A cluster of many teams, object by object as an API server sends them, with the metadata that nobody here reads.
 * At full size: 2,000 Services, 1,000 Ingresses, 500 HTTPRoutes, 10,000 workloads, 200 namespaces.
 */
export interface ClusterSize {
  readonly namespaces: number
  readonly services: number
  readonly ingresses: number
  readonly routes: number
  readonly workloads: number
}

/** Namespaces at each size; the rest grows with them. */
export const SIZES = [2, 20, 200] as const

const PER_NAMESPACE = { services: 10, ingresses: 5, workloads: 50 } as const

/** Each second namespace has five routes: half of the teams use the Gateway API. */
const ROUTES = 5

/** Services that one Ingress of the first namespace leads to. */
export const WIDE = 50

export const sizeOf = (namespaces: number): ClusterSize => ({
  namespaces,
  services: namespaces * PER_NAMESPACE.services,
  ingresses: namespaces * PER_NAMESPACE.ingresses,
  routes: (namespaces / 2) * ROUTES,
  workloads: namespaces * PER_NAMESPACE.workloads,
})

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

export const team = (index: number): string => `team-${index}`

/** One object at a time, so that the whole cluster never stands in memory as raw JSON. */
export function* objectsOf(namespaces: number): Generator<unknown> {
  yield ingressClass
  yield gatewayClass
  for (const index of range(namespaces)) {
    const name = team(index)
    yield object('v1', 'Namespace', { name, spec: {} })
    if (index % 10 === 0) yield gateway(name)
    for (const number of range(PER_NAMESPACE.services)) yield service(name, number)
    for (const number of range(PER_NAMESPACE.ingresses)) yield ingress(name, number)
    if (index % 2 === 0) {
      for (const number of range(ROUTES)) {
        yield route(name, number, team(index - (index % 10)))
        yield configuration(name, number)
      }
    }
  }
  yield* wideObjects()
}

export function* workloadsOf(namespaces: number): Generator<unknown> {
  for (const index of range(namespaces)) {
    for (const number of range(PER_NAMESPACE.workloads)) yield deployment(team(index), number)
  }
}

/** An Ingress with as many backends, each of a Service of its own. */
export const wideIngress = (delay: number): unknown =>
  object('networking.k8s.io/v1', 'Ingress', {
    name: 'wide',
    namespace: 'wide',
    annotations: { ...ALB, [ATTRIBUTES]: `deregistration_delay.timeout_seconds=${delay}` },
    spec: { ingressClassName: 'alb', rules: range(WIDE).map((number) => rule('wide', number)) },
  })

function* wideObjects(): Generator<unknown> {
  for (const number of range(WIDE)) yield service('wide', number)
  yield wideIngress(30)
}

const ATTRIBUTES = 'alb.ingress.kubernetes.io/target-group-attributes'
const ALB = {
  'alb.ingress.kubernetes.io/scheme': 'internet-facing',
  'alb.ingress.kubernetes.io/target-type': 'ip',
  'alb.ingress.kubernetes.io/listen-ports': '[{"HTTPS":443}]',
}

interface Written {
  readonly name: string
  readonly namespace?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  readonly spec: unknown
}

const object = (
  apiVersion: string,
  kind: string,
  { spec, annotations, labels, ...names }: Written,
): unknown => ({
  apiVersion,
  kind,
  metadata: {
    ...names,
    uid: '8f3c9c0e-6f0b-4a53-9d3e-0d6c3ad0a1b2',
    resourceVersion: '184467440737',
    generation: 3,
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { 'app.kubernetes.io/managed-by': 'Helm', ...labels },
    annotations: { 'meta.helm.sh/release-name': names.name, ...annotations },
    managedFields: [MANAGED, { ...MANAGED, manager: 'kube-controller-manager' }],
  },
  spec,
  status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }] },
})

const MANAGED = {
  manager: 'helm',
  operation: 'Apply',
  apiVersion: 'v1',
  time: '2026-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: {
    'f:metadata': { 'f:annotations': { 'f:meta.helm.sh/release-name': {} }, 'f:labels': {} },
    'f:spec': {
      'f:ports': {},
      'f:selector': {},
      'f:type': {},
      'f:template': { 'f:spec': { 'f:containers': {} } },
    },
  },
} as const

const ingressClass = object('networking.k8s.io/v1', 'IngressClass', {
  name: 'alb',
  spec: { controller: 'ingress.k8s.aws/alb' },
})

const gatewayClass = object('gateway.networking.k8s.io/v1', 'GatewayClass', {
  name: 'aws-alb',
  spec: { controllerName: 'gateway.k8s.aws/alb' },
})

const appOf = (namespace: string, number: number): string => `${namespace}-app-${number}`

const service = (namespace: string, number: number): unknown =>
  object('v1', 'Service', {
    name: `app-${number}`,
    namespace,
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.12.34',
      selector: { app: appOf(namespace, number), 'app.kubernetes.io/part-of': namespace },
      ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
    },
  })

const rule = (namespace: string, number: number) => ({
  host: `app-${number}.${namespace}.example.com`,
  http: {
    paths: [
      {
        path: '/',
        pathType: 'Prefix',
        backend: { service: { name: `app-${number}`, port: { name: 'http' } } },
      },
    ],
  },
})

/** Four of five namespaces have Ingresses of their own load balancer; in the fifth four namespaces share a group. */
const ingress = (namespace: string, number: number): unknown =>
  object('networking.k8s.io/v1', 'Ingress', {
    name: `web-${number}`,
    namespace,
    annotations: {
      ...ALB,
      [ATTRIBUTES]: 'deregistration_delay.timeout_seconds=60',
      ...(number === 0 ? { 'alb.ingress.kubernetes.io/group.name': `shared-${groupOf(namespace)}` } : {}),
    },
    spec: { ingressClassName: 'alb', rules: [rule(namespace, number)] },
  })

/** Twenty namespaces to a group. */
const groupOf = (namespace: string): number => Math.floor(Number(namespace.slice('team-'.length)) / 20)

const gateway = (namespace: string): unknown =>
  object('gateway.networking.k8s.io/v1', 'Gateway', {
    name: 'edge',
    namespace,
    spec: {
      gatewayClassName: 'aws-alb',
      listeners: [
        { name: 'https', port: 443, protocol: 'HTTPS', allowedRoutes: { namespaces: { from: 'All' } } },
      ],
    },
  })

/** Routes lead to the Services after those of the Ingresses. */
const behindRoute = (number: number): string => `app-${PER_NAMESPACE.ingresses + number}`

const route = (namespace: string, number: number, edge: string): unknown =>
  object('gateway.networking.k8s.io/v1', 'HTTPRoute', {
    name: `web-${number}`,
    namespace,
    spec: {
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge', namespace: edge }],
      hostnames: [`route-${number}.${namespace}.example.com`],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ group: '', kind: 'Service', name: behindRoute(number), port: 80, weight: 1 }],
        },
      ],
    },
  })

const configuration = (namespace: string, number: number): unknown =>
  object('gateway.k8s.aws/v1', 'TargetGroupConfiguration', {
    name: `web-${number}`,
    namespace,
    spec: {
      targetReference: { name: behindRoute(number) },
      defaultConfiguration: {
        targetType: 'ip',
        targetGroupAttributes: [{ key: 'deregistration_delay.timeout_seconds', value: '60' }],
      },
    },
  })

const deployment = (namespace: string, number: number): unknown => {
  const labels = templateLabels(namespace, number)
  return object('apps/v1', 'Deployment', {
    name: `app-${number}`,
    namespace,
    labels,
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: range(2).map((index) => ({
            name: `container-${index}`,
            image: `registry.example.com/${namespace}/app-${number}:1.0.${index}`,
            env: range(10).map((item) => ({ name: `SETTING_${item}`, value: `value-${item}` })),
            resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
          })),
        },
      },
    },
  })
}

/** Of the template that the Service of this number selects. */
export const templateLabels = (namespace: string, number: number): Readonly<Record<string, string>> => ({
  app: appOf(namespace, number),
  'app.kubernetes.io/part-of': namespace,
})
