import { beforeAll, describe, expect, test } from 'vitest'
import { computeBudget } from '../../src/core/budget/budget.ts'
import { enoughOf, type MeasuredParts, measuredParts } from '../../src/core/budget/measured-terms.ts'
import { NO_OVERRIDES } from '../../src/core/model/overrides.ts'
import { seconds } from '../../src/core/model/seconds.ts'
import { assumedSleep, sleepOf } from '../../src/measure/measured-sleep.ts'
import type { Report, WorkloadEntry } from '../../src/report/schema.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { exposure } from '../core/exposures.ts'
import { playedReport } from './played.ts'

const sample = (max: number, n = 30) => ({ n, median: 1, p95: 2, max })

type Samples = Parameters<typeof enoughOf>[0]

/** Those of at least 20 departures. */
const partsOf = (group: Samples): MeasuredParts | undefined => measuredParts(enoughOf(group, 20))

const known = (group: Samples): MeasuredParts => {
  const parts = partsOf(group)
  if (parts === undefined) throw new Error('too few')
  return parts
}

interface Terms {
  readonly C?: number
  readonly P: number
  readonly basis: MeasuredParts['basis']
}

const ELEVEN = known({ lastRequest: sample(11) })

describe('what of a measurement is used, of at least 20 departures', () => {
  test.for<readonly [name: string, group: Samples, terms: Terms | undefined]>([
    [
      'C and P apart are each rounded up',
      { controller: sample(1.25), propagation: sample(9.6), lastRequest: sample(10.3) },
      { C: 2, P: 10, basis: 'deregistration' },
    ],
    [
      'together they are never shorter than the last request: 20 − 1',
      { controller: sample(0.9), propagation: sample(3), lastRequest: sample(19.8) },
      { C: 1, P: 19, basis: 'deregistration' },
    ],
    ['from the deletion, C is in P', { lastRequest: sample(10.3) }, { C: 0, P: 11, basis: 'deletion' }],
    [
      'too few in the controller’s log: from the deletion',
      { controller: sample(1, 19), propagation: sample(9, 19), lastRequest: sample(10.3) },
      { C: 0, P: 11, basis: 'deletion' },
    ],
    [
      'of other departures, P alone is longer than C + P: C is not in it',
      { controller: sample(1, 19), propagation: sample(23.2), lastRequest: sample(10.3) },
      { P: 24, basis: 'deregistration' },
    ],
    [
      'the controller’s log alone says nothing of C',
      { propagation: sample(9.6) },
      { P: 10, basis: 'deregistration' },
    ],
    ['too few', { lastRequest: sample(10.3, 19) }, undefined],
    ['nothing', {}, undefined],
  ])('%s', ([, group, terms]) => {
    const parts = partsOf(group)
    const found = parts && { C: parts.C, P: parts.P(seconds(parts.C ?? 0)).value, basis: parts.basis }
    expect(found).toEqual(terms)
  })

  test.for<readonly [lastRequest: number, controller: number | undefined, propagation: number | undefined]>([
    [10.3, 1.25, 9.6],
    [19.8, 0.9, 3],
    [11, undefined, undefined],
    [10.3, undefined, 23.2],
    [23.5, undefined, 23.2],
    [23.1, undefined, 23.2],
    [24, 30, 23.2],
    [24, 3, undefined],
    [31.2, 6.5, 24.7],
    // 1 + (13 + 10) + 5 = 29: not 26, which C 1 and P 10 alone would give.
    [14, 1, 10],
  ])('the resolver takes the same terms: %s', ([last, c, p]) => {
    const group = {
      lastRequest: sample(last),
      ...(c === undefined ? {} : { controller: sample(c) }),
      ...(p === undefined ? {} : { propagation: sample(p) }),
    }
    const measured = [
      {
        ...{ loadBalancer: 'app/a/1', from: 0, to: 0, ...group },
        ...{ measuredAt: '', by: '', object: { kind: 'ConfigMap', namespace: '', name: '' } },
      },
    ]
    const one = exposure()
    const budget = computeBudget({
      exposures: [{ ...one, evidence: { ...one.evidence, measured } }],
      settings: DEFAULT_SETTINGS,
      overrides: NO_OVERRIDES,
      pod: { containers: [{ name: 'app', isProxy: false }], sidecarHook: seconds(0), grace: undefined },
      spot: false,
    })
    const parts = known(group)
    const { C, P } = budget.decidedBy.terms
    expect([C.value, P.value]).toEqual([parts.C ?? 5, parts.P(seconds(parts.C ?? 5)).value])
    expect(assumedSleep(parts).measuredSeconds).toBe(budget.sleep)
  })
})

