import jsonPatch from 'fast-json-patch'

/** One operation of RFC 6902, limited to the three kinds that can be written back. */
export type EditOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }

/**
 * Applies one operation to `value`, in place; returns the result, or undefined if it does not apply. The operation's
 * own value is copied, so that later operations never write into it.
 */
export function applyOperation(value: unknown, operation: EditOperation): unknown {
  const own =
    operation.op === 'remove' ? { ...operation } : { ...operation, value: structuredClone(operation.value) }
  try {
    return jsonPatch.applyOperation(value, own, true, true).newDocument
  } catch (error) {
    if (error instanceof jsonPatch.JsonPatchError) return undefined
    throw error
  }
}

/** The value at some keys; undefined if there is none. */
export function propertyAt(value: unknown, keys: readonly string[]): unknown {
  let property = value
  for (const key of keys) {
    if (typeof property !== 'object' || property === null || !Object.hasOwn(property, key)) return undefined
    property = (property as Readonly<Record<string, unknown>>)[key]
  }
  return property
}
