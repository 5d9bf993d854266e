import { describe, expect, test } from 'vitest'
import { type Budget, computeBudget } from '../../src/core/budget/budget.ts'
import type { Exposure, MeasuredExposure } from '../../src/core/model/exposure.ts'
import type { Sample } from '../../src/core/model/observed.ts'
import { NO_OVERRIDES } from '../../src/core/model/overrides.ts'
import { observed } from '../../src/core/model/resolved.ts'
import { type Seconds, seconds } from '../../src/core/model/seconds.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { exposure } from './exposures.ts'

const OBJECT = { kind: 'ConfigMap', namespace: 'slackwater-system', name: 'slackwater-observed' }
const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/6d0ecf831eec9f09'

const sample = (max: number, n = 412): Sample => ({ n, median: max / 2, p95: max, max })

const entry = (parts: Partial<MeasuredExposure>): MeasuredExposure => ({
  loadBalancer: 'app/web/50dc6c495c0c9188',
  ...{ from: Date.UTC(2026, 9, 1), to: Date.UTC(2026, 9, 31) },
  ...{ measuredAt: '2026-11-01T00:00:00.000Z', by: 'slackwater measure 1.2.3', object: OBJECT },
  ...parts,
})

interface Asked {
  readonly measured: readonly MeasuredExposure[]
  readonly settings?: Partial<Settings>
  readonly shape?: Parameters<typeof exposure>[0]
  readonly graceful?: boolean
}

/** With the defaults of the installation: C 5, P 25, R 10, J 5, A 30. */
const budgetOf = ({ measured, settings = {}, shape = {}, graceful = false }: Asked): Budget =>
  computeBudget({
    exposures: [exposure({ ...shape, measured })],
    settings: { ...DEFAULT_SETTINGS, ...settings },
    overrides: { ...NO_OVERRIDES, graceful },
    pod: { containers: [{ name: 'app', isProxy: false }], sidecarHook: seconds(0), grace: undefined },
    spot: false,
  })

const told = (budget: Budget) => {
  const { C, P } = budget.decidedBy.terms
  const of = ({ value, origin }: typeof C) => `${value} ${origin.rank} ${origin.source.kind}`
  return { S: budget.sleep, G: budget.grace, C: of(C), P: of(P) }
}

describe('S from what was measured', () => {
  test('only from the deletion on: P is that, and C is in it', () => {
    // Issue 19: 0 + (11 + 10) + 5 = 26 instead of 5 + 35 + 5 = 45; G 26 + 30.
    const budget = budgetOf({ measured: [entry({ lastRequest: sample(10.6) })] })
    expect(told(budget)).toEqual({ S: 26, G: 56, C: '0 observed derived', P: '11 observed measured' })
    expect(budget.decidedBy.terms.C.origin.source).toEqual({
      kind: 'derived',
      text: 'included in P, measured from the deletion',
    })
    expect(budget.decidedBy.terms.P.origin.source).toEqual({
      kind: 'measured',
      what: 'lastRequest',
      resource: 'app/web/50dc6c495c0c9188',
      n: 412,
      max: 10.6,
      until: '2026-10-31T00:00:00.000Z',
      measured: '2026-11-01T00:00:00.000Z',
      by: 'slackwater measure 1.2.3',
      object: OBJECT,
    })
  })

  test('C and P apart, each rounded up', () => {
    // 2 + (10 + 10) + 5
    const apart = { lastRequest: sample(10.6), controller: sample(1.2), propagation: sample(9.4) }
    expect(told(budgetOf({ measured: [entry(apart)] }))).toMatchObject({
      ...{ S: 27, C: '2 observed measured', P: '10 observed measured' },
    })
  })

  test('together never shorter than the longest time from a deletion to the last request', () => {
    // C 1 and P 3 would be 4; 17 was seen: P 16. 1 + (16 + 10) + 5
    const apart = { lastRequest: sample(16.2), controller: sample(0.4), propagation: sample(3) }
    expect(told(budgetOf({ measured: [entry(apart)] }))).toMatchObject({ S: 32, P: '16 observed measured' })
  })

  test('a time that is longer than the default raises S', () => {
    // 0 + (40 + 10) + 5
    expect(budgetOf({ measured: [entry({ lastRequest: sample(40) })] }).sleep).toBe(55)
  })

  test('P alone, without what shows C: the default of C counts', () => {
    // 5 + (8 + 10) + 5
    expect(told(budgetOf({ measured: [entry({ propagation: sample(7.5) })] }))).toMatchObject({
      ...{ S: 28, C: '5 assumed default' },
    })
  })

  test('of other departures, P alone is longer than C + P: C is not in it', () => {
    // The default of C counts: 5 + (24 + 10) + 5. 24 s from the deregistration on were seen.
    const measured = [
      entry({ lastRequest: sample(10.6, 30), propagation: sample(23.2), controller: sample(1, 5) }),
    ]
    const budget = budgetOf({ measured })
    expect(told(budget)).toMatchObject({ S: 44, C: '5 assumed default', P: '24 observed measured' })
    expect(budget.decidedBy.terms.P.origin.source).toMatchObject({ what: 'propagation', max: 23.2 })
    // As long as C + P: C is in it. 0 + (24 + 10) + 5
    const same = [entry({ lastRequest: sample(23.5, 30), propagation: sample(23.2) })]
    expect(told(budgetOf({ measured: same }))).toMatchObject({ S: 39, C: '0 observed derived' })
  })

  test('of several target groups that may be meant, the longest; the origin is what decided', () => {
    const other = ARN.replace('web', 'cart')
    const several = [
      entry({ targetGroup: ARN, controller: sample(9), propagation: sample(10) }),
      entry({ targetGroup: other, lastRequest: sample(15) }),
    ]
    // 9 + (10 + 10) + 5, in either order
    expect(budgetOf({ measured: several }).sleep).toBe(34)
    expect(budgetOf({ measured: several.toReversed() }).sleep).toBe(34)
  })

  test('a graceful application: R comes after SIGTERM', () => {
    // 0 + 11 + 5, and 16 + 30
    expect(budgetOf({ measured: [entry({ lastRequest: sample(10.6) })], graceful: true })).toMatchObject({
      ...{ sleep: 16, grace: 46 },
    })
  })

  test('a short delay cuts R, never P', () => {
    // 0 + max(11, min(5, 21)) + 5: the longest time that was seen, and the margin.
    const measured = [entry({ lastRequest: sample(10.6) })]
    expect(budgetOf({ measured, shape: { delay: 5 } }).sleep).toBe(16)
  })
})

