import { type Fields, fieldsOf, type Value } from './values.ts'

/**
 * Sets of places in an object, as field managers own them. A step of a path is `f:<key>` or `k:<name of an item>`, as in
 * `managedFields`.
 */
export interface FieldSet {
  /** Places that are in the set themselves. */
  readonly members: ReadonlySet<string>
  readonly children: ReadonlyMap<string, FieldSet>
}

export const EMPTY: FieldSet = { members: new Set(), children: new Map() }

export const field = (key: string): string => `f:${key}`
export const item = (name: string): string => `k:${name}`

export const isEmpty = ({ members, children }: FieldSet): boolean => members.size === 0 && children.size === 0

const childOf = (set: FieldSet, step: string): FieldSet => set.children.get(step) ?? EMPTY

/** A set that is still being put together. */
export class Collector {
  readonly members = new Set<string>()
  readonly children = new Map<string, Collector>()

  /** What is below a step. */
  below(step: string): Collector {
    const present = this.children.get(step)
    if (present !== undefined) return present
    const made = new Collector()
    this.children.set(step, made)
    return made
  }

  /** Steps under which nothing was put are left out. */
  toSet(): FieldSet {
    const children = [...this.children].map(([step, below]) => [step, below.toSet()] as const)
    return { members: this.members, children: new Map(children.filter(([, set]) => !isEmpty(set))) }
  }
}

function combined(
  one: FieldSet,
  other: FieldSet,
  {
    members,
    children,
  }: {
    readonly members: (a: ReadonlySet<string>, b: ReadonlySet<string>) => ReadonlySet<string>
    readonly children: (a: FieldSet, b: FieldSet) => FieldSet
  },
): FieldSet {
  const steps = new Set([...one.children.keys(), ...other.children.keys()])
  const below = new Map<string, FieldSet>()
  for (const step of steps) {
    const set = children(childOf(one, step), childOf(other, step))
    if (!isEmpty(set)) below.set(step, set)
  }
  return { members: members(one.members, other.members), children: below }
}

export function union(one: FieldSet, other: FieldSet): FieldSet {
  if (isEmpty(one)) return other
  if (isEmpty(other)) return one
  return combined(one, other, { members: (a, b) => new Set([...a, ...b]), children: union })
}

/** Only the very places of `other` go, not what is below them. */
export function difference(one: FieldSet, other: FieldSet): FieldSet {
  if (isEmpty(one) || isEmpty(other)) return one
  return combined(one, other, {
    members: (a, b) => new Set([...a].filter((step) => !b.has(step))),
    children: difference,
  })
}

export function intersection(one: FieldSet, other: FieldSet): FieldSet {
  if (isEmpty(one) || isEmpty(other)) return EMPTY
  return combined(one, other, {
    members: (a, b) => new Set([...a].filter((step) => b.has(step))),
    children: intersection,
  })
}

/** As texts, `f:spec/f:template/…`. */
export const pathsOf = (set: FieldSet, prefix = ''): readonly string[] => [
  ...[...set.members].map((step) => `${prefix}${step}`),
  ...[...set.children].flatMap(([step, below]) => pathsOf(below, `${prefix}${step}/`)),
]

const printed = (step: string): string =>
  step.startsWith('k:') ? `k:${JSON.stringify({ name: step.slice(2) })}` : step

const known = new WeakMap<FieldSet, Fields>()

/** The form in which `managedFields` holds a set (FieldsV1). */
export function fieldsV1(set: FieldSet): Fields {
  const present = known.get(set)
  if (present !== undefined) return present
  const made = printedSet(set)
  known.set(set, made)
  return made
}

function printedSet(set: FieldSet): Fields {
  const steps = new Set([...set.members, ...set.children.keys()])
  return Object.fromEntries(
    [...steps].map((step) => {
      const below = set.children.get(step)
      const own = set.members.has(step) && below !== undefined ? { '.': {} } : {}
      return [printed(step), { ...own, ...(below === undefined ? {} : fieldsV1(below)) }]
    }),
  )
}

/** Reads a set as `managedFields` holds it. Items of lists that are told apart by other keys are passed over. */
export function fieldSetFrom(fields: Fields): FieldSet {
  const into = new Collector()
  readInto(fields, into)
  return into.toSet()
}

function readInto(fields: Fields, into: Collector): void {
  for (const [text, value] of Object.entries(fields)) {
    const step = stepOf(text)
    if (step === undefined) continue
    const inner = fieldsOf(value)
    if (Object.keys(inner).length === 0 || inner['.'] !== undefined) into.members.add(step)
    readInto(inner, into.below(step))
  }
}

function stepOf(text: string): string | undefined {
  if (text.startsWith('f:')) return text
  if (!text.startsWith('k:')) return undefined
  const keys = fieldsOf(JSON.parse(text.slice(2)) as Value)
  return typeof keys['name'] === 'string' ? item(keys['name']) : undefined
}
