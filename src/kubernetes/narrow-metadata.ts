import { LONGEST_VALUE } from '../core/discovery/annotations/limits.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Labels } from '../core/model/workload.ts'
import { at, isPresent, itemsOf, type JsonNode, optional, stringAt, stringsAt } from './json.ts'

/** How to read an object without a namespace. */
export interface NarrowOptions {
  /** The namespace of a namespaced object that names none; `default` if absent. */
  readonly namespace?: string
  /** By which ages are told. Milliseconds since 1970; absent: nothing is too old. */
  readonly now?: number
}

export interface Envelope {
  readonly document: JsonNode
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly options: NarrowOptions
}

/** Splits `networking.k8s.io/v1` at its slash; the core group is empty. */
export function envelopeOf(document: JsonNode, options: NarrowOptions): Envelope {
  const apiVersion = optional(stringAt, at(document, 'apiVersion')) ?? ''
  const slash = apiVersion.indexOf('/')
  return {
    document,
    group: apiVersion.slice(0, Math.max(slash, 0)),
    version: apiVersion.slice(slash + 1),
    kind: optional(stringAt, at(document, 'kind')) ?? '',
    options,
  }
}

/**
 * The annotations with these keys. A value longer than the limit is cut to one character more than the limit, which
 * is enough to show that it is too long (docs/discovery.md, how much is read).
 */
export function annotationsAt(node: JsonNode, isWanted: (key: string) => boolean): Labels {
  let found = stringsAt(node, isWanted)
  for (const [key, text] of Object.entries(found))
    if (text.length > LONGEST_VALUE) found = { ...found, [key]: text.slice(0, LONGEST_VALUE + 1) }
  return found
}

export const clusterRef = ({ document, kind }: Envelope): ObjectRef => ({
  kind,
  namespace: '',
  name: stringAt(at(document, 'metadata', 'name')),
})

export const namespacedRef = ({ document, kind, options }: Envelope): ObjectRef => ({
  kind,
  namespace: optional(stringAt, at(document, 'metadata', 'namespace')) || (options.namespace ?? 'default'),
  name: stringAt(at(document, 'metadata', 'name')),
})

/** `metadata.creationTimestamp`: RFC 3339 in UTC, so text order is time order; empty in files. */
export const createdAt = ({ document }: Envelope): string =>
  optional(stringAt, at(document, 'metadata', 'creationTimestamp')) ?? ''

/** Whether a status lists any address. */
export const hasAddress = (addresses: JsonNode): boolean => itemsOf(addresses).length > 0

/**
 * AWS's host names among the addresses of a status (in China they end in `.cn`), in lower case: DNS does not distinguish.
 * @param key of the host name: `hostname`, or `value` in a Gateway.
 */
export const awsHostnames = (addresses: JsonNode, key: string): readonly string[] | undefined => {
  const found = itemsOf(addresses).flatMap((address) => {
    const name = at(address, key).value
    return typeof name === 'string' && AWS_HOSTNAME.test(name) ? [name.toLowerCase()] : []
  })
  return found.length === 0 ? undefined : found
}

const AWS_HOSTNAME = /\.amazonaws\.com(\.cn)?$/i

export const isDeleting = ({ document }: Envelope): boolean =>
  isPresent(at(document, 'metadata', 'deletionTimestamp'))
