import { isRecord, type JsonRecord } from './json-value.ts'

/** Whether two trees of plain values, as JSON has them, are equal. Most that differ do so early. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (Array.isArray(one)) return Array.isArray(other) && isSameList(one, other)
  return isRecord(one) && isRecord(other) && isSameMapping(one, other)
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index += 1) if (!isSame(one[index], other[index])) return false
  return true
}

/** Plain values inherit no keys, and `for in` needs no list of them: every update compares two whole templates. */
function isSameMapping(one: JsonRecord, other: JsonRecord): boolean {
  let more = 0
  for (const key in one) {
    if (!Object.hasOwn(other, key) || !isSame(one[key], other[key])) return false
    more -= 1
  }
  for (const _ in other) more += 1
  return more === 0
}
