import { cut } from '../core/model/cut.ts'
import {
  ACCEPT_ANNOTATION,
  ASSUME_ANNOTATION,
  GATES_ANNOTATION,
  HANDOVER_ANNOTATION,
  MODE_LABEL,
  OUR_PREFIX,
  RECORD_ANNOTATION,
  REQUEST_ANNOTATION,
  SHUTDOWN_ANNOTATION,
  SHUTDOWN_SECONDS_ANNOTATION,
  SLEEP_ANNOTATION,
} from '../core/model/keys.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import {
  ASSUMPTIONS,
  type Assumption,
  isAssumption,
  NO_OVERRIDES,
  type Overrides,
} from '../core/model/overrides.ts'
import { type Candidate, explicit } from '../core/model/resolved.ts'
import { type Seconds, seconds } from '../core/model/seconds.ts'
import { nearest } from '../core/model/spelling.ts'
import type { Labels } from '../core/model/workload.ts'
import { LONGEST_SECONDS } from './schema.ts'

/** The annotations of one object, and its labels where they may be ours. */
export interface AnnotatedObject {
  readonly object: ObjectRef
  readonly annotations: Labels
  readonly labels?: Labels
}

interface ParsedOverrides {
  readonly overrides: Overrides
  /** Values that did not parse, quoted, with what is valid. An invalid value counts as absent: it blocks nothing. */
  readonly warnings: readonly string[]
}

type Parse<T> = (text: string) => T | undefined

interface Reader<T> {
  readonly key: string
  readonly expected: string
  readonly parse: Parse<T>
}

const wholeSeconds: Parse<Seconds> = (text) => {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return count <= LONGEST_SECONDS ? seconds(count) : undefined
}

const time = (key: string): Reader<Seconds> => ({
  key,
  expected: `whole seconds from 0 to ${LONGEST_SECONDS}`,
  parse: wholeSeconds,
})

const SLEEP = time(SLEEP_ANNOTATION)
const SHUTDOWN_SECONDS = time(SHUTDOWN_SECONDS_ANNOTATION)
const REQUEST = time(REQUEST_ANNOTATION)

const SHUTDOWN: Reader<'graceful'> = {
  key: SHUTDOWN_ANNOTATION,
  expected: 'graceful',
  parse: (text) => (text === 'graceful' ? text : undefined),
}

const ASSUME: Reader<Assumption> = {
  key: ASSUME_ANNOTATION,
  expected: `one of ${ASSUMPTIONS.join(', ')}`,
  parse: (text) => (isAssumption(text) ? text : undefined),
}

/** Annotations that Slackwater writes itself. */
const RECORDS: readonly string[] = [RECORD_ANNOTATION, GATES_ANNOTATION, HANDOVER_ANNOTATION]

const KNOWN = [
  ...[SLEEP, SHUTDOWN_SECONDS, REQUEST, SHUTDOWN, ASSUME].map(({ key }) => key),
  ACCEPT_ANNOTATION,
]

/**
 * Reads Slackwater's annotations in all places, the template's before its namespace's. The first value that parses
 * wins; each one that does not becomes a warning.
 */
export function parseOverrides(places: readonly AnnotatedObject[]): ParsedOverrides {
  const warnings = places.flatMap(({ annotations, labels = {} }) => [
    ...unknownKeys(Object.keys(annotations), Object.keys(labels)),
  ])
  // Few templates and namespaces have any: what none has is not looked for.
  const annotated = places.filter(({ annotations }) => KNOWN.some((key) => annotations[key] !== undefined))
  if (annotated.length === 0) return { overrides: NO_OVERRIDES, warnings }
  const read = <T>(reader: Reader<T>): Candidate<T> | undefined => {
    const candidates = annotated.flatMap((place) => candidateAt(place, reader, warnings))
    return candidates[0]
  }
  const sleep = read(SLEEP)
  const shutdownSeconds = read(SHUTDOWN_SECONDS)
  const request = read(REQUEST)
  const assume = read(ASSUME)
  const overrides: Overrides = {
    graceful: read(SHUTDOWN) !== undefined,
    ...(sleep === undefined ? {} : { sleep }),
    ...(shutdownSeconds === undefined ? {} : { shutdownSeconds }),
    ...(request === undefined ? {} : { request }),
    ...(assume === undefined ? {} : { assume }),
  }
  return { overrides, warnings }
}

