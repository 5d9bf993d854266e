import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RequestSeen } from '../../src/core/measurement/request-seen.ts'
import { runsOf } from '../depth.ts'
import { collect } from './collect.ts'
import { type Entry, LENGTHS, lineOf } from './entry.ts'

const SEED = Number(process.env['SLACKWATER_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** Many small cases: each of them is quick. */
const RUNS = runsOf(2_000)

/** A time in whole microseconds, and how AWS writes it. */
const time = fc
  .tuple(
    fc.date({ min: new Date('2016-08-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
    fc.integer({ min: 0, max: 999 }),
  )
  .map(([date, micros]) => ({
    at: date.getTime() + micros / 1000,
    text: `${date.toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`,
  }))

/** What clients send, as load balancers write it: quotes and what is not printable as `\xHH`. */
const quoted = fc
  .string({ unit: fc.constantFrom(...String.raw` "\abc=;/<>(){}[]:-_.,äß€`, '\t', '\0'), maxLength: 60 })
  .map((text) =>
    [...Buffer.from(text)]
      .map((byte) =>
        byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
          ? `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`
          : String.fromCharCode(byte),
      )
      .join(''),
  )

/** As Classic Load Balancers and some collectors write it. */
const escaped = quoted.map((text) =>
  text.replaceAll(String.raw`\x22`, String.raw`\"`).replaceAll('\\x5C', '\\\\'),
)

const port = fc.integer({ min: 1, max: 65535 })
const address = fc.oneof(
  fc.tuple(fc.ipV4(), port).map(([ip, at]) => ({ text: `${ip}:${at}`, target: `${ip}:${at}` })),
  fc.tuple(fc.integer({ min: 1, max: 0xffff }), port, fc.boolean()).map(([last, at, hasBrackets]) => {
    const [full, short] = [
      `2600:1f16:aaa:bbb:0:0:0:${last.toString(16)}`,
      `2600:1f16:aaa:bbb::${last.toString(16)}`,
    ]
    return { text: hasBrackets ? `[${full}]:${at}` : `${full}:${at}`, target: `[${short}]:${at}` }
  }),
  fc.constant({ text: '-', target: undefined }),
)

const seconds = fc.oneof(
  fc.constant('-1'),
  fc.integer({ min: 0, max: 99_999 }).map((millis) => (millis / 1000).toFixed(3)),
)

const fields = fc.record({
  type: fc.constantFrom('http', 'https', 'h2', 'grpcs'),
  time,
  created: time,
  elb: fc.constantFrom('app/a/1', 'app/my-loadbalancer/50dc6c495c0c9188'),
  client: address,
  target: address,
  times: fc.tuple(seconds, seconds, seconds),
  status: fc.integer({ min: 100, max: 599 }),
  targetStatus: fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
  request: quoted,
  userAgent: fc.oneof(quoted, escaped),
  targetGroup: fc.option(fc.constantFrom<string>('arn:aws:elasticloadbalancing:a:1:targetgroup/b/2'), {
    nil: undefined,
  }),
  trace: fc.constantFrom('-', 'Root=1-67891233-abcdef012345678912345678', 'Self=1-2;Root=1-3;CalledFrom=app'),
  length: fc.constantFrom(...LENGTHS.filter((length) => length >= 22)),
})

type Given = typeof fields extends fc.Arbitrary<infer T> ? T : never

const written = (given: Given): string => {
  const { type, elb, times, request, userAgent, trace } = given
  const entry: Entry = {
    ...{ type, elb, times, request, userAgent, trace },
    ...{ time: given.time.text, created: given.created.text },
    ...{ client: given.client.text, target: given.target.text },
    ...{ status: String(given.status), targetStatus: String(given.targetStatus ?? '-') },
    targetGroup: given.targetGroup ?? '-',
  }
  return lineOf(entry, given.length)
}

const expected = (given: Given): RequestSeen => ({
  loadBalancer: given.elb,
  ...(given.targetGroup === undefined ? {} : { targetGroup: given.targetGroup }),
  ...(given.target.target === undefined ? {} : { target: given.target.target }),
  at: expect.closeTo(given.created.at, 2),
  answered: expect.closeTo(given.time.at, 2),
  status: given.status,
  ...(given.targetStatus === undefined ? {} : { targetStatus: given.targetStatus }),
  isUndelivered: given.times[0] === '-1',
  isUnanswered: given.times[1] === '-1',
  trace: given.trace,
})

/** Of different requests: no two are answered at the same moment. */
const several = fc.uniqueArray(fields, { selector: ({ time: { at } }) => at, minLength: 1, maxLength: 12 })

const textOf = (all: readonly Given[], ending = '\n'): string =>
  all.map((one) => written(one) + ending).join('')

/** Cut anywhere, into chunks of any lengths. */
function cut(bytes: Buffer, places: readonly number[]): readonly Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length))
}

const places = fc.array(fc.nat(), { maxLength: 8 })

test('any entry is read as it was written, wherever the chunks end, packed or not', async () => {
  const property = fc.asyncProperty(
    several,
    places,
    fc.boolean(),
    fc.constantFrom('\n', '\r\n'),
    async (all, chunks, isPacked, ending) => {
      const bytes = Buffer.from(textOf(all, ending), 'latin1')
      const stdin = cut(isPacked ? gzipSync(bytes) : bytes, chunks)
      const { taken, problems, requests } = await collect(['-'], { stdin })
      expect({ problems, requests }).toEqual({ problems: [], requests: all.length })
      expect(taken).toEqual(all.map(expected))
    },
  )
  await fc.assert(property, { numRuns: RUNS, seed: SEED })
})

test('cut off anywhere, all but the last line are read, and the last is read or told', async () => {
  const property = fc.asyncProperty(several, fc.nat(), async (all, place) => {
    const text = textOf(all)
    const length = place % text.length
    const { requests, unreadable, problems } = await collect(['-'], {
      stdin: [Buffer.from(text.slice(0, length), 'latin1')],
    })
    const whole = text.slice(0, length).split('\n').length - 1
    const hasRest = !text.slice(0, length).endsWith('\n') && length > 0
    // A last line that was cut off where an older one would have ended looks like that one.
    expect(requests + unreadable + (problems.length - unreadable)).toBe(whole + (hasRest ? 1 : 0))
    expect(requests).toBeGreaterThanOrEqual(whole)
  })
  await fc.assert(property, { numRuns: RUNS, seed: SEED })
})

test('two files that overlap are as one', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'overlap-'))
  const files = [path.join(folder, 'a.log'), path.join(folder, 'b.log')]
  const property = fc.asyncProperty(several, fc.nat(), fc.nat(), async (all, first, second) => {
    const [to, from] = [first % (all.length + 1), second % (all.length + 1)]
    const parts = [all.slice(0, to), all.slice(from)]
    for (const [index, file] of files.entries()) writeFileSync(file, textOf(parts[index] ?? []), 'latin1')
    const { taken, requests, repeated } = await collect(files)
    const union = all.filter((_, index) => index < to || index >= from)
    expect({ requests, repeated }).toEqual({ requests: union.length, repeated: Math.max(0, to - from) })
    expect(taken).toEqual(union.map(expected))
  })
  try {
    await fc.assert(property, { numRuns: runsOf(500), seed: SEED })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('fields in another order are no entry', async () => {
  const property = fc.asyncProperty(fields, fc.nat(), fc.nat(), async (given, first, second) => {
    const line = written({ ...given, request: 'GET-x', userAgent: 'y', targetGroup: 'arn:x' })
    const parts = line.split(' ')
    // What has a shape of its own: swapped, neither can stand where the other does.
    const shaped = [0, 1, 2, 4, 16, 21]
    const [one = 0, other = 0] = [shaped[first % shaped.length], shaped[second % shaped.length]]
    fc.pre(one !== other && given.target.target !== undefined)
    fc.pre(![one, other].every((index) => [1, 21].includes(index)))
    const [a = '', b = ''] = [parts[one], parts[other]]
    const swapped = parts.with(one, b).with(other, a).join(' ')
    const { requests } = await collect(['-'], { stdin: [Buffer.from(swapped, 'latin1')] })
    expect(requests).toBe(0)
  })
  await fc.assert(property, { numRuns: RUNS, seed: SEED })
})

test('whatever the bytes are, nothing is thrown and every line is counted', async () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .string({ unit: fc.constantFrom(...' "\\\n\r\0-1a:{}[]'), maxLength: 300 })
      .map((text) => Buffer.from(text)),
  )
  const property = fc.asyncProperty(noise, fields, async (bytes, given) => {
    const text = Buffer.concat([Buffer.from(`${written(given)}\n`, 'latin1'), bytes])
    const { requests, unreadable, lines } = await collect(['-'], { stdin: [text] })
    expect(requests + unreadable).toBe(lines)
    expect(requests).toBe(1)
  })
  await fc.assert(property, { numRuns: RUNS, seed: SEED })
})
