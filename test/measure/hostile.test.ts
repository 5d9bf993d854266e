import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { lbcEventIn } from '../../src/measure/lbc-line.ts'
import { growthOf, TOO_FAST } from '../hostile/growth.ts'
import { collect, collectText, readLbcText } from './collect.ts'
import { HEALTHY, lineOf } from './entry.ts'

/** Logs that nobody would write but to do harm: the cost is that of reading, and the lines around them count. */

const good = `${lineOf(HEALTHY)}\n`
const other = `${lineOf({ ...HEALTHY, client: '192.0.2.1:1' })}\n`

describe('between two good lines', () => {
  test.for<readonly [what: string, line: string]>([
    ['NUL bytes', '\0'.repeat(10_000)],
    ['10,000 quotes', '"'.repeat(10_000)],
    ['10,000 quotes and spaces', '" '.repeat(10_000)],
    ['10,000 backslashes before a quote', `"${'\\'.repeat(10_000)}" `],
    ['10,000 fields', 'x '.repeat(10_000)],
    ['spaces', ' '.repeat(10_000)],
    ['a line of a mebibyte', 'x'.repeat(2 ** 20)],
    ['an entry with a user agent of a mebibyte', lineOf({ ...HEALTHY, userAgent: 'x'.repeat(2 ** 20) })],
    ['a number without end', lineOf({ ...HEALTHY, status: '9'.repeat(50), times: ['x', '0', '0'] })],
  ])('%s', async ([, line]) => {
    const { requests, unreadable, problems } = await collectText(`${good}${line}\n${other}`)
    expect({ requests, unreadable }).toEqual({ requests: 2, unreadable: 1 })
    expect(problems).toHaveLength(1)
    expect(problems[0]?.line).toBe(2)
    expect(problems[0]?.message.length).toBeLessThan(300)
  })

  test('an entry whose status no computer can count', async () => {
    const { taken } = await collectText(lineOf({ ...HEALTHY, status: '9'.repeat(400), trace: 'y' }))
    expect(taken).toHaveLength(1)
  })
})

test('100 MB without an end of line are one line that is too long, in the memory of a line', async () => {
  const chunk = Buffer.alloc(2 ** 20, 'x')
  const stdin = [Buffer.from(good), ...Array.from({ length: 100 }, () => chunk)]
  const { requests, unreadable, problems } = await collect(['-'], { stdin })
  expect({ requests, unreadable }).toEqual({ requests: 1, unreadable: 1 })
  expect(problems[0]?.message).toBe('longer than 256 KiB, expected an entry of an access log')
})

test('a small file that unpacks to much is read in pieces', async () => {
  const bomb = gzipSync(Buffer.alloc(16 * 2 ** 20))
  const { bytes, problems } = await collect(['-'], { stdin: [bomb] })
  expect(bytes).toBe(16 * 2 ** 20)
  expect(problems).toHaveLength(1)
})

/** A text of a size, and what is read of it. */
const SHAPES: readonly (readonly [what: string, make: (size: number) => string])[] = [
  ['entries', (size) => good.repeat(size / good.length)],
  ['quotes', (size) => '"'.repeat(size)],
  ['quotes and backslashes', (size) => '\\"'.repeat(size / 2)],
  ['opened and never closed', (size) => '"a'.repeat(size / 2)],
  ['digits', (size) => '1'.repeat(size)],
  ['lines of one byte', (size) => 'x\n'.repeat(size / 2)],
  [
    'a user agent that ends as no other does',
    (size) => lineOf({ ...HEALTHY, userAgent: '\\" '.repeat(size / 3) }),
  ],
]

test.for(SHAPES)('%s take time that grows as they do', async ([, make]) => {
  const { factor, measured } = await growthOf((size) => {
    const text = make(size)
    return () => collectText(text, { wants: () => false })
  }, 2 ** 22)
  expect(factor, measured).toBeLessThan(TOO_FAST)
})

const LBC = '{"ts":1,"msg":"deRegistering targets","arn":"arn:a","targets":['
test.for<readonly [what: string, make: (size: number) => string]>([
  ['braces', (size) => `${'{'.repeat(size)}registering targets`],
  ['wrappings', (size) => `${'{"log":'.repeat(size / 7)}"registering targets"${'}'.repeat(size / 7)}`],
  ['lists', (size) => `${LBC}${'['.repeat(size / 2)}${']'.repeat(size / 2)}]}`],
  ['times before it', (size) => `${'2026-01-01T00:00:00Z '.repeat(size / 21)}${LBC}]}`],
  ['targets', (size) => `${LBC}${'{"Id":"10.0.0.1","Port":1},'.repeat(size / 27)}{}]}`],
])('a line of the controller with %s takes time that grows as it does', async ([, make]) => {
  const { factor, measured } = await growthOf((size) => {
    const text = make(size)
    return () => lbcEventIn(text)
    // Longer than any line that is read: of a shorter one a clock that ticks in milliseconds says nothing.
  }, 2 ** 23)
  expect(factor, measured).toBeLessThan(TOO_FAST)
})

test('lines of the controller that nest as deep as they are long are told, and the next is read', async () => {
  const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)},"log":"registering targets"}`
  const wrapped = `${'{"log":'.repeat(20_000)}"registering targets"${'}'.repeat(20_000)}`
  const fine = `${LBC}{"Id":"10.0.0.1","Port":80}]}`
  const { targets, unreadable } = await readLbcText([deep, wrapped, fine].join('\n'))
  expect({ left: targets.length, unreadable }).toEqual({ left: 1, unreadable: 2 })
})
