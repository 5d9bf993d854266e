import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { publishedSchemas } from '../../scripts/schemas/published.ts'
import type {
  Measured,
  Measurements,
  Sample,
  Witness,
  WitnessedLoadBalancer,
  WitnessedTargetGroup,
} from '../../src/core/model/observed.ts'
import {
  readMeasurements,
  readWitness,
  writeMeasurements,
  writeWitness,
} from '../../src/kubernetes/observed-document.ts'
import { runsOf } from '../depth.ts'

const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012'
const WEB = `${ARN}:targetgroup/k8s-shop-web-0123456789/6d0ecf831eec9f09`
const ENTRY = {
  loadBalancer: 'app/k8s-shop-web-0123456789/50dc6c495c0c9188',
  targetGroup: WEB,
  from: '2026-10-01T00:00:00Z',
  to: '2026-10-31T23:59:59.5+01:00',
  lastRequest: { n: 412, median: 4.2, p95: 9.75, max: 10.6 },
}
const HEAD = { version: 1, measured: '2026-11-01T08:00:00Z', by: 'slackwater measure 1.2.3' }
const textOf = (...entries: readonly unknown[]): string => JSON.stringify({ ...HEAD, entries })

const TARGET_GROUP: WitnessedTargetGroup = {
  targetGroup: WEB,
  loadBalancers: [`${ARN}:loadbalancer/app/k8s-shop-web-0123456789/50dc6c495c0c9188`],
  targetType: 'ip',
  protocol: 'HTTP',
  attributes: { 'deregistration_delay.timeout_seconds': '30' },
}

