import jsonPatch, { type Operation } from 'fast-json-patch'
import { equal, type Fields, isFields, member, type Value } from './values.ts'

/** Merge patches (RFC 7386) and JSON patches (RFC 6902). */

export function mergePatched(live: Value | undefined, patch: Value): Value {
  if (!isFields(patch)) return patch
  const result = new Map(isFields(live) ? Object.entries(live) : [])
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) result.delete(key)
    else result.set(key, mergePatched(result.get(key), value))
  }
  return Object.fromEntries(result)
}

/** The merge patch that leads from one object to another. Lists are stated whole. */
export function mergePatchFor(from: Fields, to: Fields): Fields {
  const patch: [string, Value][] = []
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after] = [member(from, key), member(to, key)]
    if (equal(before, after)) continue
    if (after === undefined) patch.push([key, null])
    else patch.push([key, isFields(before) && isFields(after) ? mergePatchFor(before, after) : after])
  }
  return Object.fromEntries(patch)
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** Undefined where an operation does not apply. */
export function jsonPatched(live: Fields, operations: readonly Operation[]): Fields | undefined {
  if (operations.length === 0) return live
  try {
    return jsonPatch.applyPatch(copy(live), copy([...operations]), true).newDocument
  } catch (error) {
    if (error instanceof jsonPatch.JsonPatchError) return undefined
    throw error
  }
}

export const jsonPatchFor = (from: Fields, to: Fields): readonly Operation[] =>
  jsonPatch.compare(copy(from), copy(to))
