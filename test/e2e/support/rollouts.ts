import { call, pathOf } from './api.ts'
import type { StoredObject } from './kubectl.ts'
import { waitFor } from './slackwater.ts'

/** What a rollout leaves behind: a Deployment makes a ReplicaSet for each template, a StatefulSet a revision. */

const KINDS = {
  deployments: { templates: 'replicasets', hash: 'pod-template-hash' },
  statefulsets: { templates: 'controllerrevisions', hash: 'controller.kubernetes.io/hash' },
} as const

export type Plural = keyof typeof KINDS

export interface Named {
  readonly plural?: Plural
  readonly namespace: string
  readonly name?: string
}

export interface Rollouts {
  /** The hashes of all templates that it has had: one more is a rollout. */
  readonly templates: readonly string[]
  /** The newest of them. */
  readonly current: string | undefined
  readonly generation: number
}

const APPS = 'apps/v1'

const owners = ({ metadata }: StoredObject): readonly { readonly uid: string }[] =>
  (metadata as { readonly ownerReferences?: readonly { readonly uid: string }[] }).ownerReferences ?? []

async function owned(namespace: string, plural: string, uid: string): Promise<readonly StoredObject[]> {
  const apiVersion = plural === 'pods' ? 'v1' : APPS
  const { body } = await call({ method: 'GET', path: pathOf({ apiVersion, plural }, namespace) })
  const { items } = body as { readonly items: readonly StoredObject[] }
  return items.filter((item) => owners(item).some((owner) => owner.uid === uid))
}

/** As it stands once its controller has seen it: the ReplicaSet of a template is made before that is said. */
export const settled = ({ plural = 'deployments', namespace, name = 'web' }: Named): Promise<StoredObject> =>
  waitFor(async () => {
    const path = pathOf({ apiVersion: APPS, plural }, namespace, name)
    const object = (await call({ method: 'GET', path })).body as StoredObject
    const { observedGeneration = 0 } = (object['status'] ?? {}) as { readonly observedGeneration?: number }
    return observedGeneration >= object.metadata.generation ? object : undefined
  })

const REVISION = 'deployment.kubernetes.io/revision'

/** The number that the controller gives a template, anew when it comes back to it. */
const revisionOf = (template: StoredObject): number =>
  Number(template['revision'] ?? template.metadata.annotations?.[REVISION] ?? 0)

const newestFirst = (templates: readonly StoredObject[]): readonly StoredObject[] =>
  templates.toSorted((a, b) => revisionOf(b) - revisionOf(a))

export async function rolloutsOf(named: Named): Promise<Rollouts> {
  const { metadata } = await settled(named)
  const { templates, hash } = KINDS[named.plural ?? 'deployments']
  const all = newestFirst(await owned(named.namespace, templates, metadata.uid))
  const hashes = all.map((one) => one.metadata.labels?.[hash] ?? '')
  return { templates: hashes, current: hashes[0], generation: metadata.generation }
}

/** A Pod made from a Deployment's template as it stands, and not one that is on its way out. */
export async function newestPod(named: Named): Promise<StoredObject> {
  const { metadata } = await settled(named)
  const [newest] = newestFirst(await owned(named.namespace, 'replicasets', metadata.uid))
  if (newest === undefined) throw new Error('no ReplicaSet')
  return waitFor(async () => {
    const pods = await owned(named.namespace, 'pods', newest.metadata.uid)
    return pods.find((pod) => !('deletionTimestamp' in pod.metadata))
  })
}
