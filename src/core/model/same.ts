import { isRecord, type JsonRecord } from './json-value.ts'

/**
 * Whether two trees of plain values, as JSON has them, are equal; maps and sets in them, too, if in the same order. Most
 * that differ do so early.
 */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (Array.isArray(one)) return Array.isArray(other) && isSameList(one, other)
  if (!isRecord(one) || !isRecord(other)) return false
  if (isCollection(one)) return isCollection(other) && isSameList([...one], [...other])
  return !isCollection(other) && isSameMapping(one, other)
}

/** They have no keys of their own: as mappings, all of them would be equal. */
const isCollection = (value: unknown): value is Iterable<unknown> =>
  value instanceof Map || value instanceof Set

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index += 1) if (!isSame(one[index], other[index])) return false
  return true
}

const isPlain = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** Plain values inherit no keys, and `for in` needs no list of them: every update compares two whole templates. */
function isSameMapping(one: JsonRecord, other: JsonRecord): boolean {
  let more = 0
  for (const key in one) {
    more -= 1
    const value = one[key]
    // The most frequent case. No mapping inherits a text, a number or a truth value, so that it is the other's own.
    if (isPlain(value) && value === other[key]) continue
    if (!Object.hasOwn(other, key) || !isSame(value, other[key])) return false
  }
  for (const _ in other) more += 1
  return more === 0
}
