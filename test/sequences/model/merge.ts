import { byName, nameOf } from './compare.ts'
import { EMPTY, type FieldSet, field, item } from './field-set.ts'
import { type Schema, schemaAt } from './schema.ts'
import { type Fields, fieldsOf, isFields, isList, itemsOf, member, type Value } from './values.ts'

/** Merging and taking away by places (structured-merge-diff, typed/merge.go and remove.go). */

/** The live object with what is applied. */
export function merged(live: Fields, config: Fields, schema: Schema): Fields {
  const result: Record<string, Value | undefined> = { ...live }
  for (const [key, value] of Object.entries(config)) {
    if (value === undefined) continue
    Object.assign(
      result,
      Object.fromEntries([[key, mergedValue(member(live, key), value, schemaAt(schema, key))]]),
    )
  }
  return result
}

function mergedValue(live: Value | undefined, config: Value, schema: Schema): Value {
  if (schema.kind === 'leaf' || live === undefined) return config
  if (schema.kind === 'list') return mergedLists(itemsOf(live), itemsOf(config), schema.item)
  return merged(fieldsOf(live), fieldsOf(config), schema)
}

/** In the order of the applied list; items that only the live one has keep their places between the shared ones. */
function mergedLists(live: readonly Fields[], config: readonly Fields[], schema: Schema): readonly Fields[] {
  const [present, stated] = [byName(live), byName(config)]
  const names = orderOf(live.map(nameOf), config.map(nameOf))
  return names.map((name) => merged(present.get(name) ?? {}, stated.get(name) ?? {}, schema))
}

function orderOf(live: readonly string[], config: readonly string[]): readonly string[] {
  const stated = new Set(config)
  const shared = config.filter((name) => live.includes(name))
  const order = new Set<string>()
  let [l, r] = [0, 0]
  while (l < live.length || r < config.length) {
    const [mine, theirs] = [live[l], config[r]]
    const waits = mine === theirs || shared[0] === undefined || shared[0] === mine
    if (mine !== undefined && (!stated.has(mine) || order.has(mine) || (theirs !== undefined && !waits))) {
      if (!stated.has(mine)) order.add(mine)
      l += 1
      continue
    }
    if (theirs !== undefined) order.add(theirs)
    if (shared[0] === theirs) shared.shift()
    r += 1
  }
  return [...order]
}

/** The object without these places. A mapping or list that is emptied that way is null. */
export function removed(object: Fields, places: FieldSet, schema: Schema): Fields {
  return fieldsOf(cut(object, places, schema))
}

function cut(value: Value, places: FieldSet, schema: Schema): Value {
  if (schema.kind === 'leaf') return isFields(value) || isList(value) ? null : value
  if (schema.kind === 'list') return cutList(itemsOf(value), places, schema.item)
  const left = Object.entries(fieldsOf(value)).flatMap(([key, child]) => {
    const step = field(key)
    if (child === undefined || places.members.has(step)) return []
    const below = places.children.get(step)
    return [[key, below === undefined ? child : cut(child, below, schemaAt(schema, key))] as const]
  })
  return left.length === 0 ? null : Object.fromEntries(left)
}

function cutList(list: readonly Fields[], places: FieldSet, schema: Schema): Value {
  const left = list.flatMap((one): readonly Value[] => {
    const step = item(nameOf(one))
    if (places.members.has(step)) return []
    const below = places.children.get(step)
    return [below === undefined ? one : cut(one, below, schema)]
  })
  return left.length === 0 ? null : left
}

/** A set in which whoever owns something inside a named field owns the field, too. */
export function withNamedFields(set: FieldSet, schema: Schema): FieldSet {
  const members = new Set(set.members)
  const children = new Map<string, FieldSet>()
  for (const [step, below] of set.children) {
    const isNamed = step.startsWith('f:') && schema.kind === 'struct' && schema.fields.has(step.slice(2))
    if (isNamed) members.add(step)
    children.set(step, withNamedFields(below, schemaOf(schema, step)))
  }
  return children.size === 0 && members.size === 0 ? EMPTY : { members, children }
}

const schemaOf = (schema: Schema, step: string): Schema => {
  if (step.startsWith('f:')) return schemaAt(schema, step.slice(2))
  return schema.kind === 'list' ? schema.item : schema
}
