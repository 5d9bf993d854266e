import { compare, fieldSetOf } from './compare.ts'
import {
  difference,
  EMPTY,
  type FieldSet,
  fieldSetFrom,
  fieldsV1,
  intersection,
  isEmpty,
  pathsOf,
  union,
} from './field-set.ts'
import { merged, removed, withNamedFields } from './merge.ts'
import type { Schema } from './schema.ts'
import { at, type Fields, fieldsOf, itemsOf, type Value } from './values.ts'

/** Who owns which fields (apimachinery, managedfields; structured-merge-diff, merge/update.go). */

export interface Manager {
  readonly name: string
  readonly operation: 'Apply' | 'Update'
  readonly subresource?: 'scale'
}

export interface Ownership {
  readonly manager: Manager
  readonly fields: FieldSet
}

export type Managers = ReadonlyMap<string, Ownership>

export const NOBODY: Managers = new Map()

const keyOf = ({ name, operation, subresource }: Manager): string =>
  [name, operation, ...(subresource === undefined ? [] : [subresource])].join('|')

/** The server's own fields, which nobody owns (apimachinery, stripmeta.go). */
const STRIPPED: FieldSet = {
  members: new Set(['f:apiVersion', 'f:kind', 'f:metadata']),
  children: new Map([
    [
      'f:metadata',
      {
        members: new Set(
          [
            'name',
            'namespace',
            'uid',
            'resourceVersion',
            'generation',
            'creationTimestamp',
            'managedFields',
          ].map((key) => `f:${key}`),
        ),
        children: new Map(),
      },
    ],
  ]),
}

interface Changed {
  readonly live: Fields
  readonly next: Fields
  readonly schema: Schema
}

/** The fields of others that a change takes from them, with the text that the API server would print. */
function takenFrom(managers: Managers, workflow: string, { live, next, schema }: Changed) {
  const { added, modified, removed: gone } = compare(live, next, schema)
  const written = union(added, modified)
  const conflicts: string[] = []
  const left = new Map<string, Ownership>()
  for (const [key, { manager, fields }] of managers) {
    if (key === workflow) {
      left.set(key, { manager, fields })
      continue
    }
    const conflict = intersection(fields, written)
    conflicts.push(...pathsOf(conflict))
    const kept = difference(difference(fields, conflict), gone)
    if (!isEmpty(kept)) left.set(key, { manager, fields: kept })
  }
  return { conflicts, left, written }
}

/** An update of any kind but apply: whoever makes it owns what it writes, and nobody is asked. */
export function updated(managers: Managers, manager: Manager, change: Changed): Managers {
  const { left, written } = takenFrom(managers, '', change)
  const own = difference(written, STRIPPED)
  const present = left.get(keyOf(manager))?.fields
  const fields = present === undefined ? own : union(present, own)
  return isEmpty(fields) ? left : new Map([...left, [keyOf(manager), { manager, fields }]])
}

const REPLICAS: FieldSet = {
  members: new Set(),
  children: new Map([['f:spec', { members: new Set(['f:replicas']), children: new Map() }]]),
}

/**
 * A scale is made in another version of the API, in which the entries of updates are told by another name: they lose the
 * replicas, be they scaled to what they were (managedfields, scalehandler.go; seen with 1.35).
 */
export const withoutScaled = (managers: Managers): Managers =>
  new Map(
    [...managers].map(([key, { manager, fields }]) => {
      const isKept = manager.operation === 'Apply' || manager.subresource !== undefined
      return [key, { manager, fields: isKept ? fields : difference(fields, REPLICAS) }]
    }),
  )

export type Applied =
  | { readonly conflicts: readonly string[] }
  | { readonly object: Fields; readonly managers: Managers }

/** A server-side apply. */
export function applied(
  managers: Managers,
  manager: Manager,
  {
    live,
    config,
    schema,
    force,
  }: {
    readonly live: Fields
    readonly config: Fields
    readonly schema: Schema
    readonly force: boolean
  },
): Applied {
  const key = keyOf(manager)
  const last = managers.get(key)?.fields
  const own = { manager, fields: fieldSetOf(config, schema) }
  const now = new Map([...managers, [key, own]])
  const whole = merged(live, config, schema)
  const object = last === undefined ? whole : pruned(whole, { last, managers: now, schema })
  const { conflicts, left } = takenFrom(now, key, { live, next: object, schema })
  if (conflicts.length > 0 && !force) return { conflicts }
  const stated = difference(own.fields, STRIPPED)
  if (isEmpty(stated)) left.delete(key)
  else left.set(key, { manager, fields: stated })
  return { object, managers: left }
}

interface Pruning {
  readonly last: FieldSet
  readonly managers: Managers
  readonly schema: Schema
}

/** What this manager owned and states no longer goes, unless somebody else owns it. */
function pruned(whole: Fields, { last, managers, schema }: Pruning): Fields {
  const named = (set: FieldSet): FieldSet => withNamedFields(set, schema)
  const cut = (set: FieldSet): Fields => removed(whole, set, schema)
  const all = named(fieldSetOf(whole, schema))
  const mine = named(last)
  const kept = named(fieldSetOf(cut(mine), schema))
  const owned = [...managers.values()].reduce((set, { fields }) => union(set, fields), EMPTY)
  const withOwned = named(fieldSetOf(cut(difference(all, union(kept, named(owned)))), schema))
  return cut(intersection(difference(all, withOwned), mine))
}

/** Reads who owns what in an object as the API server returns it. */
export function managersIn(object: Fields): Managers {
  const entries = itemsOf(at(object, 'metadata', 'managedFields')).flatMap((entry): readonly Ownership[] => {
    const { manager: name, operation, subresource } = entry
    if (typeof name !== 'string' || (operation !== 'Apply' && operation !== 'Update')) return []
    const isOfScale = subresource === 'scale'
    if (subresource !== undefined && !isOfScale) return []
    const manager: Manager = isOfScale ? { name, operation, subresource } : { name, operation }
    return [{ manager, fields: fieldSetFrom(fieldsOf(entry['fieldsV1'])) }]
  })
  const managers = new Map<string, Ownership>()
  for (const { manager, fields } of entries) {
    // A scale leaves a manager with a second entry for the replicas.
    const present = managers.get(keyOf(manager))?.fields ?? EMPTY
    managers.set(keyOf(manager), { manager, fields: union(present, fields) })
  }
  return managers
}

/** As it stands in an object's metadata. */
export const managedFields = (managers: Managers, apiVersion: string): readonly Value[] =>
  [...managers.values()].map(({ manager: { name, operation, subresource }, fields }) => ({
    manager: name,
    operation,
    apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsV1(fields),
    ...(subresource === undefined ? {} : { subresource }),
  }))
