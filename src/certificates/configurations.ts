import { isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { JSON_PATCH, objectPath, patchObject, readObject } from '../cluster/objects.ts'
import { at, itemsOf, type JsonNode, optional, root, stringAt } from '../kubernetes/json.ts'

/** A webhook configuration as it was read. */
export interface WebhookConfiguration {
  readonly version: string
  /** For each of its webhooks, in the same order. */
  readonly webhooks: readonly WebhookTrust[]
}

interface WebhookTrust {
  readonly name: string
  /** As stored: base64. */
  readonly caBundle: string
}

const pathOf = (name: string): string =>
  objectPath({
    apiVersion: 'admissionregistration.k8s.io/v1',
    plural: 'mutatingwebhookconfigurations',
    namespace: '',
    name,
  })

/** @returns undefined if there is none of this name. @throws ApiError, ShapeError; any error of the connection. */
export async function readConfiguration(
  api: ApiServer,
  name: string,
  signal: AbortSignal,
): Promise<WebhookConfiguration | undefined> {
  try {
    return configurationFrom(await readObject(api, pathOf(name), signal))
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

function configurationFrom(raw: unknown): WebhookConfiguration {
  const node = root(raw)
  return {
    version: stringAt(at(node, 'metadata', 'resourceVersion')),
    webhooks: itemsOf(at(node, 'webhooks')).map(webhookFrom),
  }
}

const webhookFrom = (node: JsonNode): WebhookTrust => ({
  name: stringAt(at(node, 'name')),
  caBundle: optional(stringAt, at(node, 'clientConfig', 'caBundle')) ?? '',
})

interface Writing {
  readonly name: string
  readonly configuration: WebhookConfiguration
  /** PEM. */
  readonly bundle: string
}

/**
 * Makes every webhook of a configuration trust a bundle; writes only those that do not yet. It uses a JSON patch, not
 * an apply: a patch can neither create a configuration nor fail over a field that another manager owns, and its tests
 * make sure that it changes the version that was read.
 * @returns whether it wrote anything. @throws ApiError, for example if another client wrote in between.
 */
export async function writeBundle(
  api: ApiServer,
  { name, configuration: { version, webhooks }, bundle }: Writing,
  signal: AbortSignal,
): Promise<boolean> {
  const value = Buffer.from(bundle).toString('base64')
  const steps = webhooks.flatMap(({ caBundle }, index) =>
    caBundle === value ? [] : [{ op: 'add', path: `/webhooks/${index}/clientConfig/caBundle`, value }],
  )
  if (steps.length === 0) return false
  const body = [{ op: 'test', path: '/metadata/resourceVersion', value: version }, ...steps]
  const query = { fieldManager: FIELD_MANAGER }
  await patchObject(api, { path: pathOf(name), body, query, contentType: JSON_PATCH }, signal)
  return true
}
