import type { Static, TSchema } from 'typebox'
import { Check, Errors } from 'typebox/value'
import { cut } from '../core/model/cut.ts'
import { keysOfPointer } from '../core/model/json-pointer.ts'
import { isRecord, type JsonRecord } from '../core/model/json-value.ts'
import { given } from './json.ts'
import { OBSERVED_VERSION } from './observed-schema.ts'

export interface ObservedRead<T> {
  /** Absent: nothing could be used. */
  readonly value?: T
  /** A sentence for each part that is not used: `measured.json: entries[3].from: expected …, got …`. */
  readonly problems: readonly string[]
  /** A newer version wrote it: it is not broken. */
  readonly isNewer?: true
}

/** Problems that are reported one by one; of further ones only the number. A choice. */
const MOST_PROBLEMS = 10

/** Characters of a value that a problem quotes. A choice. */
const LONGEST_QUOTE = 40

interface ItemRules<T> {
  /** Two items must not have the same. */
  readonly idOf: (item: T) => string
  /** A problem that the schema cannot see: `to: expected …`. */
  readonly contradictionIn?: (item: T) => string | undefined
}

/** Reads one key of the ConfigMap `slackwater-observed`, part by part, and remembers what could not be used. */
export class ObservedReader {
  readonly #key: string
  readonly #problems: string[] = []
  #further = 0
  #isNewer = false

  constructor(key: string) {
    this.#key = key
  }

  /** The document without its lists; those are returned as they are. Undefined, with a problem, if it cannot be used. */
  document<S extends TSchema, L extends string>(
    text: string,
    schema: S,
    lists: readonly L[],
  ): (Omit<Static<S>, L> & Readonly<Record<L, readonly unknown[]>>) | undefined {
    const members = this.#members(text)
    if (members === undefined) return undefined
    // The items are checked one by one.
    const emptied = lists.map((name) => [name, Array.isArray(members[name]) ? [] : members[name]])
    const head = { ...members, ...Object.fromEntries(emptied) }
    const problem = problemOf(schema, head)
    if (problem !== undefined) return this.#refuse(problem)
    return members as Omit<Static<S>, L> & Readonly<Record<L, readonly unknown[]>>
  }

  #members(text: string): JsonRecord | undefined {
    let document: unknown
    try {
      document = JSON.parse(text)
    } catch (error) {
      return this.#refuse(`expected JSON: ${error instanceof Error ? cut(error.message, 120) : 'unreadable'}`)
    }
    if (!isRecord(document)) return this.#refuse(`expected a mapping, got ${shown(document)}`)
    const version = document['version']
    if (typeof version === 'number' && version > OBSERVED_VERSION) {
      this.#isNewer = true
      return this.#refuse(
        `version ${version} was written by a newer Slackwater; this one reads version ${OBSERVED_VERSION}`,
      )
    }
    return document
  }

  /** The items that can be used; of two with the same identity the first. */
  list<S extends TSchema>(
    name: string,
    items: readonly unknown[],
    schema: S,
    { idOf, contradictionIn }: ItemRules<Static<S>>,
  ): readonly Static<S>[] {
    const seen = new Set<string>()
    return items.filter((item, index): item is Static<S> => {
      const problem = this.#itemProblem(item, schema, contradictionIn)
      const id = problem === undefined ? idOf(item as Static<S>) : ''
      const why = seen.has(id) ? `: expected one entry for ${id}, got a second one` : problem
      if (why === undefined) seen.add(id)
      else this.#refuse(`${name}[${index}]${why}`)
      return why === undefined
    })
  }

  #itemProblem<S extends TSchema>(
    item: unknown,
    schema: S,
    contradictionIn?: (item: Static<S>) => string | undefined,
  ): string | undefined {
    // Working out what is wrong takes longer than seeing that something is.
    if (this.#problems.length === MOST_PROBLEMS && !Check(schema, item)) return ''
    const problem = problemOf(schema, item) ?? contradictionIn?.(item as Static<S>)
    if (problem === undefined) return undefined
    return isRecord(item) ? `.${problem}` : `: ${problem}`
  }

  result<T>(value?: T): ObservedRead<T> {
    const more = this.#further === 0 ? [] : [`${this.#key}: ${this.#further} further entries cannot be used`]
    return {
      ...given('value', value),
      problems: [...this.#problems, ...more],
      ...(this.#isNewer ? { isNewer: true } : {}),
    }
  }

  #refuse(problem: string): undefined {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(`${this.#key}: ${problem}`)
    else this.#further++
  }
}

/** The first difference from the schema: `lastRequest.n: expected the number of departures …, got 0`. */
function problemOf(schema: TSchema, value: unknown): string | undefined {
  if (Check(schema, value)) return undefined
  const [error] = Errors(schema, value)
  if (error === undefined) return undefined
  const missing = 'requiredProperties' in error.params ? error.params.requiredProperties : []
  const keys = [...keysOfPointer(error.instancePath), ...missing.slice(0, 1)]
  const field = keys.map((key) => cut(key, LONGEST_QUOTE)).join('.')
  const expected = `expected ${expectedAt(schema, keys)}, got ${shown(valueAt(value, keys))}`
  return field === '' ? expected : `${field}: ${expected}`
}

/** The description of the field: each begins with what the field is. */
function expectedAt(schema: TSchema, keys: readonly string[]): string {
  let part: unknown = schema
  for (const key of keys)
    part = memberOf(memberOf(part, 'properties'), key) ?? memberOf(part, 'items') ?? part
  const description = memberOf(part, 'description')
  if (typeof description !== 'string') return 'something else'
  return /^[A-Z][a-z]|^A /.test(description)
    ? description.charAt(0).toLowerCase() + description.slice(1)
    : description
}

const valueAt = (value: unknown, keys: readonly string[]): unknown => keys.reduce(memberOf, value)

/** Own members only: any key may be asked for. */
const memberOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined

/** A value in a few words. Lists and mappings may be deep, and are not written out. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'a mapping'
  return typeof value === 'string' ? JSON.stringify(cut(value, LONGEST_QUOTE)) : String(value)
}
