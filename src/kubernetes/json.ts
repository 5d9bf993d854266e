import { isRecord, type JsonRecord } from '../core/model/json-value.ts'

/**
 * A value somewhere in a JSON document; `undefined` where it is absent. It knows where it was read, so that a message can
 * name the path: no path is put together before there is something to report.
 */
export class JsonNode {
  readonly value: unknown
  readonly #parent: JsonNode | undefined
  /** From the parent: keys of mappings, or the index of an item. */
  readonly #steps: readonly string[] | number

  constructor(value: unknown, parent?: JsonNode, steps: readonly string[] | number = []) {
    this.value = value
    this.#parent = parent
    this.#steps = steps
  }

  /** `spec.rules[0].http`; empty for the document itself. */
  get path(): string {
    const before = this.#parent?.path ?? ''
    if (typeof this.#steps === 'number') return `${before}[${this.#steps}]`
    return (before === '' ? this.#steps : [before, ...this.#steps]).join('.')
  }

  /** The same, key by key: `['spec', 'rules', 0, 'http']`. */
  get keys(): readonly (string | number)[] {
    return [...(this.#parent?.keys ?? []), ...(typeof this.#steps === 'number' ? [this.#steps] : this.#steps)]
  }
}

interface Misshapen extends Partial<Pick<JsonNode, 'keys'>> {
  readonly path: string
  readonly expected: string
  readonly got: string
}

/**
 * A document does not have the shape that Kubernetes gives it.
 * Reads `spec.rules[0].http.paths: expected a list, got a string`.
 */
export class ShapeError extends Error {
  readonly path: string
  /** The same, key by key: the document's root if it is unknown. */
  readonly keys: readonly (string | number)[]
  readonly expected: string
  readonly got: string

  constructor({ path, keys = [], expected, got }: Misshapen) {
    super(`${path === '' ? 'the document' : path}: expected ${expected}, got ${got}`)
    this.name = 'ShapeError'
    this.path = path
    this.keys = keys
    this.expected = expected
    this.got = got
  }
}

/** Null counts as absent, as it does for the API server. */
const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined

/** In a message: `a list`, `a boolean`. */
export const nameOfType = (value: unknown): string => {
  if (isAbsent(value)) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return isRecord(value) ? 'a mapping' : `a ${typeof value}`
}

const refuse = (node: JsonNode, expected: string): never => {
  throw new ShapeError({ path: node.path, keys: node.keys, expected, got: nameOfType(node.value) })
}

/** The document itself. Throws a ShapeError if it is not a mapping. */
export const root = (value: unknown): JsonNode => {
  const node = new JsonNode(value)
  return isRecord(value) ? node : refuse(node, 'a mapping')
}

export const isPresent = ({ value }: JsonNode): boolean => !isAbsent(value)

/** The value at the keys; absent if the parent is. Throws a ShapeError if the parent is not a mapping. */
export function at(parent: JsonNode, ...keys: readonly string[]): JsonNode {
  let { value } = parent
  let depth = 0
  for (const key of keys) {
    if (isAbsent(value)) return new JsonNode(undefined, parent, keys)
    if (!isRecord(value)) return refuse(new JsonNode(value, parent, keys.slice(0, depth)), 'a mapping')
    value = value[key]
    depth += 1
  }
  return new JsonNode(value, parent, keys)
}

const NOTHING: JsonRecord = {}

/** A mapping as it is; an empty one if it is absent. Throws a ShapeError if it is something else. */
export const membersOf = (node: JsonNode): JsonRecord => {
  if (isAbsent(node.value)) return NOTHING
  return isRecord(node.value) ? node.value : refuse(node, 'a mapping')
}

/** The keys of a mapping with their values; none if it is absent. */
export const entriesOf = (node: JsonNode): readonly (readonly [string, JsonNode])[] =>
  Object.entries(membersOf(node)).map(([key, value]) => [key, new JsonNode(value, node, [key])])

/** The items of a list; none if it is absent. */
export const itemsOf = (node: JsonNode): readonly JsonNode[] => {
  if (isAbsent(node.value)) return NONE
  if (!Array.isArray(node.value)) return refuse(node, 'a list')
  return node.value.map((value: unknown, index) => new JsonNode(value, node, index))
}

const NONE: readonly JsonNode[] = []

export const stringAt = (node: JsonNode): string =>
  typeof node.value === 'string' ? node.value : refuse(node, 'a string')

/** A whole number that JSON represents exactly. */
export const integerAt = (node: JsonNode): number =>
  typeof node.value === 'number' && Number.isSafeInteger(node.value)
    ? node.value
    : refuse(node, 'a whole number')

export const booleanAt = (node: JsonNode): boolean =>
  typeof node.value === 'boolean' ? node.value : refuse(node, 'true or false')

/** An IntOrString, as text. */
export const portAt = (node: JsonNode): string =>
  typeof node.value === 'number' ? String(integerAt(node)) : stringAt(node)

/** Reads the node if it is present: `optional(integerAt, at(spec, 'replicas'))`. */
export const optional = <T>(read: (node: JsonNode) => T, node: JsonNode): T | undefined =>
  isPresent(node) ? read(node) : undefined

/**
 * A mapping of strings, such as labels, limited to the wanted keys; `{}` if it is absent. What is wanted whole is not
 * copied.
 */
export function stringsAt(
  node: JsonNode,
  isWanted?: (key: string) => boolean,
): Readonly<Record<string, string>> {
  const members = membersOf(node)
  const strings: [string, string][] = []
  const keys = Object.keys(members)
  for (const key of keys) {
    if (isWanted?.(key) === false) continue
    const value = members[key]
    if (typeof value === 'string') strings.push([key, value])
    else if (!isAbsent(value)) refuse(at(node, key), 'a string')
  }
  if (strings.length === keys.length) return members as Readonly<Record<string, string>>
  // Not built by assignment: `__proto__` is a key like any other.
  return Object.fromEntries(strings)
}

/** `{ [key]: value }`, or `{}` if there is no value: for optional properties of narrow types. */
export const given = <K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: T })

/** A property of a value of any type; undefined if there is none. For data whose wrong shape need not be reported. */
export const property = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
