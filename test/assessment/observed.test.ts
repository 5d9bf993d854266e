import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aftermathOf } from '../../src/assessment/aftermath.ts'
import type { MeasuredExposure } from '../../src/core/model/exposure.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { exposure } from '../core/exposures.ts'
import { runsOf } from '../depth.ts'
import { containersOf, defaulted, type JsonObject, member, objectAt, patched, refusal } from './api-server.ts'
import { template, world } from './arbitrary.ts'
import { admitted, assessed, deployment, type World } from './world.ts'

/**
 * What was observed takes effect with the next change that a user makes to a template, and never starts a rollout. With
 * the defaults an ALB with ip targets needs S 45 (5 + 35 + 5) and G 75; last requests within 11 s make it S 26
 * (0 + 21 + 5) and G 56.
 */

const measuredAs = (max: number, n = 412): MeasuredExposure => ({
  loadBalancer: 'app/web/50dc6c495c0c9188',
  ...{ from: 0, to: 0, measuredAt: '2026-11-01T00:00:00.000Z', by: 'slackwater measure 1.2.3' },
  object: { kind: 'ConfigMap', namespace: 'slackwater-system', name: 'slackwater-observed' },
  lastRequest: { n, median: 1, p95: max, max },
})

const where = (...exposures: World['exposures']): World => ({ exposures, settings: DEFAULT_SETTINGS })
const assumed = where(exposure())
const measured = where(exposure({ measured: [measuredAs(10.6)] }))

const plain = (image = 'web:1', annotations?: JsonObject): JsonObject => ({
  metadata: { labels: { app: 'web' }, ...(annotations === undefined ? {} : { annotations }) },
  spec: { terminationGracePeriodSeconds: 30, containers: [{ name: 'app', image }] },
})

/** The stored template, with another image: `kubectl set image`, which sends what is stored. */
const withImage = (stored: JsonObject, image = 'web:2'): JsonObject => {
  const copy = structuredClone(stored)
  for (const container of containersOf(copy)) container['image'] = image
  return copy
}

const sleepIn = (pod: unknown): unknown =>
  member(containersOf(pod)[0], 'lifecycle', 'preStop', 'sleep', 'seconds')
const graceIn = (pod: unknown): unknown => member(pod, 'spec', 'terminationGracePeriodSeconds')
const numbersOf = (pod: unknown) => [sleepIn(pod), graceIn(pod)]

const operations = (requested: JsonObject, stored: JsonObject, world: World) =>
  assessed('workload', { raw: deployment(requested), stored: deployment(stored) }, world).operations

const stored = defaulted(admitted(plain(), assumed))

test('before: what the defaults ask for', () => expect(numbersOf(stored)).toEqual([45, 75]))

describe('a measurement arrives', () => {
  test('a template that does not change is left alone', () => {
    expect(operations(stored, stored, measured)).toEqual([])
  })

  test('a request that only drops our work gets back what is stored', () => {
    expect(numbersOf(admitted(plain(), measured, stored))).toEqual([45, 75])
  })

  test.for<[string, JsonObject]>([
    ['kubectl set image', withImage(stored)],
    ['a replace from Git', plain('web:2')],
  ])('%s: the change lowers both, and asked again nothing changes', ([, requested]) => {
    const next = admitted(requested, measured, stored)
    expect(numbersOf(next)).toEqual([26, 56])
    // Reinvocation: the stored template is still the old one.
    expect(operations(next, stored, measured)).toEqual([])
    // The next update of anything else.
    expect(operations(defaulted(next), defaulted(next), measured)).toEqual([])
  })

  test('a new workload gets it at once', () => {
    expect(numbersOf(admitted(plain(), measured))).toEqual([26, 56])
  })

  test('a longer time than assumed raises what is recorded, with a change only', () => {
    // 0 + (40 + 10) + 5
    const slow = where(exposure({ measured: [measuredAs(40)] }))
    expect(operations(stored, stored, slow)).toEqual([])
    expect(numbersOf(admitted(withImage(stored), slow, stored))).toEqual([55, 85])
  })

  test('a Pod keeps what its template gave it', () => {
    const pod = {
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: {
        ...{ name: 'web-1', namespace: 'shop' },
        ...objectAt(stored, 'metadata'),
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: '1', controller: true },
        ],
      },
      spec: objectAt(stored, 'spec'),
    }
    expect(assessed('pod', { raw: pod }, measured).operations).toEqual([])
  })

  test('a workload that is created with our record, as from a backup, keeps what is recorded until its next change', () => {
    expect(numbersOf(admitted(stored, measured))).toEqual([45, 75])
  })

  test('what is not used lowers nothing', () => {
    const thin = where(exposure({ measured: [measuredAs(10.6, 19)] }))
    expect(numbersOf(admitted(withImage(stored), thin, stored))).toEqual([45, 75])
  })
})

