import { Check, Errors } from 'typebox/value'
import { FINDING_IDS, isFindingId } from '../core/findings/acceptance.ts'
import type { FindingId } from '../core/findings/catalogue.ts'
import { DENIABLE } from '../core/findings/deniable.ts'
import { keysOfPointer } from '../core/model/json-pointer.ts'
import { FEATURE_GATES, FINDING_LEVELS, type Settings } from '../core/model/settings.ts'
import { didYouMean, nearest } from '../core/model/spelling.ts'
import { LONGEST_REASON, SettingsSchema, withDefaults } from './schema.ts'

export type ParsedSettings =
  | { readonly ok: true; readonly settings: Settings }
  /** One sentence per problem: the key, the value quoted, and what was expected. */
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads a settings document; an empty one gives the defaults. */
export function parseSettings(document: unknown): ParsedSettings {
  const written = document ?? {}
  if (Check(SettingsSchema, written)) return { ok: true, settings: withDefaults(written) }
  const problems = new Map<string, string>()
  for (const error of Errors(SettingsSchema, written)) {
    if (error.keyword === 'additionalProperties' || error.keyword === 'propertyNames') continue
    if (!problems.has(error.instancePath)) problems.set(error.instancePath, problemText(error, written))
  }
  return { ok: false, problems: [...problems.values()] }
}

interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly message: string
  readonly params: object
}

function problemText({ keyword, instancePath, message, params }: SchemaError, document: unknown): string {
  const keys = keysOfPointer(instancePath)
  const key = keys.join('.')
  if (keys[0] === 'findings' && keys.length > 1) return findingProblem(keys, valueAt(document, instancePath))
  if (keyword === 'boolean')
    return keys[0] === 'featureGates'
      ? `${key}: unknown feature gate: expected one of ${FEATURE_GATES.join(', ')}`
      : `${key}: unknown setting${didYouMean(settingsLike(keys))}`
  if (keys[0] === 'accept' && keys.length > 1) return acceptProblem(keys, keyword)
  const value = JSON.stringify(valueAt(document, instancePath))
  if (keyword === 'pattern') return `${key}: ${value}: ${patternText(keys)}`
  const allowed =
    'allowedValues' in params && Array.isArray(params.allowedValues) ? params.allowedValues : undefined
  const expected = allowed === undefined ? message : `expected one of ${allowed.join(', ')}`
  return `${key === '' ? 'the settings' : key}: ${value}: ${expected}`
}

function patternText([key]: readonly string[]): string {
  if (key === 'controllerMetricsURL') return 'expected an http:// or https:// URL without a user'
  const named = key === 'proxyContainers' ? 'container' : 'namespace'
  return `expected the name of a ${named}; patterns are not supported`
}

/** Every key of the schema, with those before it. */
const PATHS: readonly (readonly string[])[] = pathsIn(SettingsSchema, [])

function pathsIn(schema: object, above: readonly string[]): readonly (readonly string[])[] {
  const properties: unknown = 'properties' in schema ? schema.properties : undefined
  if (typeof properties !== 'object' || properties === null) return []
  return Object.entries(properties).flatMap(([key, value]: [string, unknown]) => {
    const path = [...above, key]
    return [path, ...(typeof value === 'object' && value !== null ? pathsIn(value, path) : [])]
  })
}

/** The setting that was meant: beside the unknown one, or one of its name elsewhere: `marginSeconds` is one of the terms. */
function settingsLike(keys: readonly string[]): readonly string[] {
  const above = keys.slice(0, -1)
  const name = keys.at(-1) ?? ''
  const beside = PATHS.filter(
    (path) => path.length === keys.length && above.every((key, at) => path[at] === key),
  )
  const meant = nearest(
    name,
    beside.map((path) => path.at(-1) ?? ''),
  )
  if (meant !== undefined) return [[...above, meant].join('.')]
  return PATHS.filter((path) => path.at(-1) === name).map((path) => path.join('.'))
}

/** Without the value: a reason may be long. */
const acceptProblem = (keys: readonly string[], keyword: string): string =>
  keyword === 'enum'
    ? noFinding(keys)
    : `${keys.join('.')}: expected a reason, a text of 1 to ${LONGEST_REASON} characters`

/** @param keys the section, and what should be an id. */
function noFinding(keys: readonly string[]): string {
  const meant = nearest(keys.at(-1) ?? '', FINDING_IDS)
  return `${keys.join('.')}: not the id of a finding${didYouMean(meant === undefined ? [] : [meant])}`
}

/** The value is cut: it may be long. */
function findingProblem([section, id = '']: readonly string[], value: unknown): string {
  const key = `${section}.${id}`
  if (!isFindingId(id)) return noFinding([section ?? '', id])
  if (value !== 'deny')
    return `${key}: ${JSON.stringify(value)?.slice(0, 64)}: expected one of ${levelsOf(id)}`
  return `${key}: "deny": only findings whose answer is certain can be denied: ${Object.keys(DENIABLE).join(', ')}`
}

const levelsOf = (id: FindingId): string =>
  FINDING_LEVELS.filter((level) => level !== 'deny' || id in DENIABLE).join(', ')

function valueAt(document: unknown, pointer: string): unknown {
  let value = document
  for (const key of keysOfPointer(pointer)) {
    value =
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([k]) => k === key)?.[1]
        : undefined
  }
  return value
}