describe('measured.json', () => {
  test('what is read: times in milliseconds, whatever the zone', () => {
    expect(readMeasurements(textOf(ENTRY))).toEqual({
      value: {
        measured: Date.UTC(2026, 10, 1, 8),
        by: 'slackwater measure 1.2.3',
        entries: [{ ...ENTRY, from: Date.UTC(2026, 9, 1), to: Date.UTC(2026, 9, 31, 22, 59, 59, 500) }],
      },
      problems: [],
    })
  })

  test('what a later version adds is left alone', () => {
    const later = { ...ENTRY, weather: 'fine', lastRequest: { ...ENTRY.lastRequest, p99: 10.1 } }
    const { value, problems } = readMeasurements(JSON.stringify({ ...HEAD, entries: [later], more: [1] }))
    expect(value?.entries).toEqual(readMeasurements(textOf(ENTRY)).value?.entries)
    expect(problems).toEqual([])
  })

  test.for<[problem: string, text: string]>([
    ['measured.json: expected JSON: ', '{'],
    ['measured.json: expected JSON: ', ''],
    ['measured.json: expected a mapping, got a list', '[]'],
    ['measured.json: expected a mapping, got null', 'null'],
    ['measured.json: expected JSON: ', `${'['.repeat(500_000)}1`],
    ['measured.json: expected a mapping, got a list', `${'['.repeat(500_000)}${']'.repeat(500_000)}`],
    [
      'measured.json: version 2 was written by a newer Slackwater; this one reads version 1',
      JSON.stringify({ ...HEAD, version: 2, entries: 'elsewhere' }),
    ],
    [
      'measured.json: version: expected the version of the format, 1, got "1"',
      JSON.stringify({ ...HEAD, version: '1', entries: [] }),
    ],
    [
      'measured.json: version: expected the version of the format, 1, got nothing',
      JSON.stringify({ ...HEAD, version: undefined, entries: [] }),
    ],
    [
      'measured.json: entries: expected a list with an entry for each target group, got a mapping',
      JSON.stringify({ ...HEAD, entries: {} }),
    ],
    [
      'measured.json: measured: expected when it was measured, a time as in RFC 3339: 2026-11-29T10:04:00Z, got "1 November"',
      JSON.stringify({ ...HEAD, measured: '1 November', entries: [] }),
    ],
    [
      'measured.json: measured: expected when it was measured, a time as in RFC 3339: 2026-11-29T10:04:00Z, got 1793520000000',
      JSON.stringify({ ...HEAD, measured: 1793520000000, entries: [] }),
    ],
  ])('%s…', ([problem, text]) => {
    const { value, problems } = readMeasurements(text)
    expect(value).toBeUndefined()
    expect(problems).toEqual([expect.stringContaining(problem)])
  })

  const sample = (part: Partial<Record<keyof Sample, unknown>>) => ({
    ...ENTRY,
    lastRequest: { ...ENTRY.lastRequest, ...part },
  })

  test.for<[problem: string, entry: unknown]>([
    [': expected what was measured of a target group or a load balancer, got null', null],
    [': expected what was measured of a target group or a load balancer, got a list', [ENTRY]],
    ['.loadBalancer: expected the load balancer as access logs name it: app/NAME/ID, got nothing', {}],
    [
      '.loadBalancer: expected the load balancer as access logs name it: app/NAME/ID, got "k8s-shop"',
      { ...ENTRY, loadBalancer: 'k8s-shop' },
    ],
    [
      '.targetGroup: expected the target group (absent: all of the load balancer together): an ARN that ends with targetgroup/NAME/ID, got "web"',
      { ...ENTRY, targetGroup: 'web' },
    ],
    [
      '.lastRequest.n: expected the number of departures, a whole number of at least 1, got 0',
      sample({ n: 0 }),
    ],
    [
      '.lastRequest.n: expected the number of departures, a whole number of at least 1, got 1e+300',
      sample({ n: 1e300 }),
    ],
    ['.lastRequest.max: expected the longest time, seconds from 0 to a day, got -1', sample({ max: -1 })],
    [
      '.lastRequest.max: expected the longest time, seconds from 0 to a day, got 100000',
      sample({ max: 1e5 }),
    ],
    [
      '.lastRequest.max: expected the longest time, seconds from 0 to a day, got "NaN"',
      sample({ max: 'NaN' }),
    ],
    ['.lastRequest.max: expected the longest time, seconds from 0 to a day, got null', sample({ max: NaN })],
    ['.lastRequest.p95: expected at least the median, 4.2, got 4', sample({ p95: 4 })],
    ['.lastRequest.max: expected at least p95, 9.75, got 9', sample({ max: 9 })],
    [
      '.to: expected a time that is not before "from", 2026-10-01T00:00:00Z, got 2026-09-30T23:59:59Z',
      { ...ENTRY, to: '2026-09-30T23:59:59Z' },
    ],
    [
      '.from: expected the first departure, a time as in RFC 3339',
      { ...ENTRY, from: '2026-02-30T00:00:00Z' },
    ],
    [
      '.from: expected the first departure, a time as in RFC 3339',
      { ...ENTRY, from: '2016-12-31T23:59:60Z' },
    ],
    [': expected one entry for arn:aws:', ENTRY],
  ])('entries[1]%s', ([problem, entry]) => {
    const other = { ...ENTRY, targetGroup: undefined }
    const { value, problems } = readMeasurements(textOf(ENTRY, entry, other))
    expect(problems).toEqual([expect.stringContaining(`measured.json: entries[1]${problem}`)])
    expect(value?.entries).toHaveLength(2)
  })

  test('a key that JavaScript knows is a key like any other', () => {
    const hostile = textOf(ENTRY).replace(
      '"version":1',
      '"version":1,"__proto__":{"version":2},"constructor":1',
    )
    expect(readMeasurements(hostile)).toEqual(readMeasurements(textOf(ENTRY)))
    const nameless = textOf(ENTRY).replace('"lastRequest":', '"__proto__":')
    expect(readMeasurements(nameless).value?.entries[0]?.lastRequest).toBeUndefined()
  })

  test('many problems: ten are told, the others counted; long values are cut', () => {
    const { value, problems } = readMeasurements(textOf(...Array(100_000).fill('x'.repeat(9)), ENTRY))
    expect(value?.entries).toHaveLength(1)
    expect(problems).toHaveLength(11)
    expect(problems.at(-1)).toBe('measured.json: 99990 further entries cannot be used')
    const long = readMeasurements(textOf({ ...ENTRY, loadBalancer: 'x'.repeat(9_999) })).problems[0] ?? ''
    expect(long.length).toBeLessThan(200)
  })

  test('what does not fit into a ConfigMap is left out and named', () => {
    const many: Measured[] = Array.from({ length: 2_000 }, (_, at) => ({
      ...{ loadBalancer: `app/web-${at}/50dc6c495c0c9188`, from: 0, to: 0 },
      lastRequest: { n: 1, median: 1, p95: 1, max: 1 },
    }))
    const { text, omitted } = writeMeasurements({ measured: 0, by: 'é', entries: many })
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(256 * 1024)
    expect(Buffer.byteLength(text)).toBeGreaterThan(255 * 1024)
    const kept = readMeasurements(text).value?.entries.length ?? 0
    expect(kept + omitted.length).toBe(2_000)
    expect(omitted.at(-1)).toBe(`app/web-${kept}/50dc6c495c0c9188`)
    expect(omitted.at(0)).toBe('app/web-1999/50dc6c495c0c9188')
  })
})

