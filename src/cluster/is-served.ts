import { at, itemsOf, root } from '../kubernetes/json.ts'
import type { Resource } from '../kubernetes/kinds.ts'
import { isAbsent } from './api-error.ts'
import type { ApiServer } from './api-server.ts'
import { readObject } from './objects.ts'
import { apiVersionOf } from './resources.ts'

/**
 * Whether the API server serves a version of a resource, per its discovery. A list cannot tell: without the right to
 * list, a resource that is not served is forbidden too (rights are checked first).
 * @throws ApiError, such as 403 if the caller may not read the discovery.
 */
export async function isServed(
  api: ApiServer,
  resource: Pick<Resource, 'group' | 'plural'>,
  version: string,
  signal: AbortSignal,
): Promise<boolean> {
  const group = resource.group === '' ? '/api' : '/apis'
  try {
    const found = root(await readObject(api, `${group}/${apiVersionOf(resource, version)}`, signal))
    return itemsOf(at(found, 'resources')).some((one) => at(one, 'name').value === resource.plural)
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}
