import { byName, nameOf } from './compare.ts'
import { type Schema, schemaAt } from './schema.ts'
import { equal, type Fields, isFields, isList, itemsOf, member, type Value } from './values.ts'

/**
 * Strategic merge patches (apimachinery, util/strategicpatch): as kubectl makes them, and as the API server applies
 * them. Lists are merged by `name`; `$retainKeys` is for fields that the tests leave alone.
 */

const ORDER = '$setElementOrder/'
const DIRECTIVE = '$patch'

interface Wanted {
  /** Fields that only the second object has, or has otherwise. */
  readonly changes: boolean
  /** Fields that only the first object has. */
  readonly deletions: boolean
}

/** The patch that leads from one object to another. */
export const twoWay = (from: Fields, to: Fields, schema: Schema): Fields =>
  diff(from, to, schema, { changes: true, deletions: true })

/** The patch of `kubectl apply`: what is new against the live object, and what the last manifest stated and this one does not. */
export function threeWay(
  { last, manifest, live }: { readonly last: Fields; readonly manifest: Fields; readonly live: Fields },
  schema: Schema,
): Fields {
  const changes = diff(live, manifest, schema, { changes: true, deletions: false })
  const deletions = diff(last, manifest, schema, { changes: false, deletions: true })
  return joined(deletions, changes, schema)
}

function diff(from: Fields, to: Fields, schema: Schema, wanted: Wanted): Fields {
  const patch: [string, Value][] = []
  for (const [key, value] of Object.entries(to)) {
    if (value === undefined) continue
    patch.push(...diffAt(key, [member(from, key), value], schemaAt(schema, key), wanted))
  }
  const gone = Object.keys(from).filter((key) => from[key] !== undefined && member(to, key) === undefined)
  if (wanted.deletions) patch.push(...gone.map((key): [string, Value] => [key, null]))
  return Object.fromEntries(patch)
}

function diffAt(
  key: string,
  [from, to]: readonly [Value | undefined, Value],
  schema: Schema,
  wanted: Wanted,
): readonly [string, Value][] {
  const whole: readonly [string, Value][] = wanted.changes ? [[key, to]] : []
  if (from === undefined) return whole
  if (schema.kind === 'list' && isList(from) && isList(to))
    return diffLists(key, [itemsOf(from), itemsOf(to)], schema.item, wanted)
  if (schema.kind !== 'leaf' && isFields(from) && isFields(to)) {
    const inner = diff(from, to, schema, wanted)
    return Object.keys(inner).length === 0 ? [] : [[key, inner]]
  }
  return equal(from, to) ? [] : whole
}

function diffLists(
  key: string,
  [from, to]: readonly [readonly Fields[], readonly Fields[]],
  schema: Schema,
  wanted: Wanted,
): readonly [string, Value][] {
  if (from.length === 0) return to.length === 0 || !wanted.changes ? [] : [[key, to]]
  const present = byName(from)
  const changed = to.flatMap((one): readonly Fields[] => {
    const before = present.get(nameOf(one))
    if (before === undefined) return wanted.changes ? [one] : []
    const inner = diff(before, one, schema, wanted)
    return Object.keys(inner).length === 0 ? [] : [{ ...inner, name: nameOf(one) }]
  })
  const stated = byName(to)
  const gone = wanted.deletions ? [...present.keys()].filter((name) => !stated.has(name)) : []
  const patch = [...changed, ...gone.map((name) => ({ [DIRECTIVE]: 'delete', name }))]
  const isMoved = wanted.changes && !equal(from.map(nameOf), to.map(nameOf))
  return [
    ...(patch.length === 0 ? [] : [[key, patch] as [string, Value]]),
    ...(patch.length === 0 && !isMoved ? [] : [[`${ORDER}${key}`, names(to)] as [string, Value]]),
  ]
}

const names = (list: readonly Fields[]): Value => list.map((one) => ({ name: nameOf(one) }))