describe('without a report, the other terms are the defaults: C 5, R 10, D 300, J 5', () => {
  test.for<readonly [name: string, measured: MeasuredParts, seconds: number]>([
    // The issue: 0 + (11 + 10) + 5.
    ['the issue’s example', ELEVEN, 26],
    ['apart', known({ controller: sample(2), propagation: sample(10) }), 27],
    // C stays 5: 5 + (10 + 10) + 5.
    ['the controller’s log alone', known({ propagation: sample(10) }), 30],
    // 0 + (60 + 10) + 5
    ['longer than assumed', known({ lastRequest: sample(60) }), 75],
  ])('%s', ([, measured, seconds]) => {
    expect(assumedSleep(measured)).toMatchObject({
      todaySeconds: 45,
      measuredSeconds: seconds,
      assumed: true,
    })
  })
})

describe('of a workload in a report', () => {
  let report: Report
  beforeAll(async () => {
    report = await playedReport()
  })
  const web = (): WorkloadEntry => {
    const entry = report.workloads.find(({ name }) => name === 'web')
    if (entry === undefined) throw new Error('no workload web')
    return entry
  }
  /** The workload with another budget. */
  const withBudget = (change: (budget: NonNullable<WorkloadEntry['budget']>) => object): WorkloadEntry => {
    const { budget, ...entry } = web()
    if (budget === undefined) throw new Error('no budget')
    return { ...entry, budget: { ...budget, ...change(budget) } } as WorkloadEntry
  }

  test('today’s is its budget, and the formula is shown with both numbers', () => {
    expect(sleepOf(web(), ELEVEN)).toEqual({
      todaySeconds: 45,
      measuredSeconds: 26,
      todayFormula: '5 + max(25, min(300, 25 + 10)) + 5',
      measuredFormula: '0 + max(11, min(300, 11 + 10)) + 5',
      workload: { kind: 'Deployment', namespace: 'team-000', name: 'web' },
      assumed: false,
    })
  })

  test('an application that drains by itself waits for R after SIGTERM: 0 + 11 + 5', () => {
    expect(
      sleepOf(
        withBudget(() => ({ graceful: true })),
        ELEVEN,
      )?.measuredSeconds,
    ).toBe(16)
  })

  test('an NLB that sends to it as well keeps its own sleep, 5 + 120 + 10 + 5, and is named', () => {
    const both = withBudget(({ perExposure: [alb] }) => ({
      sleepSeconds: 140,
      perExposure: [
        alb,
        {
          ...alb,
          exposure: 'service/shop/tcp',
          row: 'nlb-ip',
          terms: { ...alb?.terms, P: { ...alb?.terms['P'], value: 120 } },
        },
      ],
    }))
    expect(sleepOf(both, ELEVEN)).toMatchObject({
      todaySeconds: 140,
      measuredSeconds: 140,
      heldBy: 'another target group decides its sleep: service/shop/tcp',
    })
  })

  test('of C nothing stays of an earlier measurement, which this one replaces: 5 + (10 + 10) + 5', () => {
    const before = withBudget(({ perExposure: [alb] }) => ({
      sleepSeconds: 26,
      perExposure: [
        {
          ...alb,
          terms: {
            ...alb?.terms,
            C: {
              value: 0,
              origin: { rank: 'observed', source: { kind: 'derived', text: 'included in P' } },
              alternatives: [alb?.terms['C']],
            },
            P: { value: 11, origin: { rank: 'observed', source: { kind: 'measured' } }, alternatives: [] },
          },
        },
      ],
    }))
    expect(sleepOf(before, known({ propagation: sample(10) }))).toMatchObject({
      todayFormula: '0 + max(11, min(300, 11 + 10)) + 5',
      measuredFormula: '5 + max(10, min(300, 10 + 10)) + 5',
    })
  })

  /** Such as a public one and an internal one, of which only the public one writes logs. */
  describe('behind two ALBs', () => {
    const [PUBLIC, SECOND, INTERNAL] = ['public → a/web:80', 'public → a/web:81', 'internal → a/web:80']
    /** The workload with two target groups: of the first is the measurement. */
    const behind = (second: string): WorkloadEntry => {
      const entry = withBudget(({ perExposure: [alb] }) => ({
        perExposure: [PUBLIC, second].map((exposure) => ({ ...alb, exposure })),
      }))
      const [one] = entry.exposures
      const exposures = [PUBLIC, second].map((id) => ({ ...one, id, targetGroup: `arn:${id}` }))
      return { ...entry, exposures } as WorkloadEntry
    }
    const TWELVE = known({ lastRequest: sample(12) })
    const others = (second: string, parts?: { own?: MeasuredParts; balancer?: MeasuredParts }) => ({
      targetGroups: [`arn:${PUBLIC}`],
      partsOf: (arn: string) => (arn === `arn:${PUBLIC}` ? { own: ELEVEN, balancer: TWELVE } : parts),
      workload: behind(second),
    })

    test.for<readonly [name: string, second: string, own: number | undefined, seconds: number]>([
      // 5 + (25 + 10) + 5
      ['the other one keeps its own sleep where nothing was measured of it', INTERNAL, undefined, 45],
      // 0 + (17 + 10) + 5
      ['each has its own measurement', INTERNAL, 17, 32],
      // 0 + (12 + 10) + 5
      ['a second target group of the same one has that of the load balancer', SECOND, undefined, 27],
    ])('%s', ([, second, own, seconds]) => {
      const parts = own === undefined ? undefined : { own: known({ lastRequest: sample(own) }) }
      const { workload, ...rest } = others(second, parts)
      const found = sleepOf(workload, ELEVEN, rest)
      expect(found).toMatchObject({ todaySeconds: 45, measuredSeconds: seconds })
      expect(found?.heldBy).toBe(
        seconds === 45 ? `another target group decides its sleep: ${INTERNAL}` : undefined,
      )
    })

    test('a report whose target groups were others: the same for each, as no log names them', () => {
      const { workload } = others(INTERNAL)
      const rest = { targetGroups: ['arn:of last month'], partsOf: () => undefined }
      expect(sleepOf(workload, ELEVEN, rest)?.measuredSeconds).toBe(26)
    })
  })

  test('a sleep and terms of the user’s own stay, and the result says so', () => {
    expect(
      sleepOf(
        withBudget(() => ({ explicitSleep: {}, sleepSeconds: 60 })),
        ELEVEN,
      ),
    ).toMatchObject({
      todaySeconds: 60,
      measuredSeconds: 60,
      heldBy: 'its sleep is set with an annotation',
    })
    const written = withBudget(({ perExposure: [alb] }) => ({
      perExposure: [
        {
          ...alb,
          terms: { ...alb?.terms, P: { ...alb?.terms['P'], value: 30, origin: { rank: 'explicit' } } },
        },
      ],
    }))
    // C is in the measured P alone: 5 + (30 + 10) + 5.
    expect(sleepOf(written, ELEVEN)).toMatchObject({
      measuredSeconds: 50,
      heldBy: expect.stringMatching(/^P of its target group is set by you/),
    })
  })

  test('a C of the user’s own comes on top, as it is not the one in the time that was measured: 3 + (11 + 10) + 5', () => {
    const written = withBudget(({ perExposure: [alb] }) => ({
      perExposure: [
        {
          ...alb,
          terms: { ...alb?.terms, C: { ...alb?.terms['C'], value: 3, origin: { rank: 'explicit' } } },
        },
      ],
    }))
    const found = sleepOf(written, ELEVEN)
    expect(found?.measuredFormula).toBe('3 + max(11, min(300, 11 + 10)) + 5')
    expect(found).toMatchObject({ measuredSeconds: 29 })
    expect(found?.heldBy).toBeUndefined()
  })

  test('of one that no ALB sends to nothing is said', () => {
    expect(
      sleepOf(
        withBudget(() => ({ perExposure: [] })),
        ELEVEN,
      ),
    ).toBeUndefined()
  })
})
