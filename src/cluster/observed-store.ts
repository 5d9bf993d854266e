import type { Witness } from '../core/model/observed.ts'
import { at, root } from '../kubernetes/json.ts'
import { OBSERVED_CONFIG_MAP, readWitness, WITNESS_KEY } from '../kubernetes/observed-document.ts'
import { isAbsent, isForbidden } from './api-error.ts'
import type { ApiServer } from './api-server.ts'
import { APPLY_PATCH, objectPath, patchObject, readObject } from './objects.ts'

/** The field manager of AWS's answers: another one writes the measurements into the same ConfigMap. */
const AWS_FIELD_MANAGER = 'slackwater-aws'

const pathIn = (namespace: string): string =>
  objectPath({ apiVersion: 'v1', plural: 'configmaps', namespace, name: OBSERVED_CONFIG_MAP })

/** @returns undefined if there is none that can be read. @throws ApiError */
export async function storedWitness(
  api: ApiServer,
  namespace: string,
  signal: AbortSignal,
): Promise<Witness | undefined> {
  try {
    const { value } = at(root(await readObject(api, pathIn(namespace), signal)), 'data', WITNESS_KEY)
    return typeof value === 'string' ? readWitness(value).value : undefined
  } catch (error) {
    if (isAbsent(error) || isForbidden(error)) return undefined
    throw error
  }
}

/** Creates the ConfigMap if there is none, and leaves what others wrote in it. @throws ApiError */
export async function storeWitness(
  api: ApiServer,
  { namespace, text }: { readonly namespace: string; readonly text: string },
  signal: AbortSignal,
): Promise<void> {
  const metadata = { name: OBSERVED_CONFIG_MAP, namespace }
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [WITNESS_KEY]: text } }
  const query = { fieldManager: AWS_FIELD_MANAGER, force: 'true' }
  await patchObject(api, { path: pathIn(namespace), body, contentType: APPLY_PATCH, query }, signal)
}
