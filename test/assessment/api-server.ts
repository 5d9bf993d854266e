import jsonPatch from 'fast-json-patch'
import type { PatchOperation } from '../../src/kubernetes/patch.ts'

/**
 * The API server's part in these tests, in its own words and checked against a real one (1.35): its defaults and
 * its validation of what we can make wrong.
 */

export interface JsonObject {
  [key: string]: unknown
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const member = (value: unknown, ...keys: readonly (string | number)[]): unknown =>
  keys.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  )

export const objectAt = (value: unknown, ...keys: readonly (string | number)[]): JsonObject => {
  const found = member(value, ...keys)
  if (!isObject(found)) throw new Error(`no object at ${keys.join('.')}`)
  return found
}

export const containersOf = (template: unknown): readonly JsonObject[] => {
  const containers = member(template, 'spec', 'containers')
  return Array.isArray(containers) ? containers.filter(isObject) : []
}

/** A deep copy with the operations applied by a library of its own, as the API server would apply them. */
export function patched(object: unknown, operations: readonly PatchOperation[]): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(object))
  const result: unknown = jsonPatch.applyPatch(copy, structuredClone([...operations]), true).newDocument
  if (!isObject(result)) throw new Error('the patch made no object')
  return result
}

/** What a webhook is shown: the API server decodes into typed objects first, which drops nulls. */
export function served(template: unknown): JsonObject {
  const copy = dropNulls(template)
  if (!isObject(copy)) throw new Error('no template')
  return copy
}

/** Defaults of core/v1 PodSpec that matter here; an empty annotations map is dropped, as on every read. */
export function defaulted(template: unknown): JsonObject {
  const copy = served(template)
  const spec = objectAt(copy, 'spec')
  spec['terminationGracePeriodSeconds'] ??= 30
  const metadata = member(copy, 'metadata')
  const annotations = member(metadata, 'annotations')
  if (isObject(metadata) && isObject(annotations) && Object.keys(annotations).length === 0)
    delete metadata['annotations']
  return copy
}

function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, dropNulls(item)]),
  )
}

/** Why the API server would refuse a template (validation of core/v1, 1.35); undefined where it would not. */
export function refusal(template: unknown): string | undefined {
  const grace = Number(member(template, 'spec', 'terminationGracePeriodSeconds') ?? 30)
  const init = member(template, 'spec', 'initContainers')
  const sidecars = Array.isArray(init) ? init.filter((one) => member(one, 'restartPolicy') === 'Always') : []
  for (const container of [...containersOf(template), ...sidecars])
    for (const name of ['postStart', 'preStop']) {
      const words = refusalOfHook(member(container, 'lifecycle', name), grace)
      if (words !== undefined) return words
    }
  return undefined
}

function refusalOfHook(hook: unknown, grace: number): string | undefined {
  if (hook === undefined || hook === null) return undefined
  const handlers = isObject(hook) ? Object.values(hook).filter((handler) => handler !== null) : []
  if (handlers.length > 1) return 'may not specify more than 1 handler type'
  if (handlers.length === 0) return 'must specify a handler type'
  const sleep = member(hook, 'sleep', 'seconds')
  return typeof sleep === 'number' && (sleep < 0 || sleep > grace)
    ? 'must be non-negative and less than terminationGracePeriodSeconds'
    : undefined
}
