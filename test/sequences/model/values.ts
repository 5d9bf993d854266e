/** JSON as the API server keeps it, never changed in place. */

export type Value = string | number | boolean | null | readonly Value[] | Fields

export interface Fields {
  readonly [key: string]: Value | undefined
}

export const isFields = (value: Value | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value)

/** The fields of a value; none where it is no mapping. */
export const fieldsOf = (value: Value | undefined): Fields => (isFields(value) ? value : {})

/** The items of a list that are mappings. */
export const itemsOf = (value: Value | undefined): readonly Fields[] =>
  isList(value) ? value.filter(isFields) : []

/** A member of its own, whatever it is called: `constructor` is the name of a label, too. */
export const member = (fields: Fields, key: string): Value | undefined =>
  Object.hasOwn(fields, key) ? fields[key] : undefined

export function at(value: Value | undefined, ...keys: readonly string[]): Value | undefined {
  let found = value
  for (const key of keys) found = isFields(found) ? member(found, key) : undefined
  return found
}

export const without = (fields: Fields, key: string): Fields =>
  Object.hasOwn(fields, key)
    ? Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key))
    : fields

/** With a member set, or gone where the value is undefined. */
export const withMember = (fields: Fields, key: string, value: Value | undefined): Fields =>
  value === undefined ? without(fields, key) : { ...fields, [key]: value }

/** With something deep inside changed; parents are made on the way, unless there is nothing to put there. */
export function changedAt(
  fields: Fields,
  keys: readonly string[],
  change: (value: Value | undefined) => Value | undefined,
): Fields {
  const [key, ...rest] = keys
  if (key === undefined) return fields
  const present = member(fields, key)
  if (rest.length === 0) return withMember(fields, key, change(present))
  const inner = changedAt(fieldsOf(present), rest, change)
  return present === undefined && Object.keys(inner).length === 0 ? fields : withMember(fields, key, inner)
}

/** The same JSON; the order of keys says nothing, absent and undefined are one. */
export function equal(one: Value | undefined, other: Value | undefined): boolean {
  if (one === other) return true
  if (isList(one)) return isList(other) && equalLists(one, other)
  if (!isFields(one) || !isFields(other)) return false
  const keys = definedKeys(one)
  return keys.length === definedKeys(other).length && keys.every((key) => equal(one[key], member(other, key)))
}

const equalLists = (one: readonly Value[], other: readonly Value[]): boolean =>
  one.length === other.length && one.every((item, index) => equal(item, other[index]))

const definedKeys = (fields: Fields): readonly string[] =>
  Object.keys(fields).filter((key) => fields[key] !== undefined)
