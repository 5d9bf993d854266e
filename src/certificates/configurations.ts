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

/** Which configuration, of either kind. */
export interface ConfigurationRef {
  readonly kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration'
  readonly name: string
}

/** `MutatingWebhookConfiguration slackwater` */
export const configurationText = ({ kind, name }: ConfigurationRef): string => `${kind} ${name}`

const pathOf = ({ kind, name }: ConfigurationRef): string =>
  objectPath({
    apiVersion: 'admissionregistration.k8s.io/v1',
    plural: `${kind.toLowerCase()}s`,
    namespace: '',
    name,
  })

/** @returns undefined if there is none of this kind and name. @throws ApiError, ShapeError; any error of the connection. */
export async function readConfiguration(
  api: ApiServer,
  ref: ConfigurationRef,
  signal: AbortSignal,
): Promise<WebhookConfiguration | undefined> {
  try {
    return configurationFrom(await readObject(api, pathOf(ref), signal))
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
  readonly ref: ConfigurationRef
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
  { ref, configuration: { version, webhooks }, bundle }: Writing,
  signal: AbortSignal,
): Promise<boolean> {
  const value = Buffer.from(bundle).toString('base64')
  const steps = webhooks.flatMap(({ caBundle }, index) =>
    caBundle === value ? [] : [{ op: 'add', path: `/webhooks/${index}/clientConfig/caBundle`, value }],
  )
  if (steps.length === 0) return false
  const body = [{ op: 'test', path: '/metadata/resourceVersion', value: version }, ...steps]
  const query = { fieldManager: FIELD_MANAGER }
  await patchObject(api, { path: pathOf(ref), body, query, contentType: JSON_PATCH }, signal)
  return true
}
