import { isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { pagesOf } from '../cluster/list-watch.ts'
import { readObject } from '../cluster/objects.ts'
import type { SelectingService } from '../core/handover/leave-labels.ts'
import type { PodView } from '../core/handover/scene.ts'
import { toSelectingService } from '../kubernetes/selecting.ts'
import { placeOf } from './paths.ts'
import { podViewOf } from './pod-view.ts'

interface PodQuery {
  readonly api: ApiServer
  readonly namespace: string
  readonly labelSelector?: string
  readonly signal: AbortSignal
}

/** @throws ApiError; any error of the connection; ShapeError */
export async function listPods({ namespace, ...query }: PodQuery): Promise<readonly PodView[]> {
  const listed = { path: placeOf('Pod', namespace), apiVersion: 'v1', kind: 'Pod' }
  const found: PodView[] = []
  for await (const { objects } of pagesOf({ ...query, listed })) found.push(...objects.map(podViewOf))
  return found
}

/** Those that select Pods. @throws ApiError; any error of the connection; ShapeError */
export async function listServices({
  namespace,
  ...query
}: Omit<PodQuery, 'labelSelector'>): Promise<readonly SelectingService[]> {
  const listed = { path: placeOf('Service', namespace), apiVersion: 'v1', kind: 'Service' }
  const found: SelectingService[] = []
  for await (const { objects } of pagesOf({ ...query, listed }))
    found.push(...objects.flatMap((raw) => toSelectingService(raw) ?? []))
  return found
}

/** An object; undefined if it does not exist. @throws ApiError; any error of the connection */
export async function readIfThere(api: ApiServer, path: string, signal: AbortSignal): Promise<unknown> {
  try {
    return await readObject(api, path, signal)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/** The Pod of this uid; undefined if it does not exist, also if another has its name. */
export async function readPod(
  api: ApiServer,
  { namespace, name, uid }: { readonly namespace: string; readonly name: string; readonly uid: string },
  signal: AbortSignal,
): Promise<PodView | undefined> {
  const raw = await readIfThere(api, placeOf('Pod', namespace, name), signal)
  const pod = raw === undefined ? undefined : podViewOf(raw)
  return pod?.uid === uid ? pod : undefined
}
