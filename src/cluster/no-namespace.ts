import { isAbsent } from './api-error.ts'
import type { ApiServer } from './api-server.ts'
import { objectPath, readObject } from './objects.ts'

/** Whether the API server says that this namespace does not exist; one that may not be read may exist. */
export async function isNoNamespace(api: ApiServer, name: string, signal: AbortSignal): Promise<boolean> {
  try {
    await readObject(api, objectPath({ apiVersion: 'v1', plural: 'namespaces', namespace: '', name }), signal)
    return false
  } catch (error) {
    return isAbsent(error)
  }
}
