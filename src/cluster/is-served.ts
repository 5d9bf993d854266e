import { at, itemsOf, root } from '../kubernetes/json.ts'
import type { Resource } from '../kubernetes/kinds.ts'
import { accepted } from './accepted.ts'
import { isAbsent } from './api-error.ts'
import type { ApiServer } from './api-server.ts'
import { jsonOf } from './json-lines.ts'
import { apiVersionOf } from './resources.ts'

/**
 * Whether the API server serves a version of a resource, per its discovery. A list cannot tell: without the right to
 * list, a resource that is not served is forbidden too (rights are checked first).
 * @throws ApiError, such as 403 if the caller may not read the discovery.
 */
export async function isServed(
  api: ApiServer,
  resource: Resource,
  version: string,
  signal: AbortSignal,
): Promise<boolean> {
  const group = resource.group === '' ? '/api' : '/apis'
  try {
    const answer = await accepted(await api.get(`${group}/${apiVersionOf(resource, version)}`, {}, signal))
    const served = itemsOf(at(root(await jsonOf(answer.body)), 'resources'))
    return served.some((one) => at(one, 'name').value === resource.plural)
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}