/** Two patches as one. They do not disagree: one only adds and changes, the other only deletes. */
function joined(one: Fields, other: Fields, schema: Schema): Fields {
  const result: Record<string, Value | undefined> = { ...one }
  for (const [key, value] of Object.entries(other))
    result[key] = joinedAt(member(one, key), value, schemaAt(schema, key))
  // The API server wants the items of a patch in the order that the patch states.
  for (const [key, order] of Object.entries(result)) {
    const list = withoutOrder(key)
    const items = result[list]
    if (list !== key && isList(items)) result[list] = ordered(itemsOf(items), itemsOf(order), [])
  }
  return result
}

function joinedAt(one: Value | undefined, other: Value | undefined, schema: Schema): Value | undefined {
  if (isFields(one) && isFields(other)) return joined(one, other, schema)
  if (schema.kind !== 'list' || !isList(one) || !isList(other)) return other
  const rest = byName(other)
  const merged = itemsOf(one).map((item) => joined(item, rest.get(nameOf(item)) ?? {}, schema.item))
  const known = byName(one)
  return [...merged, ...itemsOf(other).filter((item) => !known.has(nameOf(item)))]
}

/** What the API server makes of a patch. */
export function patchedStrategically(live: Fields, patch: Fields, schema: Schema): Fields {
  const result = new Map(Object.entries(live))
  for (const key of new Set(Object.keys(patch).map(withoutOrder))) {
    const order = patch[`${ORDER}${key}`]
    const value = patch[key]
    const present = result.get(key)
    const next = value === undefined ? present : patchedAt(present, value, schemaAt(schema, key))
    if (next === undefined) result.delete(key)
    else
      result.set(
        key,
        isList(order) && isList(next) ? ordered(itemsOf(next), itemsOf(order), itemsOf(present)) : next,
      )
  }
  return Object.fromEntries(result)
}

const withoutOrder = (key: string): string => (key.startsWith(ORDER) ? key.slice(ORDER.length) : key)

function patchedAt(live: Value | undefined, patch: Value, schema: Schema): Value | undefined {
  if (patch === null) return undefined
  if (schema.kind === 'list' && isList(patch)) return mergedList(itemsOf(live), itemsOf(patch), schema.item)
  if (schema.kind !== 'leaf' && isFields(patch))
    return patchedStrategically(isFields(live) ? live : {}, patch, schema)
  return patch
}

function mergedList(live: readonly Fields[], patch: readonly Fields[], schema: Schema): readonly Fields[] {
  const gone = new Set(patch.filter((one) => one[DIRECTIVE] === 'delete').map(nameOf))
  const stated = patch.filter((one) => one[DIRECTIVE] === undefined)
  const changes = byName(stated)
  const kept = live.filter((one) => !gone.has(nameOf(one)))
  const merged = kept.map((one) => patchedStrategically(one, changes.get(nameOf(one)) ?? {}, schema))
  const known = byName(kept)
  const fresh = stated
    .filter((one) => !known.has(nameOf(one)))
    .map((one) => patchedStrategically({}, one, schema))
  return ordered([...merged, ...fresh], stated, kept)
}

/** The items of the order in that order; the others keep their places among them, by the live list. */
function ordered(
  list: readonly Fields[],
  order: readonly Fields[],
  live: readonly Fields[],
): readonly Fields[] {
  const places = new Map(order.map((one, index) => [nameOf(one), index]))
  const placeIn = (one: Fields): number => places.get(nameOf(one)) ?? -1
  const stated = list.filter((one) => placeIn(one) >= 0).toSorted((a, b) => placeIn(a) - placeIn(b))
  const rest = list.filter((one) => placeIn(one) < 0)
  const before = new Map(live.map((one, index) => [nameOf(one), index]))
  const out: Fields[] = []
  for (const one of stated) {
    const place = before.get(nameOf(one))
    while (place !== undefined && isEarlier(rest[0], place, before)) out.push(...rest.splice(0, 1))
    out.push(one)
  }
  return [...out, ...rest]
}

function isEarlier(one: Fields | undefined, place: number, before: ReadonlyMap<string, number>): boolean {
  const own = one === undefined ? undefined : before.get(nameOf(one))
  return own !== undefined && own < place
}
