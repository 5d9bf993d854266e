import { at, isPresent, itemsOf, optional, root, stringAt } from '../kubernetes/json.ts'
import type { ApiServer } from './api-server.ts'
import { pagesOf } from './list-watch.ts'
import { pathOf } from './resources.ts'

const PODS = { group: '', plural: 'pods' }

/** Label of every Slackwater Pod (kubernetes.io recommended labels). */
const OURS = 'app.kubernetes.io/name=slackwater'

export interface OwnPod {
  readonly name: string
  readonly ready: boolean
}

/** The Pods that Slackwater itself runs in, without those being deleted. @throws ApiError */
export async function ownPods(
  api: ApiServer,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly OwnPod[]> {
  const listed = { path: pathOf(PODS, 'v1', namespace), apiVersion: 'v1', kind: 'Pod' }
  const found: OwnPod[] = []
  for await (const { objects } of pagesOf({ api, listed, signal, labelSelector: OURS })) {
    found.push(...objects.flatMap(ownPod))
  }
  return found
}

function ownPod(raw: unknown): readonly OwnPod[] {
  const node = root(raw)
  if (isPresent(at(node, 'metadata', 'deletionTimestamp'))) return []
  const ready = itemsOf(at(node, 'status', 'conditions')).some(
    (condition) =>
      optional(stringAt, at(condition, 'type')) === 'Ready' && at(condition, 'status').value === 'True',
  )
  return [{ name: stringAt(at(node, 'metadata', 'name')), ready }]
}
