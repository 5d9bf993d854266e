import { isDeepStrictEqual } from 'node:util'
import { keysOfPointer } from '../core/model/json-pointer.ts'
import { isRecord } from '../core/model/json-value.ts'
import type { PatchOperation } from '../kubernetes/patch.ts'
import type { WorkloadEntry } from '../report/schema.ts'

/**
 * Paths of a patch at which an object does not have what the patch wrote: something has overwritten it since.
 * @param object the API server's answer to the patch.
 */
export const lostPaths = (
  { patch, present }: Pick<WorkloadEntry, 'patch' | 'present'>,
  object: unknown,
): readonly string[] => {
  const names = present.containers.map(({ name }) => name)
  const lost = patch.filter((operation) => !isKept(operation, object, names)).map(({ path }) => path)
  return [...new Set(lost)]
}

function isKept(operation: PatchOperation, object: unknown, names: readonly string[]): boolean {
  const stored = valueAt(object, keysOfPointer(operation.path), names)
  return operation.op === 'remove' ? stored === undefined : holds(stored, operation.value)
}

/** An object may have more than was written, such as defaults. */
function holds(stored: unknown, written: unknown): boolean {
  if (!isRecord(written)) return isDeepStrictEqual(stored, written)
  return isRecord(stored) && Object.entries(written).every(([key, value]) => holds(stored[key], value))
}

/** Containers by their names: a policy may put one of its own before them. */
function valueAt(object: unknown, keys: readonly string[], names: readonly string[]): unknown {
  let value = object
  for (const [depth, key] of keys.entries()) {
    if (Array.isArray(value))
      value = keys[depth - 1] === 'containers' ? named(value, names[Number(key)]) : value[Number(key)]
    else value = isRecord(value) ? value[key] : undefined
  }
  return value
}

const named = (containers: readonly unknown[], name: string | undefined): unknown =>
  containers.find((one) => isRecord(one) && one['name'] === name)
