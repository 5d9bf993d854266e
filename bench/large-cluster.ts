/**
 * A cluster of many teams, object by object as an API server sends them, with the metadata that nobody here reads.
 * At full size: 2,000 Services, 1,000 Ingresses, 500 HTTPRoutes, 10,000 Deployments in 200 namespaces; with more in
 * each namespace (`LARGE`) and 400 of them: 10,000 Services, 4,000 Ingresses, 1,000 HTTPRoutes, 20,000 Deployments.
 * Beside them, at every size alike: an Ingress with 50 Services, and a group of 20 Ingresses.
 */

/** Namespaces of teams at each size; what is in them grows with their number. */
export const SIZES = [2, 20, 200] as const

/** Services that the one wide Ingress leads to. */
export const WIDE = 50
/** Ingresses that share one load balancer, each with a Service. */
export const GROUP = 20

/** What each namespace of a team has. */
export interface Contents {
  readonly services: number
  readonly ingresses: number
  /** In each second namespace: half of the teams use the Gateway API. */
  readonly routes: number
  readonly deployments: number
}

const USUAL: Contents = { services: 10, ingresses: 5, routes: 5, deployments: 50 }
export const LARGE: Contents = { services: 25, ingresses: 10, routes: 5, deployments: 50 }

const NAMESPACES_TO_A_GATEWAY = 10

/** A Service, and the Deployment of the same number that it selects. */
export interface Place {
  readonly namespace: string
  readonly number: number
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

const inNamespace = (namespace: string, count: number): readonly Place[] =>
  range(count).map((number) => ({ namespace, number }))

const team = (index: number): string => `team-${index}`
const indexOf = (namespace: string): number => Number(namespace.slice('team-'.length))

/** The teams with routes. */
const routed = (namespaces: number) => range(namespaces).filter((index) => index % 2 === 0)

/** Services that are alone behind an Ingress without a group, one in each namespace. */
export const aloneBehindIngress = (namespaces: number): readonly Place[] =>
  range(namespaces).map((index) => ({ namespace: team(index), number: 1 }))

/** Services behind an HTTPRoute. */
export const behindRoutes = (namespaces: number, contents = USUAL): readonly Place[] =>
  routed(namespaces).flatMap((index) => routePlaces(index, contents))

/** Routes lead to the Services after those of the Ingresses. */
const routePlaces = (index: number, { ingresses, routes }: Contents): readonly Place[] =>
  range(routes).map((number) => ({ namespace: team(index), number: ingresses + number }))

/** Services of the one wide Ingress. */
export const behindWide = (): readonly Place[] => inNamespace('wide', WIDE)

/** Services of the one group that is whole at every size. */
export const behindGroup = (): readonly Place[] => inNamespace('shared', GROUP)

/** Every Service of the teams that has an exposure. */
export const exposed = (namespaces: number, contents = USUAL): readonly Place[] => [
  ...range(namespaces).flatMap((index) => inNamespace(team(index), contents.ingresses)),
  ...behindRoutes(namespaces, contents),
]

/** All of the teams but the Deployments, one at a time: the whole cluster never stands in memory as raw JSON. */
export function* objectsOf(namespaces: number, contents = USUAL): Generator<unknown> {
  yield ingressClass()
  yield gatewayClass()
  for (const index of range(namespaces)) yield* teamObjects(index, contents)
  for (const index of routed(namespaces)) yield* routeObjects(index, contents)
}

/** What is asked about at every size alike: the wide Ingress and the whole group, with their Services. */
export function* fixedObjects(): Generator<unknown> {
  for (const place of behindWide()) yield service(place)
  yield wideIngress(60)
  for (const place of behindGroup()) {
    yield service(place)
    yield groupIngress(place, 60)
  }
}

function* teamObjects(index: number, { services, ingresses }: Contents): Generator<unknown> {
  const namespace = team(index)
  yield object('v1', 'Namespace', { name: namespace, spec: { finalizers: ['kubernetes'] } })
  for (const place of inNamespace(namespace, services)) yield service(place)
  for (const place of inNamespace(namespace, ingresses)) yield teamIngress(place, 60)
}

function* routeObjects(index: number, contents: Contents): Generator<unknown> {
  if (index % NAMESPACES_TO_A_GATEWAY === 0) yield gateway(team(index))
  for (const [number, place] of routePlaces(index, contents).entries()) {
    yield route(place, 1)
    if (number % 2 === 0) yield configuration(place)
  }
}

/** One at a time, as above. */
export function* deploymentsOf(namespaces: number): Generator<unknown> {
  for (const index of range(namespaces))
    for (const place of inNamespace(team(index), USUAL.deployments)) yield deploymentOf(place)
}

const PODS = 5

/** Five of each Deployment, with what the API server and a kubelet add to a Pod. One at a time, as above. */
export function* podsOf(namespaces: number): Generator<unknown> {
  for (const index of range(namespaces))
    for (const place of inNamespace(team(index), USUAL.deployments))
      for (const nth of range(PODS)) yield podOf(place, String(nth).padStart(5, 'x'))
}

const ALB = 'alb.ingress.kubernetes.io'

const ingress = (name: string, places: readonly Place[], annotations: Readonly<Record<string, string>>) =>
  object('networking.k8s.io/v1', 'Ingress', {
    name,
    namespace: places[0]?.namespace ?? '',
    annotations: {
      [`${ALB}/scheme`]: 'internet-facing',
      [`${ALB}/target-type`]: 'ip',
      [`${ALB}/listen-ports`]: '[{"HTTPS":443}]',
      ...annotations,
    },
    spec: { ingressClassName: 'alb', rules: places.map(rule) },
  })

const delayed = (seconds: number) => ({
  [`${ALB}/target-group-attributes`]: `deregistration_delay.timeout_seconds=${seconds}`,
})

const grouped = (name: string) => ({ [`${ALB}/group.name`]: name })

/** The first one of each namespace is in a group with those of 19 other namespaces, the others are alone. */
export function teamIngress(place: Place, delay: number): unknown {
  const { namespace, number } = place
  const group = Math.floor(indexOf(namespace) / GROUP)
  const shared = number === 0 ? grouped(`edge-${group}`) : {}
  return ingress(`web-${number}`, [place], { ...delayed(delay), ...shared })
}

/** One Ingress with 50 backends, each of a Service of its own. */
export const wideIngress = (delay: number): unknown => ingress('wide', behindWide(), delayed(delay))

export const groupIngress = (place: Place, delay: number): unknown =>
  ingress(`web-${place.number}`, [place], { ...delayed(delay), ...grouped('shared') })

function rule({ namespace, number }: Place) {
  const backend = { service: { name: `app-${number}`, port: { name: 'http' } } }
  const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] }
  return { host: `app-${number}.${namespace}.example.com`, http }
}