describe('aws.json', () => {
  const witness: Witness = {
    asked: Date.UTC(2026, 10, 1),
    targetGroups: [TARGET_GROUP, { ...TARGET_GROUP, targetGroup: `${WEB}1`, loadBalancers: [] }],
    loadBalancers: [
      {
        loadBalancer: `${ARN}:loadbalancer/net/edge/50dc6c495c0c9188`,
        type: 'network',
        address: 'edge-50dc6c495c0c9188.elb.eu-west-1.amazonaws.com',
        attributes: {},
      },
    ],
  }

  test('there and back', () => {
    expect(readWitness(writeWitness(witness).text)).toEqual({ value: witness, problems: [] })
  })

  test('one target group that cannot be used does not lose the others', () => {
    const document = JSON.parse(writeWitness(witness).text)
    document.targetGroups[0].attributes = { 'deregistration_delay.timeout_seconds': 30 }
    document.loadBalancers.push({ ...document.loadBalancers[0], loadBalancer: 'edge' })
    const { value, problems } = readWitness(JSON.stringify(document))
    expect(value?.targetGroups).toEqual(witness.targetGroups.slice(1))
    expect(value?.loadBalancers).toEqual(witness.loadBalancers)
    expect(problems).toEqual([
      'aws.json: targetGroups[0].attributes.deregistration_delay.timeout_seconds: expected attributes, texts by AWS’s keys, got 30',
      'aws.json: loadBalancers[1].loadBalancer: expected the load balancer: an ARN that ends with loadbalancer/app/NAME/ID, got "edge"',
    ])
  })

  test('what does not fit is left out: target groups first, and both keys stay within 1 MiB', () => {
    const targetGroups = Array.from({ length: 3_000 }, (_, at) => ({
      ...TARGET_GROUP,
      targetGroup: `${WEB}${at}`,
    }))
    const { text, omitted } = writeWitness({ ...witness, targetGroups })
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual((1024 - 256) * 1024)
    const { value } = readWitness(text)
    expect(value?.loadBalancers).toHaveLength(1)
    expect((value?.targetGroups.length ?? 0) + omitted.length).toBe(3_000)
    expect(value?.targetGroups.length).toBeGreaterThan(1_000)
  })
})

const time = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) })
const id = fc.stringMatching(/^[0-9a-f]{16}$/)
const name = fc.stringMatching(/^[A-Za-z0-9-]{1,32}$/)
const word = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
const targetGroup = fc.tuple(name, id).map(([a, b]) => `${ARN}:targetgroup/${a}/${b}`)
const sample: fc.Arbitrary<Sample> = fc
  .tuple(
    fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    fc.array(fc.double({ min: 0, max: 86_400, noNaN: true }), { minLength: 3, maxLength: 3 }),
  )
  .map(([n, times]) => {
    const [median = 0, p95 = 0, max = 0] = times.map((x) => x + 0).sort((a, b) => a - b)
    return { n, median, p95, max }
  })
