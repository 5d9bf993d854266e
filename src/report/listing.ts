import { isAbsent, isExpired } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { type Listing, pagesOf } from '../cluster/list-watch.ts'
import { parseUnmanaged } from '../cluster/parse-json.ts'
import { apiVersionOf, type ListedResource, pathOf } from '../cluster/resources.ts'
import { othersFirst } from '../cluster/slices.ts'
import { messageOf } from '../core/model/thrown.ts'
import { property } from '../kubernetes/json.ts'

/**
 * How often a list is begun again that has expired before its last page. A choice: the API server keeps a version for
 * five minutes (kube-apiserver --etcd-compaction-interval), so each is begun after that long.
 */
const RESTARTS = 2

interface ListingInputs {
  readonly api: ApiServer
  readonly namespace?: string | undefined
  readonly signal: AbortSignal
  readonly onObject: (object: unknown) => void
}

/**
 * Lists one resource completely; pages are not kept.
 * @returns why it could not be listed completely; undefined if it could, or if it is not installed.
 */
export async function listResource(
  { resource, labelSelector }: ListedResource,
  inputs: ListingInputs,
): Promise<string | undefined> {
  const { api, namespace, signal, onObject } = inputs
  const [version = ''] = resource.versions
  const listed = {
    path: pathOf(resource, version, namespace),
    apiVersion: apiVersionOf(resource, version),
    kind: resource.kind,
  }
  const selected = labelSelector === undefined ? {} : { labelSelector }
  try {
    // Who states the fields of a workload is in its managed fields; of a Pod nobody asks.
    const parse = resource.kind === 'Pod' ? parseUnmanaged : JSON.parse
    await listOnce({ api, listed, signal, parse, ...selected }, onObject)
    return undefined
  } catch (error) {
    if (isAbsent(error) && !resource.builtIn) return undefined
    return signal.aborted ? messageOf(signal.reason) : messageOf(error)
  }
}

/** Each object once, also if the list had to be begun again; of an object only its name is remembered. */
async function listOnce(listing: Listing, onObject: ListingInputs['onObject']): Promise<void> {
  const seen = new Set<string>()
  for (let restarts = 0; ; restarts++) {
    try {
      for await (const { objects } of pagesOf(listing)) await judge(objects, seen, { listing, onObject })
      return
    } catch (error) {
      if (!isExpired(error) || restarts === RESTARTS) throw error
    }
  }
}

interface Judging {
  readonly listing: Listing
  readonly onObject: ListingInputs['onObject']
}

async function judge(
  objects: readonly unknown[],
  seen: Set<string>,
  { listing, onObject }: Judging,
): Promise<void> {
  for (const object of objects) {
    await othersFirst(() => {
      listing.signal.throwIfAborted()
      const key = keyOf(object)
      if (!seen.has(key)) onObject(object)
      seen.add(key)
    })
  }
}

/** Of an object of any shape: one that is malformed is told by whoever reads it. */
const keyOf = (object: unknown): string => {
  const metadata = property(object, 'metadata')
  return `${property(metadata, 'namespace')}/${property(metadata, 'name')}`
}
