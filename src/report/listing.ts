import { isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { pagesOf } from '../cluster/list-watch.ts'
import { apiVersionOf, type ListedResource, pathOf } from '../cluster/resources.ts'
import { othersFirst } from '../cluster/slices.ts'
import { messageOf } from '../core/model/thrown.ts'

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
    for await (const { objects } of pagesOf({ api, listed, signal, ...selected })) {
      await judge(objects, onObject, signal)
    }
    return undefined
  } catch (error) {
    if (isAbsent(error) && !resource.builtIn) return undefined
    return signal.aborted ? messageOf(signal.reason) : messageOf(error)
  }
}

async function judge(
  objects: readonly unknown[],
  onObject: (object: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const object of objects) {
    await othersFirst(() => {
      signal.throwIfAborted()
      onObject(object)
    })
  }
}
