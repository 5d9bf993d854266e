import { beforeAll, describe, expect, test } from 'vitest'
import { assumedSleep, type MeasuredTerms, measuredTerms, sleepOf } from '../../src/measure/measured-sleep.ts'
import type { Report, WorkloadEntry } from '../../src/report/schema.ts'
import { playedReport } from './played.ts'

/** C, P and the floor of the last request. */
const terms = (C: number, P: number, floor: number): MeasuredTerms => ({ C, P, floor })

const sample = (max: number) => ({ n: 30, median: 1, p95: 2, max })

test('C and P apart are each rounded up; together they are P, and C is in it', () => {
  expect(
    measuredTerms({ controller: sample(1.25), propagation: sample(9.6), lastRequest: sample(10.3) }),
  ).toEqual(terms(2, 10, 11))
  expect(measuredTerms({ lastRequest: sample(10.3) })).toEqual(terms(0, 11, 11))
  expect(measuredTerms({})).toBeUndefined()
})

describe('without a report, the other terms are the defaults: R 10, D 300, J 5', () => {
  test.for<readonly [name: string, terms: MeasuredTerms, seconds: number]>([
    // The issue: 0 + (11 + 10) + 5.
    ['the issue’s example', terms(0, 11, 11), 26],
    ['apart', terms(2, 10, 11), 27],
    // 1 + (3 + 10) + 5 = 19 is less than what was seen, 20, and J.
    ['never below the last request and the margin', terms(1, 3, 20), 25],
    // 0 + (60 + 10) + 5
    ['longer than assumed', terms(0, 60, 60), 75],
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
    expect(sleepOf(web(), terms(0, 11, 11))).toEqual({
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
        terms(0, 11, 11),
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
    expect(sleepOf(both, terms(0, 11, 11))).toMatchObject({
      todaySeconds: 140,
      measuredSeconds: 140,
      heldBy: 'another target group decides its sleep: service/shop/tcp',
    })
  })

  test('a sleep and terms of the user’s own stay, and the result says so', () => {
    expect(
      sleepOf(
        withBudget(() => ({ explicitSleep: {}, sleepSeconds: 60 })),
        terms(0, 11, 11),
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
    expect(sleepOf(written, terms(0, 11, 11))?.heldBy).toMatch(/^P of its target group is set by you/)
  })

  test('of one that no ALB sends to nothing is said', () => {
    expect(
      sleepOf(
        withBudget(() => ({ perExposure: [] })),
        terms(0, 11, 11),
      ),
    ).toBeUndefined()
  })
})