describe('what is not used', () => {
  const own = entry({ targetGroup: ARN, lastRequest: sample(7, 19) })
  const whole = entry({ lastRequest: sample(10.6) })
  const used = ({ decidedBy: { terms } }: Budget) => [
    terms.P.value,
    ...terms.P.alternatives.map(({ value, origin }) => [value, origin.unused]),
  ]

  test('a time of too few departures beside one of enough is shown if it is longer', () => {
    const few = entry({ lastRequest: sample(39.2, 19), propagation: sample(10.6) })
    // 5 + (11 + 10) + 5: 19 departures do not count, and 40 s are not hidden either.
    expect(budgetOf({ measured: [few] }).sleep).toBe(31)
    const why = 'fewer departures than observed.minimumDepartures, 20'
    expect(used(budgetOf({ measured: [few] }))).toEqual([11, [25, undefined], [40, why]])
    const shorter = entry({ lastRequest: sample(15.2, 19), propagation: sample(10.6) })
    expect(used(budgetOf({ measured: [shorter] }))).toEqual([11, [25, undefined]])
  })

  test('too few departures of the target group: those of its load balancer count, and it is shown', () => {
    expect(used(budgetOf({ measured: [own, whole] }))).toEqual([
      ...[11, [25, undefined]],
      [7, 'fewer departures than observed.minimumDepartures, 20'],
    ])
    expect(budgetOf({ measured: [{ ...own, lastRequest: sample(7, 20) }, whole] }).sleep).toBe(22)
    expect(budgetOf({ measured: [own], settings: { observed: { minimumDepartures: 19 } } }).sleep).toBe(22)
  })

  test('too old: counted from the last departure', () => {
    const old = entry({ lastRequest: sample(7), ageDays: 181 })
    expect(used(budgetOf({ measured: [old] }))).toEqual([
      25,
      [7, '181 days old, more than observed.maxAgeDays, 180'],
    ])
    expect(budgetOf({ measured: [{ ...old, ageDays: 180 }] }).sleep).toBe(22)
    expect(budgetOf({ measured: [old], settings: { observed: { maxAgeDays: 365 } } }).sleep).toBe(22)
  })

  test('one of several that may be meant: none of them is, since the others do not hold for it', () => {
    const other = { ...own, targetGroup: ARN.replace('web', 'cart') }
    const long = { ...own, lastRequest: sample(40, 19) }
    const short = { ...other, lastRequest: sample(3) }
    expect(budgetOf({ measured: [long, short] }).sleep).toBe(45)
    expect(budgetOf({ measured: [long, short, whole] }).sleep).toBe(26)
    const old = { ...entry({ lastRequest: sample(40) }), ageDays: 181 }
    expect(budgetOf({ measured: [whole, old] }).sleep).toBe(45)
  })

  test('from the future: a clock was wrong', () => {
    const early = entry({ lastRequest: sample(7), ageDays: -2 })
    expect(used(budgetOf({ measured: [early] }))).toEqual([
      25,
      [7, 'its last departure is in the future: a clock was wrong'],
    ])
    expect(budgetOf({ measured: [{ ...early, ageDays: -1 }] }).sleep).toBe(22)
  })

  test('a setting wins over it, and is not counted twice', () => {
    const measured = [entry({ lastRequest: sample(10.6) })]
    const byPropagation = budgetOf({ measured, settings: { terms: { propagationSeconds: { alb: s(8) } } } })
    // 5 + (8 + 10) + 5: C is the default again, since 11 s has it.
    expect(told(byPropagation)).toMatchObject({ S: 28, C: '5 assumed default', P: '8 explicit setting' })
    expect(byPropagation.decidedBy.terms.P.alternatives[0]).toMatchObject({ value: 11 })
    // 9 + (11 + 10) + 5: how much C is in the 11 s is unknown, 9 s in a drain are not.
    const byController = budgetOf({ measured, settings: { terms: { controllerSeconds: s(9) } } })
    expect(told(byController)).toMatchObject({ S: 35, C: '9 explicit setting', P: '11 observed measured' })
    // Apart, each has its own: 9 + (10 + 10) + 5.
    const apart = [entry({ lastRequest: sample(10.6), controller: sample(1.2), propagation: sample(9.4) })]
    expect(
      told(budgetOf({ measured: apart, settings: { terms: { controllerSeconds: s(9) } } })),
    ).toMatchObject({ S: 34, C: '9 explicit setting', P: '10 observed measured' })
  })

  test.for<[string, Parameters<typeof exposure>[0], number]>([
    // Access logs are those of an ALB; of instance targets no Pod leaves.
    ['an NLB', { loadBalancer: 'nlb' }, 140],
    ['instance targets', { targetType: 'instance' }, 75],
  ])('of %s nothing is used', ([, shape, sleep]) => {
    expect(budgetOf({ measured: [entry({ lastRequest: sample(1) })], shape }).sleep).toBe(sleep)
  })
})

