import { type Notice, warning } from '../../model/notice.ts'
import type { ObjectRef } from '../../model/object-ref.ts'
import { type Candidate, declared, type Provenance } from '../../model/resolved.ts'
import { type Seconds, seconds } from '../../model/seconds.ts'
import type { Labels } from '../../model/workload.ts'
import { once } from '../objects/once.ts'
import { type Attribute, parseAttributes, parseCount, type Range } from './attributes.ts'
import { LONGEST_VALUE } from './limits.ts'
import { listed, shortened } from './quote.ts'
import { type AttributeList, refusedAttributes } from './refused-attributes.ts'

/** An object whose annotations are read. If there are several, the first that has the key gives the whole value. */
export interface Annotated {
  readonly ref: ObjectRef
  readonly annotations: Labels
}

/** The values written, and notices about unusable ones. */
export interface Written<T> {
  readonly candidates: readonly Candidate<T>[]
  readonly notices: readonly Notice[]
}

export const UNWRITTEN: Written<never> = { candidates: [], notices: [] }

interface Line {
  readonly text: string
  readonly key: string
  readonly object: ObjectRef
  /** All annotations of the object. */
  readonly among: Labels
}

/** The annotation of the first object that has it. */
export function lineOf(layers: readonly Annotated[], key: string): Line | undefined {
  for (const { ref, annotations } of layers) {
    const text = annotations[key]
    if (text !== undefined) return { text, key, object: ref, among: annotations }
  }
  return undefined
}

export const sourceOf = ({ key, object }: Line): Provenance => ({ kind: 'annotation', key, object })

/** An unusable value: quoted, with what is expected. The default is used instead. */
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
  `"${shortened(text)}" is not a whole number from ${least} to ${most}`

/** Values already read from a list, per key and attribute: every Service behind an Ingress needs the same ones. */
const secondsRead = once((_: Labels) => new Map<string, Written<Seconds>>())
const flagsRead = once((_: Labels) => new Map<string, Written<boolean>>())

/** An attribute in an annotation's list. If the controller cannot parse the list, no attribute of it counts. */
export function writtenAttribute(line: Line | undefined, attribute: Attribute): Written<Seconds> {
  if (line === undefined) return UNWRITTEN
  return onceRead(secondsRead(line.among), `${line.key} ${attribute.name}`, () =>
    readPairs(line, (pairs) => attributeValue(pairs.get(attribute.name), attribute, placeOf(line))),
  )
}

/** The same for one that is true or false. Anything else is as if it were not written. */
export function writtenFlag(line: Line | undefined, name: string): Written<boolean> {
  if (line === undefined) return UNWRITTEN
  return onceRead(flagsRead(line.among), `${line.key} ${name}`, () =>
    readPairs(line, (pairs) => flagValue(pairs.get(name), placeOf(line))),
  )
}

/** The same where the annotation is nothing else. */
export const writtenFlagOf = (line: Line | undefined): Written<boolean> =>
  line === undefined ? UNWRITTEN : flagValue(line.text, placeOf(line))

/** What ELB refuses of an annotation's list. One that the controller cannot parse is reported with its attributes. */
export function writtenRefusals(
  line: Line | undefined,
  list: Pick<AttributeList, 'of' | 'balancer'>,
): readonly Notice[] {
  if (line === undefined) return []
  return onceRead(flagsRead(line.among), `${line.key} refused by ${list.balancer}`, () =>
    readPairs(line, (pairs) => ({
      candidates: [],
      notices: refusedAttributes(pairs, { ...list, ...placeOf(line) }),
    })),
  ).notices
}

const placeOf = (line: Line): Place => ({ key: line.key, object: line.object, source: sourceOf(line) })

function onceRead<T>(read: Map<string, Written<T>>, name: string, make: () => Written<T>): Written<T> {
  const written = read.get(name) ?? make()
  read.set(name, written)
  return written
}

function readPairs<T>(line: Line, read: (pairs: ReadonlyMap<string, string>) => Written<T>): Written<T> {
  if (line.text.length > LONGEST_VALUE) return { candidates: [], notices: [tooLong(line)] }
  const { pairs, broken } = parseAttributes(line.text)
  if (broken.length > 0) {
    const quoted = listed(broken.map((piece) => `"${shortened(piece)}"`))
    return { candidates: [], notices: [badValue(line, `${quoted} is not key=value`)] }
  }
  return read(pairs)
}

/** `True` too, which is no reason to refuse the list either (refused-attributes.ts). */
export function flagValue(text: string | undefined, { source }: Place): Written<boolean> {
  const plain = text?.toLowerCase()
  return plain === 'true' || plain === 'false'
    ? { candidates: [declared(plain === 'true', source)], notices: [] }
    : UNWRITTEN
}

/** A value that is longer than any meaningful one is not read. */
const tooLong = ({ key, object }: Line): Notice =>
  warning('too-large', object, `${key}: longer than ${LONGEST_VALUE} characters; the default is assumed`)

export interface Place {
  readonly key: string
  readonly object: ObjectRef
  readonly source: Provenance
}

/** Reads the value of an attribute; `text` is undefined if the attribute is not written. */
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

/** Reads a field that is already a number; `value` is undefined if the field is not written. */
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
