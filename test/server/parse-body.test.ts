import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BadBody, BodyParser, UnreadReview } from '../../src/server/parse-body.ts'
import { atMostIn, structureOf } from '../../src/server/structure.ts'

const bytes = (text: string): Buffer => Buffer.from(text)
const NONE = Number.POSITIVE_INFINITY

describe('what a JSON text is made of', () => {
  test.for<[string, string, number, number]>([
    ['a word', '"a"', 1, 0],
    ['a list', '[1,2,3]', 4, 1],
    ['a mapping', '{"a":1,"b":{"c":[]}}', 5, 3],
    ['signs in a text are none', '["a,b[{\\"],[{,"]', 2, 1],
    ['an escaped backslash ends no text', '["a\\\\",["b"]]', 4, 2],
    ['a text without an end', '["a,,,,', 2, 1],
    ['lists side by side', '[[],[],[]]', 7, 2],
  ])('%s', ([, text, values, depth]) => {
    expect(structureOf(bytes(text), NONE)).toEqual({ values, depth })
  })

  test('it is counted no further than asked', () => {
    expect(structureOf(bytes('[,,,,,,,,,,,,]'), 4).values).toBe(5)
  })
})

/** Signs that count, their neighbors by one bit and by one, and any byte. */
const byte = fc.oneof(
  fc.constantFrom(0x2c, 0x5b, 0x7b, 0x5d, 0x7d, 0x22, 0x5c, 0xac, 0xdb, 0xfb, 0x2b, 0x2d, 0x7a, 0x7c, 0x00),
  fc.nat(255),
)

test('the quick count is that of each comma, bracket and brace, wherever in its buffer a text begins', () => {
  // Longer than 4 × 255 bytes: more than what a lane of eight bits can count.
  const long = fc.array(byte, { maxLength: 3000, size: 'max' })
  fc.assert(
    fc.property(
      fc.oneof(fc.array(byte), long, fc.constant(Array(2500).fill(0x5b))),
      fc.nat(7),
      (all, start) => {
        const text = Uint8Array.from([...Array(start).fill(0x2c), ...all]).subarray(start)
        const opening = all.filter((one) => one === 0x5b || one === 0x7b).length
        const commas = all.filter((one) => one === 0x2c).length
        const most = atMostIn(text)
        expect(most.values).toBe(1 + opening + commas)
        // The bytes at both ends, which are not whole words, count as if each sign opened something.
        expect(most.depth).toBeGreaterThanOrEqual(opening)
        expect(most.depth).toBeLessThanOrEqual(opening + Math.min(commas, 6))
        const exact = structureOf(text, NONE)
        expect(exact.values).toBeLessThanOrEqual(most.values)
        expect(exact.depth).toBeLessThanOrEqual(most.depth)
      },
    ),
  )
})

/** 2 × 1.5 MiB in fields of 24 bytes. */
const MOST = 131_072

/** A review as Go writes it, with a list of so many entries where nothing reads it. */
const reviewOf = (entries: string): string =>
  `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"7f3c-1","x":${entries}}}`
const list = (count: number): string => `[${'0,'.repeat(count - 1)}0]`
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

/** Long enough to be counted: a shorter body cannot have so many values. */
const padded = (text: string): string => text.replace('"x":', `"pad":"${'p'.repeat(70_000)}","x":`)

function parsed(text: string, parser = new BodyParser(() => 0)): unknown {
  let result: unknown
  parser.parse(bytes(text), (error, value) => {
    result = error ?? value
  })
  return result
}

describe('a body that is made of too much is not parsed', () => {
  test.for<[string, string, unknown]>([
    ['few entries', reviewOf(list(1000)), { request: { uid: '7f3c-1' } }],
    [
      'too many',
      reviewOf(list(MOST)),
      new UnreadReview('7f3c-1', `too large: more than ${MOST} fields and entries`),
    ],
    [
      'nested too deep',
      padded(reviewOf(nested(10_001))),
      new UnreadReview('7f3c-1', 'too large: nested more than 10000 deep'),
    ],
    [
      'too many, not as the API server writes',
      ` ${reviewOf(list(MOST))}`,
      new BadBody(413, `too large: more than ${MOST} fields and entries`),
    ],
    [
      'too many, and a uid that no API server gives',
      reviewOf(list(MOST)).replace('7f3c-1', '\\u0007'),
      new BadBody(413, `too large: more than ${MOST} fields and entries`),
    ],
  ])('%s', ([, text, expected]) => {
    const result = parsed(text)
    if (expected instanceof Error || expected instanceof UnreadReview) expect(result).toEqual(expected)
    else expect(result).toMatchObject(expected as object)
  })
})

describe('a heavy body', () => {
  test.for<[string, string, boolean]>([
    ['of more than 16,384 values', reviewOf(list(40_000)), true],
    ['of more than 2 MiB', reviewOf(`"${'x'.repeat(2 * 1024 * 1024)}"`), true],
    ['of a text full of commas', reviewOf(`"${','.repeat(200_000)}"`), false],
    ['a large one that is neither', reviewOf(`"${'x'.repeat(1024 * 1024)}"`), false],
  ])('%s: heavy %s', ([, text, isHeavy]) => {
    let now = 0
    const parser = new BodyParser(() => now)
    parser.parse(bytes(text), () => {
      now += 10
    })
    // A hundred times as long as it took.
    now += 999
    const soon = parsed(text, parser)
    if (isHeavy)
      expect(soon).toEqual(
        new UnreadReview('7f3c-1', 'too large to be read so soon after another; apply it again'),
      )
    else expect(soon).toMatchObject({ request: {} })
    expect(parsed(reviewOf(list(10)), parser)).toMatchObject({ request: {} })
    now += 1
    expect(parsed(text, parser)).toMatchObject({ request: {} })
  })

  test('that is no JSON has taken its time as well', () => {
    let now = 0
    const parser = new BodyParser(() => now)
    const text = `${reviewOf(list(40_000))}x`
    parser.parse(bytes(text), () => {
      now += 10
    })
    expect(parsed(text, parser)).toBeInstanceOf(UnreadReview)
  })
})