describe('a replica that does not know the ConfigMap yet', () => {
  const lowered = defaulted(admitted(withImage(stored), measured, stored))

  test('changes nothing in a template that does not change', () => {
    expect(operations(lowered, lowered, assumed)).toEqual([])
  })

  test('asked again for the same request it answers with the longer time: safe, and once', () => {
    expect(numbersOf(admitted(lowered, assumed, stored))).toEqual([45, 75])
  })

  test('so does the next change once the measurement is gone or expired', () => {
    expect(numbersOf(admitted(withImage(lowered, 'web:3'), assumed, lowered))).toEqual([45, 75])
  })
})

describe('only as far as what is seen explains it', () => {
  test('a target group that is not seen at the moment keeps its sleep', () => {
    const both = where(exposure(), exposure({ name: 'edge', loadBalancer: 'nlb' }))
    const before = defaulted(admitted(plain(), both))
    expect(numbersOf(before)).toEqual([140, 170])
    expect(numbersOf(admitted(withImage(before), measured, before))).toEqual([140, 170])
  })

  test('another target group that was not measured keeps its sleep', () => {
    const other = where(exposure({ measured: [measuredAs(10.6)] }), exposure({ name: 'other' }))
    expect(numbersOf(admitted(withImage(stored), other, stored))).toEqual([45, 75])
  })

  test('a grace period that was raised for the application stays', () => {
    const annotations = { 'slackwater.dev/shutdown-seconds': '60' }
    const before = defaulted(admitted(plain('web:1', annotations), assumed))
    expect(numbersOf(before)).toEqual([45, 105])
    const without = withImage(before)
    delete objectAt(without, 'metadata', 'annotations')['slackwater.dev/shutdown-seconds']
    expect(numbersOf(admitted(without, measured, before))).toEqual([26, 105])
  })

  test('no sleep of the user is left above the grace period', () => {
    const before = withImage(stored)
    const containers = [
      ...containersOf(before),
      { name: 'log', lifecycle: { preStop: { sleep: { seconds: 70 } } } },
    ]
    objectAt(before, 'spec')['containers'] = containers
    const next = admitted(before, measured, stored)
    // 70 + 10 for what the log shipper had after its hook is never below the sleep that the API server measures.
    expect(refusal(defaulted(next))).toBeUndefined()
    expect(sleepIn(next)).toBe(26)
    expect(Number(graceIn(next))).toBeGreaterThanOrEqual(70)
  })
})

/** The same world, with all that can be measured of it; and without the terms that tests usually state. */
const times = fc.record({ max: fc.integer({ min: 0, max: 60 }), n: fc.constantFrom(5, 412) })
const measuredWorld = (one: World, { max, n }: { readonly max: number; readonly n: number }): World => ({
  settings: { ...one.settings, terms: {} },
  exposures: one.exposures.map((it) => ({
    ...it,
    evidence: { ...it.evidence, measured: [measuredAs(max, n)] },
  })),
})

test('whatever is measured, and in whatever order it is known: valid, idempotent, and no rollout of its own', () => {
  const property = fc.property(template, world, times, times, (original, seen, one, other) => {
    const worlds = [
      { ...seen, settings: { ...seen.settings, terms: {} } },
      measuredWorld(seen, one),
      measuredWorld(seen, other),
    ]
    let now = defaulted(admitted(original, worlds[0] ?? seen))
    for (const [index, world] of [...worlds, ...worlds.slice(0, 1)].entries()) {
      expect(operations(now, now, world)).toEqual([])
      const requested = withImage(now, `web:${index + 2}`)
      const next = admitted(requested, world, now)
      expect(refusal(defaulted(next))).toBeUndefined()
      const again = patched(deployment(next), operations(next, now, world))
      expect(again).toEqual(deployment(next))
      now = defaulted(next)
    }
  })
  fc.assert(property, { numRuns: runsOf(300) })
})

test('until then the finding says what will lower it, without a line to paste', () => {
  const inventory = {
    exposuresOf: () => ({ exposures: measured.exposures }),
    namespace: () => undefined,
    workload: () => undefined,
    autoscaled: () => undefined,
  }
  const findingsOf = (pod: JsonObject, world: World) =>
    aftermathOf(
      assessed('workload', { raw: deployment(pod) }, world),
      { ...inventory, exposuresOf: () => ({ exposures: world.exposures }) },
      deployment(pod),
    ).findings.filter(({ id }) => id === 'sleep-longer-than-needed')
  expect(findingsOf(stored, measured)).toMatchObject([
    { message: 'preStop of app sleeps 45 s, 26 s is enough: the next change of the template lowers it' },
  ])
  expect(findingsOf(stored, measured)[0]?.paste).toBeUndefined()
  expect(findingsOf(stored, assumed)).toEqual([])
  // 140 s have another cause: only a value that somebody states lowers them.
  const nlb = defaulted(admitted(plain(), where(exposure({ name: 'edge', loadBalancer: 'nlb' }))))
  expect(findingsOf(nlb, measured)).toMatchObject([
    {
      message: 'preStop of app sleeps 140 s, 26 s is enough',
      paste: expect.stringContaining('sleep-seconds'),
    },
  ])
})
