import { deploymentOf } from './cluster.ts'

/** Reviews as an API server sends them. */

export type Json = Readonly<Record<string, unknown>>

/** In every review; the driver writes another end for each that it sends. */
export const UID = '5ea8e3b0-4fd9-4e24-a1f4-000000000000'
/** In the names of volumes of Pods; the driver writes another one for each that it sends. */
export const TOKEN_SUFFIX = 'x7k2q'
/** In a review that was never sent before; the driver writes another one for each. */
export const SERIAL = 'serial-000000000000'

/** What is expected of a server that does not always write the same patch: Go's maps have no order. */
export const ANY_PATCH = '*'

/** The same review from a user whose credential is new each time: no byte of it can be answered from memory. */
export const neverSeen = (review: string): string =>
  review.replace('"userInfo":{', `"userInfo":{"extra":{"example.com/serial":["${SERIAL}"]},`)

interface Asked {
  readonly kind: Json
  readonly resource: Json
  readonly operation: 'CREATE' | 'UPDATE'
  readonly object: Json
  readonly oldObject: Json | null
}

/** Keys in the order of the Go type. */
function reviewOf({ kind, resource, operation, object, oldObject }: Asked): string {
  const { name, namespace } = object['metadata'] as Json
  const isPod = kind['kind'] === 'Pod'
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: UID,
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      ...(name === undefined ? {} : { name }),
      namespace,
      operation,
      userInfo: isPod
        ? {
            username: 'system:serviceaccount:kube-system:replicaset-controller',
            uid: '0e4b6f0c-2c50-4a5c-8ed6-8a3c7d5c1b7e',
            groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
          }
        : { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
      object,
      oldObject,
      dryRun: false,
      options: {
        kind: `${operation === 'CREATE' ? 'Create' : 'Update'}Options`,
        apiVersion: 'meta.k8s.io/v1',
        ...(operation === 'CREATE' ? {} : { fieldManager: 'kubectl-client-side-apply' }),
      },
    },
  })
}

const DEPLOYMENT = {
  kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
  resource: { group: 'apps', version: 'v1', resource: 'deployments' },
}
const POD = {
  kind: { group: '', version: 'v1', kind: 'Pod' },
  resource: { group: '', version: 'v1', resource: 'pods' },
}

export const created = (object: unknown): string =>
  reviewOf({ ...DEPLOYMENT, operation: 'CREATE', object: object as Json, oldObject: null })

/** Field ownership as `kubectl` and the controllers leave it, of about 3 kB. */
const managedFields = ['kubectl-client-side-apply', 'kube-controller-manager'].map((manager) => ({
  manager,
  operation: 'Update',
  apiVersion: 'apps/v1',
  time: '2026-11-20T10:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: {
    'f:spec': Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`f:field-${index}`, { '.': {}, 'f:name': {} }]),
    ),
  },
}))

const withOwnership = (deployment: Json): Json => ({
  ...deployment,
  metadata: { ...(deployment['metadata'] as Json), managedFields },
})

/** The same Deployment with its field ownership, and another image than the stored one. */
export function updated(deployment: unknown): string {
  const oldObject = withOwnership(deployment as Json)
  const object = JSON.parse(JSON.stringify(oldObject).replaceAll(':1.27.3', ':1.27.4')) as Json
  return reviewOf({ ...DEPLOYMENT, operation: 'UPDATE', object, oldObject })
}

/** Another number of replicas, and nothing else. */
export function scaled(deployment: unknown): string {
  const oldObject = withOwnership(deployment as Json)
  const object = { ...oldObject, spec: { ...(oldObject['spec'] as Json), replicas: 5 } }
  return reviewOf({ ...DEPLOYMENT, operation: 'UPDATE', object, oldObject })
}

/** Behind no Service. */
export function unexposed(deployment: unknown): unknown {
  return JSON.parse(JSON.stringify(deployment).replaceAll('"app":"web-', '"app":"batch-'))
}

const TOKEN = `kube-api-access-${TOKEN_SUFFIX}`

const tokenVolume = {
  name: TOKEN,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
    defaultMode: 420,
  },
}

/**
 * As the ReplicaSet of a Deployment makes it: it has a prefix for its name (the API server gives the name after admission),
 * and the volume with the token of its ServiceAccount, whose name no other Pod has.
 */
export function podObject(deployment: unknown): Json {
  const { metadata, spec } = deployment as { readonly metadata: Json; readonly spec: Json }
  const template = spec['template'] as { readonly metadata: Json; readonly spec: Json }
  const name = `${metadata['name']}-6d4b75cb6d`
  const containers = (template.spec['containers'] as readonly Json[]).map((container) => ({
    ...container,
    volumeMounts: [
      { name: TOKEN, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
    ],
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  }))
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: UID.replace('5ea8', '7b31') }
  const tolerations = ['not-ready', 'unreachable'].map((key) => ({
    ...{ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
  }))
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      ...template.metadata,
      generateName: `${name}-`,
      namespace: metadata['namespace'],
      labels: { ...(template.metadata['labels'] as Json), 'pod-template-hash': '6d4b75cb6d' },
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
    spec: {
      ...template.spec,
      volumes: [tokenVolume],
      containers,
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'default',
      serviceAccount: 'default',
      securityContext: {},
      schedulerName: 'default-scheduler',
      tolerations,
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: {},
  }
}

const podCreated = (object: Json): string =>
  reviewOf({ ...POD, operation: 'CREATE', object, oldObject: null })

export const podOf = (deployment: unknown): string => podCreated(podObject(deployment))

/** Of each container's settings: with them the review of a Pod has 300 kB. */
const MANY_SETTINGS = 2600

/** With the environment that a careless chart gives to it. */
export function largePodOf(index: number): string {
  const pod = podObject(deploymentOf(index))
  const spec = pod['spec'] as Json
  const containers = (spec['containers'] as readonly Json[]).map((container) => ({
    ...container,
    env: Array.from({ length: MANY_SETTINGS }, (_, entry) => ({
      name: `SETTING_${entry}`,
      value: `value-${entry}-of-a-chart`,
    })),
  }))
  return podCreated({ ...pod, spec: { ...spec, containers } })
}
