import type { ApiServer } from '../cluster/api-server.ts'
import type { PodView, Scene } from '../core/handover/scene.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import {
  at,
  given,
  integerAt,
  isPresent,
  itemsOf,
  type JsonNode,
  optional,
  root,
  stringAt,
} from '../kubernetes/json.ts'
import { pathOfWorkload, placeOf } from './paths.ts'
import { listPods, readIfThere } from './read-pods.ts'
import { standingOf } from './standing.ts'

interface Around {
  readonly api: ApiServer
  readonly workload: ObjectRef
  /** Of the same namespace. */
  readonly replicaSet: string
  readonly releaseLabel: string
  readonly signal: AbortSignal
}

/** What stands around the old Pods of one ReplicaSet; `serving` is told by whoever watches for longer. */
export async function readScene(around: Around): Promise<Omit<Scene, 'serving'>> {
  const { api, workload, replicaSet: name, signal } = around
  const raw = await readIfThere(api, placeOf('ReplicaSet', workload.namespace, name), signal)
  const standing = standingOf(await readWorkload(around, raw), raw)
  const replicaSet = raw === undefined ? undefined : setOf(raw)
  if (raw === undefined || replicaSet === undefined) return { standing, members: [] }
  return { standing, replicaSet, members: await membersOf(around, raw) }
}

/** A bare ReplicaSet has been read. */
function readWorkload({ api, workload, signal }: Around, replicaSet: unknown): Promise<unknown> | unknown {
  const path = pathOfWorkload(workload)
  return workload.kind === 'ReplicaSet' || path === undefined ? replicaSet : readIfThere(api, path, signal)
}

/** Undefined if it is being deleted. */
function setOf(raw: unknown): Scene['replicaSet'] {
  const node = root(raw)
  if (isPresent(at(node, 'metadata', 'deletionTimestamp'))) return undefined
  const replicas = optional(integerAt, at(node, 'spec', 'replicas')) ?? 1
  const minReady = optional(integerAt, at(node, 'spec', 'minReadySeconds'))
  return {
    uid: stringAt(at(node, 'metadata', 'uid')),
    replicas,
    ...given('minReady', minReady),
    ...given('failure', failureOf(node)),
  }
}

/** Its condition ReplicaFailure: exceeded quota, refused by admission (pkg/controller/replicaset, calculateStatus). */
function failureOf(node: JsonNode): string | undefined {
  const failed = itemsOf(at(node, 'status', 'conditions')).find(
    (one) => at(one, 'type').value === 'ReplicaFailure' && at(one, 'status').value === 'True',
  )
  return failed && (optional(stringAt, at(failed, 'message')) ?? 'no reason is given')
}

async function membersOf(around: Around, raw: unknown): Promise<readonly PodView[]> {
  const { api, workload, releaseLabel, signal } = around
  const value = stringAt(at(root(raw), 'spec', 'selector', 'matchLabels', releaseLabel))
  const uid = stringAt(at(root(raw), 'metadata', 'uid'))
  const labelSelector = `${releaseLabel}=${value}`
  const pods = await listPods({ api, namespace: workload.namespace, labelSelector, signal })
  return pods.filter((pod) => pod.owner === uid && !pod.isDeleting && !pod.isOver)
}