const service = (place: Place): unknown =>
  object('v1', 'Service', {
    name: `app-${place.number}`,
    namespace: place.namespace,
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.12.34',
      clusterIPs: ['10.96.12.34'],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      selector: templateLabels(place),
      sessionAffinity: 'None',
      ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
    },
  })

/** Of the template that the Service of this number selects. */
export const templateLabels = ({ namespace, number }: Place): Readonly<Record<string, string>> => ({
  app: `${namespace}-app-${number}`,
  'app.kubernetes.io/part-of': namespace,
})

const ingressClass = () =>
  object('networking.k8s.io/v1', 'IngressClass', {
    name: 'alb',
    spec: { controller: 'ingress.k8s.aws/alb' },
  })

const GATEWAY_API = 'gateway.networking.k8s.io'

const gatewayClass = () =>
  object(`${GATEWAY_API}/v1`, 'GatewayClass', {
    name: 'aws-alb',
    spec: { controllerName: 'gateway.k8s.aws/alb' },
  })

function gateway(namespace: string): unknown {
  const allowedRoutes = { namespaces: { from: 'All' } }
  const listeners = [{ name: 'https', port: 443, protocol: 'HTTPS', allowedRoutes }]
  const spec = { gatewayClassName: 'aws-alb', listeners }
  return object(`${GATEWAY_API}/v1`, 'Gateway', { name: 'edge', namespace, spec })
}

/** To the Gateway of its and the nine namespaces beside it. */
export function route({ namespace, number }: Place, weight: number): unknown {
  const index = indexOf(namespace)
  const edge = team(index - (index % NAMESPACES_TO_A_GATEWAY))
  const matches = [{ path: { type: 'PathPrefix', value: '/' } }]
  const backendRefs = [{ group: '', kind: 'Service', name: `app-${number}`, port: 80, weight }]
  return object(`${GATEWAY_API}/v1`, 'HTTPRoute', {
    name: `app-${number}`,
    namespace,
    spec: {
      parentRefs: [{ group: GATEWAY_API, kind: 'Gateway', name: 'edge', namespace: edge }],
      hostnames: [`app-${number}.${namespace}.example.com`],
      rules: [{ matches, backendRefs }],
    },
  })
}

