import { Collector, type FieldSet, field, item } from './field-set.ts'
import { type Schema, schemaAt } from './schema.ts'
import { equal, type Fields, fieldsOf, isFields, isList, itemsOf, member, type Value } from './values.ts'

/** Which places differ between two objects (structured-merge-diff, typed/compare.go and tofieldset.go). */

export interface Comparison {
  readonly added: FieldSet
  readonly removed: FieldSet
  readonly modified: FieldSet
}

/** A sum of the places in an object that are stated there. */
export function fieldSetOf(object: Fields, schema: Schema): FieldSet {
  const into = new Collector()
  collect(object, schema, into)
  return into.toSet()
}

function collect(value: Fields, schema: Schema, into: Collector): void {
  for (const [key, child] of Object.entries(value)) {
    if (child === undefined) continue
    const step = field(key)
    const below = schemaAt(schema, key)
    if (isWhole(child, below) || schema.kind === 'map') into.members.add(step)
    else descend(child, below, into.below(step))
  }
}

/** Owned as one: a leaf, or a mapping with nothing in it. An empty list is no place at all. */
const isWhole = (value: Value, schema: Schema): boolean =>
  schema.kind === 'leaf' || value === null || (isFields(value) && Object.keys(value).length === 0)

function descend(value: Value, schema: Schema, into: Collector): void {
  if (schema.kind !== 'list') {
    collect(fieldsOf(value), schema, into)
    return
  }
  for (const one of itemsOf(value)) {
    const step = item(nameOf(one))
    into.members.add(step)
    collect(one, schema.item, into.below(step))
  }
}

export const nameOf = (one: Fields): string => String(one['name'])

export function compare(one: Fields, other: Fields, schema: Schema): Comparison {
  const into = { added: new Collector(), removed: new Collector(), modified: new Collector() }
  compareFields(one, other, schema, into)
  return { added: into.added.toSet(), removed: into.removed.toSet(), modified: into.modified.toSet() }
}

interface Into {
  readonly added: Collector
  readonly removed: Collector
  readonly modified: Collector
}

const below = ({ added, removed, modified }: Into, step: string): Into => ({
  added: added.below(step),
  removed: removed.below(step),
  modified: modified.below(step),
})

function compareFields(one: Fields, other: Fields, schema: Schema, into: Into): void {
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    compareAt(field(key), [member(one, key), member(other, key)], schemaAt(schema, key), into)
  }
}

type Pair = readonly [Value | undefined, Value | undefined]

function compareAt(step: string, [one, other]: Pair, schema: Schema, into: Into): void {
  if (one === other) return
  const deep = schema.kind !== 'leaf' && !(isNothing(one) && isNothing(other))
  if (deep) compareBelow([one, other], schema, below(into, step))
  if (one === undefined) into.added.members.add(step)
  else if (other === undefined) into.removed.members.add(step)
  else if (!deep && !equal(one, other)) into.modified.members.add(step)
}

/** Absent, null or without content: two of these are compared as a whole. */
const isNothing = (value: Value | undefined): boolean =>
  value === undefined ||
  value === null ||
  (isList(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0)

function compareBelow([one, other]: Pair, schema: Schema, into: Into): void {
  if (schema.kind !== 'list') {
    compareFields(fieldsOf(one), fieldsOf(other), schema, into)
    return
  }
  const [ones, others] = [byName(one), byName(other)]
  for (const name of new Set([...ones.keys(), ...others.keys()]))
    compareAt(item(name), [ones.get(name), others.get(name)], schema.item, into)
}

export const byName = (list: Value | undefined): ReadonlyMap<string, Fields> =>
  new Map(itemsOf(list).map((one) => [nameOf(one), one]))
