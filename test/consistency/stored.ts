import { parseAllDocuments } from 'yaml'
import { RECORD_ANNOTATION } from '../../src/core/model/keys.ts'

/** Objects of a manifest as an API server stores them after `kubectl apply`. */

type Fields = Readonly<Record<string, unknown>>

export interface StoredObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Fields & {
    readonly name: string
    readonly namespace?: string
    readonly annotations?: Fields
  }
  readonly spec?: Fields
  readonly items?: readonly StoredObject[]
}

/** Kinds that stand in no namespace, of those in the fixtures. */
const OF_CLUSTER = [
  ...['Namespace', 'IngressClass', 'IngressClassParams', 'GatewayClass', 'NodePool'],
  ...['MutatingWebhookConfiguration'],
]

/** What the API server writes where nothing is written (Kubernetes: API reference, PodSpec, Probe, DeploymentSpec). */
const POD_DEFAULTS = { terminationGracePeriodSeconds: 30, restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' }
const PROBE_DEFAULTS = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }
const SPEC_DEFAULTS: Readonly<Record<string, Fields>> = {
  Deployment: {
    replicas: 1,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
  },
  StatefulSet: {
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate' },
  },
  DaemonSet: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
}
const PROBES = ['readinessProbe', 'livenessProbe', 'startupProbe']

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}

const container = (value: unknown): Fields => {
  const written = fieldsOf(value)
  const probes = PROBES.filter((name) => written[name] !== undefined)
  return {
    ...written,
    ...Object.fromEntries(probes.map((name) => [name, { ...PROBE_DEFAULTS, ...fieldsOf(written[name]) }])),
  }
}

const podSpec = (spec: Fields): Fields => ({
  ...POD_DEFAULTS,
  ...spec,
  ...(Array.isArray(spec['containers']) && { containers: spec['containers'].map(container) }),
})

function specOf({ kind, spec }: StoredObject): Fields | undefined {
  if (spec === undefined) return undefined
  if (kind === 'Pod') return podSpec(spec)
  const template = fieldsOf(spec['template'])
  const hasTemplate = Array.isArray(fieldsOf(template['spec'])['containers'])
  return {
    ...SPEC_DEFAULTS[kind],
    ...spec,
    ...(hasTemplate && { template: { ...template, spec: podSpec(fieldsOf(template['spec'])) } }),
  }
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** What kubectl writes about a manifest of a user's. One with our record is from the cluster: nobody has applied it. */
function appliedOf(object: StoredObject): Fields {
  const text = JSON.stringify(object)
  return text.includes(RECORD_ANNOTATION) ? {} : { [LAST_APPLIED]: text }
}

function stored(object: StoredObject): StoredObject {
  const { metadata } = object
  const namespace = OF_CLUSTER.includes(object.kind) ? {} : { namespace: metadata.namespace ?? 'default' }
  const annotations = { ...metadata.annotations, ...appliedOf(object) }
  const spec = specOf(object)
  return { ...object, metadata: { ...metadata, ...namespace, annotations }, ...(spec && { spec }) }
}

/** Every object, and the namespaces that they stand in. */
export function storedObjects(texts: readonly string[]): readonly StoredObject[] {
  const documents = texts.flatMap((text) =>
    parseAllDocuments(text).map((one): StoredObject | null => one.toJS()),
  )
  const written = documents.flatMap((one) =>
    one === null ? [] : one.kind === 'List' ? (one.items ?? []) : [one],
  )
  const objects = written.map(stored)
  const named = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name)
  const used = new Set(objects.flatMap(({ metadata: { namespace } }) => namespace ?? []))
  const further = [...used].filter((name) => !named.includes(name))
  return [
    ...further.map((name) => stored({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...objects,
  ]
}
