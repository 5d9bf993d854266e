import { Check, Errors } from 'typebox/value'
import { isFindingId } from '../core/findings/acceptance.ts'
import type { FindingId } from '../core/findings/catalogue.ts'
import { DENIABLE } from '../core/findings/deniable.ts'
import { keysOfPointer } from '../core/model/json-pointer.ts'
import { FEATURE_GATES, FINDING_LEVELS, type Settings } from '../core/model/settings.ts'
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
      : `${key}: unknown setting`
  if (keys[0] === 'accept' && keys.length > 1) return acceptProblem(key, keyword)
  const value = JSON.stringify(valueAt(document, instancePath))
  if (keyword === 'pattern') {
    const named = keys[0] === 'proxyContainers' ? 'container' : 'namespace'
    return `${key}: ${value}: expected the name of a ${named}; patterns are not supported`
  }
  const allowed =
    'allowedValues' in params && Array.isArray(params.allowedValues) ? params.allowedValues : undefined
  const expected = allowed === undefined ? message : `expected one of ${allowed.join(', ')}`
  return `${key === '' ? 'the settings' : key}: ${value}: ${expected}`
}

/** Without the value: a reason may be long. */
const acceptProblem = (key: string, keyword: string): string =>
  keyword === 'enum'
    ? `${key}: not the id of a finding`
    : `${key}: expected a reason, a text of 1 to ${LONGEST_REASON} characters`

/** The value is cut: it may be long. */
function findingProblem([section, id = '']: readonly string[], value: unknown): string {
  const key = `${section}.${id}`
  if (!isFindingId(id)) return `${key}: not the id of a finding`
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