function configuration({ namespace, number }: Place): unknown {
  const targetGroupAttributes = [{ key: 'deregistration_delay.timeout_seconds', value: '60' }]
  return object('gateway.k8s.aws/v1', 'TargetGroupConfiguration', {
    name: `app-${number}`,
    namespace,
    spec: {
      targetReference: { group: '', kind: 'Service', name: `app-${number}` },
      defaultConfiguration: { targetType: 'ip', targetGroupAttributes },
    },
  })
}

/** What the Service of this number selects. */
export function deploymentOf(place: Place): unknown {
  const { namespace, number } = place
  const labels = templateLabels(place)
  const containers = ['app', 'envoy'].map((name) => container(name, namespace))
  const pod = { containers, terminationGracePeriodSeconds: 30, restartPolicy: 'Always' }
  return object('apps/v1', 'Deployment', {
    name: `app-${number}`,
    namespace,
    labels,
    spec: {
      replicas: 3,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: { metadata: { labels }, spec: pod },
    },
  })
}

/** Its ReplicaSet is its owner. @param id the end of its name. */
export function podOf(place: Place, id: string): unknown {
  const { namespace, number } = place
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: `app-${number}-6d4b75cb6d`,
    uid: 'a',
    controller: true,
  }
  const containers = ['app', 'envoy'].map((name) => ({
    ...container(name, namespace),
    volumeMounts: [
      { name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
    ],
  }))
  const made = object('v1', 'Pod', {
    name: `app-${number}-6d4b75cb6d-${id}`,
    namespace,
    labels: { ...templateLabels(place), 'pod-template-hash': '6d4b75cb6d' },
    spec: {
      containers,
      terminationGracePeriodSeconds: 30,
      nodeName: 'ip-10-0-12-34.eu-west-1.compute.internal',
    },
  }) as { readonly metadata: object; readonly status: object }
  const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
    ...{ type, status: 'True', lastTransitionTime: SINCE },
  }))
  const metadata = { ...made.metadata, ownerReferences: [owner] }
  return { ...made, metadata, status: { phase: 'Running', podIP: '10.0.12.34', conditions } }
}

const container = (name: string, namespace: string) => ({
  name,
  image: `registry.example.com/${namespace}/${name}:1.27.3`,
  env: range(10).map((index) => ({ name: `SETTING_${index}`, value: `value-${index}` })),
  ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
  readinessProbe: { httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' }, periodSeconds: 5 },
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
})

interface Written {
  readonly name: string
  readonly namespace?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  readonly spec: unknown
}

const SINCE = '2026-01-01T00:00:00Z'

function object(apiVersion: string, kind: string, written: Written): unknown {
  const { name, namespace, spec } = written
  const labels = { 'app.kubernetes.io/managed-by': 'Helm', ...written.labels }
  const annotations = { 'meta.helm.sh/release-name': name, ...written.annotations }
  const status = { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: SINCE }] }
  const managedFields = managedBy(kind, apiVersion, [{ metadata: { labels, annotations }, spec }, { status }])
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: '8f3c9c0e-6f0b-4a53-9d3e-0d6c3ad0a1b2',
    resourceVersion: '184467440737',
    generation: 3,
    creationTimestamp: SINCE,
    labels,
    annotations,
    managedFields,
  }
  return { apiVersion, kind, metadata, spec, status }
}

const managed = new Map<string, unknown>()

/** Who wrote which fields: worked out for the first object of a kind, for the others have the same fields. */
function managedBy(kind: string, apiVersion: string, parts: readonly unknown[]): unknown {
  const known = managed.get(kind)
  if (known !== undefined) return known
  const entry = { operation: 'Update', apiVersion, time: SINCE, fieldsType: 'FieldsV1' }
  const made = parts.map((part) => ({ manager: 'helm', ...entry, fieldsV1: ownershipOf(part) }))
  managed.set(kind, made)
  return made
}

/** `f:` before a field, `k:` before an entry of a list that has a name. */
function ownershipOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return {}
  const fields = Object.entries(value).flatMap(([key, child]): readonly (readonly [string, unknown])[] => {
    if (!Array.isArray(value)) return [[`f:${key}`, ownershipOf(child)]]
    const isNamed = typeof child === 'object' && child !== null && 'name' in child
    return isNamed ? [[`k:{"name":"${child.name}"}`, ownershipOf(child)]] : []
  })
  return Object.fromEntries(fields)
}