const measured: fc.Arbitrary<Measured> = fc
  .record(
    {
      loadBalancer: fc.tuple(name, id).map(([a, b]) => `app/${a}/${b}`),
      targetGroup,
      from: time,
      to: time,
      lastRequest: sample,
      propagation: sample,
      controller: sample,
    },
    { requiredKeys: ['loadBalancer', 'from', 'to'] },
  )
  .map((entry) => ({ ...entry, from: Math.min(entry.from, entry.to), to: Math.max(entry.from, entry.to) }))
const measurements: fc.Arbitrary<Measurements> = fc.record({
  measured: time,
  by: word,
  entries: fc.uniqueArray(measured, {
    selector: (entry) => entry.targetGroup ?? entry.loadBalancer,
    maxLength: 5,
  }),
})
const attributes = fc.dictionary(word, fc.string()).map((all) => ({ ...all }))
const loadBalancerArn = fc.tuple(name, id).map(([a, b]) => `${ARN}:loadbalancer/net/${a}/${b}`)
const witnessed: fc.Arbitrary<Witness> = fc.record({
  asked: time,
  targetGroups: fc.uniqueArray(
    fc.record<WitnessedTargetGroup>({
      ...{ targetGroup, loadBalancers: fc.array(loadBalancerArn, { maxLength: 3 }) },
      ...{ targetType: word, protocol: fc.string({ maxLength: 9 }), attributes },
    }),
    { selector: (group) => group.targetGroup, maxLength: 5 },
  ),
  loadBalancers: fc.uniqueArray(
    fc.record<WitnessedLoadBalancer>({
      ...{ loadBalancer: loadBalancerArn, type: word, address: fc.string({ maxLength: 99 }), attributes },
    }),
    { selector: ({ loadBalancer }) => loadBalancer, maxLength: 5 },
  ),
})

/** A validator that knows nothing of ours. */
function published(document: string): (text: string) => unknown {
  const ajv = new Ajv2020({ strict: true })
  addFormats.default(ajv)
  const check = ajv.compile(JSON.parse(publishedSchemas().get(document) ?? ''))
  return (text) => (check(JSON.parse(text)) ? [] : check.errors)
}

describe('every document', () => {
  test('measurements come back as they were, and are as published', () => {
    const problems = published('observed-measured.v1.json')
    const property = fc.property(measurements, (value) => {
      const { text, omitted } = writeMeasurements(value)
      expect(readMeasurements(text)).toEqual({ value, problems: [] })
      expect(omitted).toEqual([])
      expect(problems(text)).toEqual([])
    })
    fc.assert(property, { numRuns: runsOf(200) })
  })

  test('a witness comes back as it was, and is as published', () => {
    const problems = published('observed-aws.v1.json')
    const property = fc.property(witnessed, (value) => {
      const { text, omitted } = writeWitness(value)
      expect(readWitness(text)).toEqual({ value, problems: [] })
      expect(omitted).toEqual([])
      expect(problems(text)).toEqual([])
    })
    fc.assert(property, { numRuns: runsOf(200) })
  })

  test('whatever stands there is read or refused; a time that is read is one', () => {
    const property = fc.property(fc.json({ maxDepth: 4 }), fc.string(), (json, text) => {
      for (const read of [readMeasurements, readWitness]) {
        for (const garbage of [
          json,
          text,
          JSON.stringify({ ...HEAD, asked: text, entries: JSON.parse(json) }),
        ])
          expect(read(garbage).problems.length).toBeLessThanOrEqual(11)
      }
    })
    fc.assert(property, { numRuns: runsOf(300) })
    const times = fc.property(
      fc.stringMatching(
        /^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{1,12})?(Z|[+-][0-2][0-9]:[0-6][0-9])$/,
      ),
      (measured) => {
        const { value } = readMeasurements(JSON.stringify({ ...HEAD, measured, entries: [] }))
        if (value !== undefined) expect(value.measured).toBeGreaterThan(0)
      },
    )
    fc.assert(times, { numRuns: runsOf(2_000) })
  })
})
