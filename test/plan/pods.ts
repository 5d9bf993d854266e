import type { ObjectRef } from '../../src/core/model/object-ref.ts'
import { traitsOf } from '../../src/core/model/workload-kind.ts'
import type { ManifestObject } from '../../src/manifests/manifest-object.ts'

/** What a test reads of a pod template or a Pod. */
export interface Template {
  readonly metadata: { readonly labels: Record<string, string>; readonly annotations?: object }
  readonly spec: {
    readonly terminationGracePeriodSeconds?: number
    readonly containers: readonly {
      readonly name: string
      readonly lifecycle?: { readonly preStop?: unknown }
    }[]
  }
}

export const templateIn = (workload: unknown): Template =>
  (workload as { readonly spec: { readonly template: Template } }).spec.template

/** The hashes of the new version and of the one before. */
const NEW = '6d4b'
const OLD = '5c3a'

/** A Pod of the new version, as the controller of this kind creates it, with the API server's defaults. */
export function podMadeFrom({ metadata, spec }: Template, owner: ObjectRef): object {
  const { labels, ownerReference, ...named } = marksOf(owner)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      ...named,
      namespace: owner.namespace,
      labels: { ...metadata.labels, ...labels },
      ownerReferences: [{ uid: '1', controller: true, ...ownerReference }],
    },
    spec: { terminationGracePeriodSeconds: 30, ...spec },
  }
}

function marksOf({ kind, name }: ObjectRef) {
  const { hashLabel, group = 'example.com', hasOrdinals } = traitsOf(kind) ?? {}
  if (hashLabel !== undefined) {
    const replicaSet = `${name}-${NEW}`
    return {
      generateName: `${replicaSet}-`,
      labels: { [hashLabel]: NEW },
      ownerReference: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: replicaSet },
    }
  }
  const ownerReference = { apiVersion: `${group}/v1`, kind, name }
  if (hasOrdinals !== true) return { generateName: `${name}-`, labels: {}, ownerReference }
  const labels = {
    'apps.kubernetes.io/pod-index': '1',
    'controller-revision-hash': `${name}-${NEW}`,
    'statefulset.kubernetes.io/pod-name': `${name}-1`,
  }
  return { name: `${name}-1`, labels, ownerReference }
}

interface Labelled {
  readonly labels: Record<string, string>
}

interface Rollout {
  readonly spec: {
    readonly strategy?: {
      readonly blueGreen?: { readonly activeService?: string; readonly previewMetadata?: Labelled }
      readonly canary?: {
        readonly stableService?: string
        readonly canaryService?: string
        readonly canaryMetadata?: Labelled
      }
    }
  }
}

/** The template as Argo Rollouts gives it to the ReplicaSet of a new version; of another workload as it stands. */
export function templateOfNew(workload: unknown): Template {
  const { blueGreen, canary } = (workload as Rollout).spec.strategy ?? {}
  const { metadata, spec } = templateIn(workload)
  const ephemeral = (blueGreen?.previewMetadata ?? canary?.canaryMetadata)?.labels
  return { metadata: { ...metadata, labels: { ...metadata.labels, ...ephemeral } }, spec }
}

const switchedBy = ({ spec: { strategy } }: Rollout): readonly (string | undefined)[] => [
  strategy?.blueGreen?.activeService,
  strategy?.canary?.stableService,
  strategy?.canary?.canaryService,
]

/** The objects in the middle of a rollout: what Argo Rollouts switches last still selects the version before. */
export function withSwitchedServices(objects: readonly ManifestObject[]): readonly ManifestObject[] {
  const rollouts = objects.filter(({ kind }) => kind === 'Rollout')
  const switched = new Set(
    rollouts.flatMap(({ raw, namespace }) =>
      switchedBy(raw as Rollout).map((name) => `${namespace}/${name}`),
    ),
  )
  return objects.map((object) => {
    const isSwitched = object.kind === 'Service' && switched.has(`${object.namespace}/${object.name}`)
    return isSwitched ? { ...object, raw: selectingOld(object.raw) } : object
  })
}

function selectingOld(raw: unknown): unknown {
  const service = raw as { readonly spec: { readonly selector: object } }
  const selector = { ...service.spec.selector, 'rollouts-pod-template-hash': OLD }
  return { ...service, spec: { ...service.spec, selector } }
}
