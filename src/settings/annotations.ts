import {
  ACCEPT_ANNOTATION,
  ASSUME_ANNOTATION,
  GATES_ANNOTATION,
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
import type { Labels } from '../core/model/workload.ts'
import { LONGEST_SECONDS } from './schema.ts'

/** The annotations of one object. */
export interface AnnotatedObject {
  readonly object: ObjectRef
  readonly annotations: Labels
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
const RECORDS: readonly string[] = [RECORD_ANNOTATION, GATES_ANNOTATION]

const KNOWN = [
  ...[SLEEP, SHUTDOWN_SECONDS, REQUEST, SHUTDOWN, ASSUME].map(({ key }) => key),
  ACCEPT_ANNOTATION,
]

/**
 * Reads Slackwater's annotations in all places, the template's before its namespace's. The first value that parses
 * wins; each one that does not becomes a warning.
 */
export function parseOverrides(places: readonly AnnotatedObject[]): ParsedOverrides {
  const warnings = places.flatMap(unknownKeys)
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

/** An unknown key with Slackwater's prefix is a typing error. */
const unknownKeys = ({ annotations }: AnnotatedObject): string[] =>
  Object.keys(annotations)
    .filter((key) => key.startsWith(OUR_PREFIX) && !RECORDS.includes(key) && !KNOWN.includes(key))
    .map((key) =>
      key === MODE_LABEL
        ? MODE_IS_LABEL
        : `annotation ${OUR_PREFIX}${shorten(key.slice(OUR_PREFIX.length))} is unknown; known: ${KNOWN.map((k) => k.slice(OUR_PREFIX.length)).join(', ')}`,
    )

/** Of an annotation with the key of the mode, on a template, a Namespace or a workload. */
export const MODE_IS_LABEL = `annotation ${MODE_LABEL} is not read: the mode is a label, so write it under labels`

/** A warning has at most 120 characters: a quoted value gets at most 24. */
export const shorten = (text: string): string =>
  [...text].length > 24 ? `${[...text].slice(0, 23).join('')}…` : text