const s = (count: number): Seconds => seconds(count)

describe('sources that contradict each other: the order of ranks decides, and the others are shown', () => {
  const aws = {
    kind: 'aws',
    call: 'DescribeTargetGroupAttributes',
    resource: ARN,
    asked: '',
    object: OBJECT,
  } as const
  /** The ledger and access logs: 11 s. The controller's log: C 2 and P 8. AWS: D 20. An annotation: D 5. */
  const seen = exposure({
    delay: 5,
    measured: [entry({ lastRequest: sample(10.6), controller: sample(1.5), propagation: sample(7.6) })],
  })
  const disputed: Exposure = {
    ...seen,
    evidence: {
      ...seen.evidence,
      deregistrationDelay: [observed(s(20), aws), ...seen.evidence.deregistrationDelay],
    },
  }
  const settle = (terms: Settings['terms'], exposures: Exposure = disputed) => {
    const { decidedBy, sleep } = computeBudget({
      exposures: [exposures],
      settings: { ...DEFAULT_SETTINGS, terms },
      overrides: NO_OVERRIDES,
      pod: { containers: [{ name: 'app', isProxy: false }], sidecarHook: s(0), grace: undefined },
      spot: false,
    })
    const { C, P, D } = decidedBy.terms
    const valuesOf = (term: typeof D) => [term.value, ...term.alternatives.map(({ value }) => value)]
    return { sleep, C: valuesOf(C), P: valuesOf(P), D: valuesOf(D) }
  }

  test('the ledger beats the sum of the log where it is longer; AWS beats the annotation; a setting beats all', () => {
    // C + P is 11, not 2 + 8. 2 + max(9, min(20, 9 + 10)) + 5
    expect(settle({})).toEqual({ sleep: 26, C: [2, 5], P: [9, 25], D: [20, 5, 300] })
    // 2 + max(9, min(12, 19)) + 5
    expect(settle({ deregistrationDelaySeconds: s(12) })).toMatchObject({ sleep: 19, D: [12, 20, 5, 300] })
    // 2 + max(30, min(20, 40)) + 5
    expect(settle({ propagationSeconds: { alb: s(30) } })).toMatchObject({ sleep: 37, P: [30, 9, 25] })
  })

  test('an answer of AWS that nobody has repeated for long is shown last', () => {
    const [first, ...others] = disputed.evidence.deregistrationDelay
    if (first === undefined) throw new Error('no answer')
    const old = { ...first, origin: { ...first.origin, unused: 'asked 8 days ago, more than 7' } }
    const evidence = { ...disputed.evidence, deregistrationDelay: [old, ...others] }
    expect(settle({}, { ...disputed, evidence })).toMatchObject({ D: [5, 300, 20] })
  })
})
