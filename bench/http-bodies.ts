import { deploymentOf } from './cluster.ts'

/** Reviews of one size, as an API server sends them, each for another workload. */
export interface Bodies {
  readonly name: string
  readonly texts: readonly string[]
  /** What each answer must carry. */
  readonly operations: number
}

type Json = Readonly<Record<string, unknown>>

const WORKLOADS = 10

/** A hook for two containers, the grace for two probes, the grace period, the record. */
const FULL_PATCH = 6

interface Request {
  readonly kind: Json
  readonly resource: Json
  readonly operation: 'CREATE' | 'UPDATE'
  readonly object: Json
  readonly oldObject: Json | null
}

function reviewOf(index: number, { kind, resource, operation, object, oldObject }: Request): string {
  const { name, namespace } = object['metadata'] as Json
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: `5ea8e3b0-4fd9-4e24-a1f4-0000000${String(index).padStart(5, '0')}`,
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      name,
      namespace,
      operation,
      userInfo: { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
      object,
      oldObject,
      dryRun: false,
      options: {
        kind: `${operation === 'CREATE' ? 'Create' : 'Update'}Options`,
        apiVersion: 'meta.k8s.io/v1',
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

const created = (index: number): string =>
  reviewOf(index, {
    ...DEPLOYMENT,
    operation: 'CREATE',
    object: deploymentOf(index) as Json,
    oldObject: null,
  })

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

/** The same Deployment with its field ownership, and another image than the stored one. */
function updated(index: number): string {
  const deployment = deploymentOf(index) as Json
  const oldObject = { ...deployment, metadata: { ...(deployment['metadata'] as Json), managedFields } }
  const object = JSON.parse(JSON.stringify(oldObject).replaceAll(':1.27.3', ':1.27.4')) as Json
  return reviewOf(index, { ...DEPLOYMENT, operation: 'UPDATE', object, oldObject })
}

/** A bare Pod of the same template, with the environment that a careless chart gives to it: 300 kB. */
function largePod(index: number): string {
  const { metadata, spec } = deploymentOf(index) as { readonly metadata: Json; readonly spec: Json }
  const template = spec['template'] as { readonly metadata: Json; readonly spec: Json }
  const containers = (template.spec['containers'] as readonly Json[]).map((container) => ({
    ...container,
    env: Array.from({ length: 2600 }, (_, entry) => ({
      name: `SETTING_${entry}`,
      value: `value-${entry}-of-a-chart`,
    })),
  }))
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: metadata['name'], namespace: metadata['namespace'] },
    spec: { ...template.spec, containers },
  }
  return reviewOf(index, { ...POD, operation: 'CREATE', object, oldObject: null })
}

const bodiesFrom = (what: string, textOf: (index: number) => string): Bodies => {
  const texts = Array.from({ length: WORKLOADS }, (_, index) => textOf(index))
  const kilobytes = Math.round((texts[0]?.length ?? 0) / 1000)
  return { name: `${what}, ${kilobytes} kB`, texts, operations: FULL_PATCH }
}

/** Every kind of review that is measured. */
export const allBodies = (): readonly Bodies[] => [
  bodiesFrom('Deployment created', created),
  bodiesFrom('Deployment updated', updated),
  bodiesFrom('Pod created', largePod),
]
