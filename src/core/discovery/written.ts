import type { Notice } from '../model/notice.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import { type Candidate, declared, type Source } from '../model/resolved.ts'
import { type Seconds, seconds } from '../model/seconds.ts'
import type { Labels } from '../model/workload.ts'
import { parseAttributes, parseCount, type Range } from './attributes.ts'
import { warning } from './claim.ts'

/** An object whose annotations are read; of several, the first that has the key gives the whole value. */
export interface Annotated {
  readonly ref: ObjectRef
  readonly annotations: Labels
}

/** What was written, and what was wrong with it. */
export interface Written<T> {
  readonly candidates: readonly Candidate<T>[]
  readonly notices: readonly Notice[]
}

export const UNWRITTEN: Written<never> = { candidates: [], notices: [] }

export interface Line {
  readonly text: string
  readonly key: string
  readonly object: ObjectRef
}

/** The annotation as the first of these objects writes it. */
export function lineOf(layers: readonly Annotated[], key: string): Line | undefined {
  for (const { ref, annotations } of layers) {
    const text = annotations[key]
    if (text !== undefined) return { text, key, object: ref }
  }
  return undefined
}

export const sourceOf = ({ key, object }: Line): Source => ({ kind: 'annotation', key, object })

/** A value that is no use: quoted, with what would be. The default is assumed in its place. */
export const badValue = ({ key, object }: Pick<Line, 'key' | 'object'>, what: string): Notice =>
  warning('bad-annotation-value', object, `${key}: ${what}; the default is assumed`)

/** An annotation that is a whole number. */
export function writtenCount(layers: readonly Annotated[], key: string, range: Range): Written<number> {
  const line = lineOf(layers, key)
  if (line === undefined) return UNWRITTEN
  const value = parseCount(line.text, range)
  if (value === undefined) return { candidates: [], notices: [badValue(line, expected(line.text, range))] }
  return { candidates: [declared(value, sourceOf(line))], notices: [] }
}

export const writtenSeconds = (layers: readonly Annotated[], key: string, range: Range): Written<Seconds> =>
  inSeconds(writtenCount(layers, key, range))

const expected = (text: string, { least, most }: Range): string =>
  `"${text}" is not a whole number from ${least} to ${most}`

/** One attribute of an attribute list. */
export interface Attribute {
  readonly name: string
  readonly range: Range
}

/** An attribute in an annotation's list; a list that the controller cannot read says nothing at all. */
export function writtenAttribute(line: Line | undefined, attribute: Attribute): Written<Seconds> {
  if (line === undefined) return UNWRITTEN
  const { pairs, broken } = parseAttributes(line.text)
  if (broken.length > 0) {
    const quoted = broken.map((piece) => `"${piece}"`).join(', ')
    return { candidates: [], notices: [badValue(line, `${quoted} is not key=value`)] }
  }
  return attributeValue(pairs.get(attribute.name), attribute, { ...line, source: sourceOf(line) })
}

export interface Place {
  readonly key: string
  readonly object: ObjectRef
  readonly source: Source
}

/** Reads the value of an attribute that stands at this place; undefined: it is not written. */
export function attributeValue(
  text: string | undefined,
  attribute: Attribute,
  place: Place,
): Written<Seconds> {
  if (text === undefined) return UNWRITTEN
  const value = parseCount(text, attribute.range)
  if (value === undefined) {
    return {
      candidates: [],
      notices: [badValue(place, `${attribute.name} ${expected(text, attribute.range)}`)],
    }
  }
  return { candidates: [declared(seconds(value), place.source)], notices: [] }
}

/** Reads a field that is a number already; undefined: it is not written. */
export function fieldCount(
  value: number | undefined,
  range: Range,
  place: Place | undefined,
): Written<number> {
  if (value === undefined || place === undefined) return UNWRITTEN
  const count = parseCount(String(value), range)
  if (count === undefined)
    return { candidates: [], notices: [badValue(place, expected(String(value), range))] }
  return { candidates: [declared(count, place.source)], notices: [] }
}

export const fieldSeconds = (
  value: number | undefined,
  range: Range,
  place: Place | undefined,
): Written<Seconds> => inSeconds(fieldCount(value, range, place))

const inSeconds = ({ candidates, notices }: Written<number>): Written<Seconds> => ({
  candidates: candidates.map(({ value, origin }) => ({ value: seconds(value), origin })),
  notices,
})
