import { isRecord, type JsonRecord } from './json-value.ts'

/** Whether two narrow objects, trees of plain values, are equal. Most that differ do so early. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (Array.isArray(one))
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => isSame(item, other[index]))
    )
  return isRecord(one) && isRecord(other) && isSameMapping(one, other)
}

function isSameMapping(one: JsonRecord, other: JsonRecord): boolean {
  const keys = Object.keys(one)
  if (keys.length !== Object.keys(other).length) return false
  return keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
}
