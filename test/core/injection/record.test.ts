import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type InjectionRecord, parseRecord, printRecord } from '../../../src/core/injection/record.ts'
import { type Seconds, seconds } from '../../../src/core/model/seconds.ts'

const s = seconds

const bare: InjectionRecord = {
  form: 'sleep',
  sleep: new Map([['app', s(45)]]),
  probes: new Map(),
  lifecycles: new Set(),
  annotations: false,
}

describe('the text is stable JSON without version or date, keys in one order', () => {
  test.for<[string, InjectionRecord, string]>([
    ['the least', bare, '{"sleep":{"app":45}}'],
    [
      'a grace that was absent',
      { ...bare, grace: { before: null, after: s(75) } },
      '{"grace":{"before":null,"after":75},"sleep":{"app":45}}',
    ],
    [
      'everything',
      {
        grace: { before: s(60), after: s(105) },
        form: 'exec',
        sleep: new Map([
          ['web', s(45)],
          ['app', s(45)],
        ]),
        probes: new Map([['app', { livenessProbe: s(60), startupProbe: s(60) }]]),
        lifecycles: new Set(['web']),
        annotations: true,
      },
      '{"grace":{"before":60,"after":105},"form":"exec","sleep":{"web":45,"app":45},' +
        '"probes":{"app":{"livenessProbe":60,"startupProbe":60}},' +
        '"created":{"annotations":true,"lifecycle":["web"]}}',
    ],
    [
      'parents that we created, one kind of them',
      { ...bare, annotations: true },
      '{"sleep":{"app":45},"created":{"annotations":true,"lifecycle":[]}}',
    ],
  ])('%s', ([, record, text]) => {
    expect(printRecord(record)).toBe(text)
    expect(parseRecord(text)).toEqual(record)
  })
})

const time: fc.Arbitrary<Seconds> = fc.nat(86_400).map(seconds)
const name = fc.constantFrom('app', 'web', '0', '1', 'a-b', '__proto__', 'constructor')
const mapOf = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<ReadonlyMap<string, T>> =>
  fc.array(fc.tuple(name, item), { maxLength: 4 }).map((entries) => new Map(entries))

const anyRecord: fc.Arbitrary<InjectionRecord> = fc
  .record({
    grace: fc.option(fc.record({ before: fc.option(time), after: time }), { nil: undefined }),
    form: fc.constantFrom('sleep' as const, 'exec' as const),
    sleep: mapOf(time),
    probes: mapOf(fc.record({ livenessProbe: time, startupProbe: time }, { requiredKeys: [] })),
    lifecycles: fc.uniqueArray(name).map((names) => new Set(names)),
    annotations: fc.boolean(),
  })
  .map(({ grace, ...rest }) => ({ ...rest, ...(grace === undefined ? {} : { grace }) }))

test('what is printed reads back, and prints the same again', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const text = printRecord(record)
      const read = parseRecord(text)
      expect(read).toEqual(record)
      expect(read === undefined ? '' : printRecord(read)).toBe(text)
    }),
  )
})

describe('what we would not have written is no record of ours', () => {
  test.for([
    '',
    'no record at all',
    '{',
    'null',
    '[]',
    '45',
    '"{}"',
    '{}',
    '{"sleep":null}',
    '{"sleep":[]}',
    '{"sleep":{"app":"45"}}',
    '{"sleep":{"app":-1}}',
    '{"sleep":{"app":4.5}}',
    '{"sleep":{"app":null}}',
    '{"sleep":{},"grace":null}',
    '{"sleep":{},"grace":75}',
    '{"sleep":{},"grace":{"after":75}}',
    '{"sleep":{},"grace":{"before":30}}',
    '{"sleep":{},"grace":{"before":"30","after":75}}',
    '{"sleep":{},"form":"httpGet"}',
    '{"sleep":{},"probes":[]}',
    '{"sleep":{},"probes":{"app":30}}',
    '{"sleep":{},"probes":{"app":{"readinessProbe":30}}}',
    '{"sleep":{},"probes":{"app":{"livenessProbe":"30"}}}',
    '{"sleep":{},"created":true}',
    '{"sleep":{},"created":{"annotations":true}}',
    '{"sleep":{},"created":{"annotations":true,"lifecycle":[1]}}',
  ])('%s', (text) => {
    expect(parseRecord(text)).toBeUndefined()
  })

  test('and no text makes the reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => parseRecord(text)).not.toThrow()
      }),
    )
  })
})