function candidateAt<T>(
  { object, annotations }: AnnotatedObject,
  { key, expected, parse }: Reader<T>,
  warnings: string[],
): readonly Candidate<T>[] {
  const text = annotations[key]
  if (text === undefined) return []
  const value = parse(text.trim())
  if (value !== undefined) return [explicit(value, { kind: 'annotation', key, object })]
  warnings.push(`annotation ${key}: "${shorten(text)}" is not ${expected}; ignored`)
  return []
}

/** Unknown keys of one object that are named one by one. A choice. */
const MOST_NAMED = 3

/** What to say of keys on one object that nobody reads: with Slackwater's prefix, they are typing errors. */
export const unknownKeys = (annotations: readonly string[], labels: readonly string[]): readonly string[] => [
  ...named(annotations.filter(isUnknown), 'annotation', unknownKey),
  ...named(labels.filter(isUnknownLabel), 'label', unknownLabel),
]

function named(keys: readonly string[], what: string, tell: (key: string) => string): readonly string[] {
  const more = keys.length - MOST_NAMED
  const told = keys.slice(0, MOST_NAMED).map(tell)
  return more > 0 ? [...told, `${more} more ${what}s with the prefix ${OUR_PREFIX} are unknown`] : told
}

/** Whether an annotation has Slackwater's prefix, and is not one of those that it reads or writes. */
export const isUnknown = (key: string): boolean =>
  key.startsWith(OUR_PREFIX) && !RECORDS.includes(key) && !KNOWN.includes(key)

const isUnknownLabel = (key: string): boolean => key.startsWith(OUR_PREFIX) && key !== MODE_LABEL

const withoutPrefix = (key: string): string => key.slice(OUR_PREFIX.length)

const KNOWN_NAMES = KNOWN.map(withoutPrefix)
const MODE_NAME = withoutPrefix(MODE_LABEL)

function unknownKey(key: string): string {
  const name = withoutPrefix(key)
  const meant = nearest(name, [...KNOWN_NAMES, MODE_NAME])
  if (name === MODE_NAME) return MODE_IS_LABEL
  const written = `annotation ${OUR_PREFIX}${shorten(name)} is unknown`
  if (meant === MODE_NAME) return `${written}: did you mean the label ${MODE_LABEL}?`
  return meant === undefined
    ? `${written}; known: ${KNOWN_NAMES.join(', ')}`
    : `${written}: did you mean ${OUR_PREFIX}${meant}?`
}

/** The mode is the only label that is read. */
function unknownLabel(key: string): string {
  const name = withoutPrefix(key)
  const written = `label ${OUR_PREFIX}${shorten(name)}`
  if (KNOWN.includes(key)) return `${written} is not read: it is an annotation, so write it under annotations`
  const meant = nearest(name, [...KNOWN_NAMES, MODE_NAME])
  if (meant === undefined) return `${written} is unknown: the only label is ${MODE_LABEL}`
  return `${written} is unknown: did you mean ${meant === MODE_NAME ? '' : 'the annotation '}${OUR_PREFIX}${meant}?`
}

/** Of an annotation with the key of the mode. */
const MODE_IS_LABEL = `annotation ${MODE_LABEL} is not read: the mode is a label, so write it under labels`

/** Characters of a quoted value: a warning has at most 120. */
const LONGEST_QUOTE = 24

export const shorten = (text: string): string => cut(text, LONGEST_QUOTE)
