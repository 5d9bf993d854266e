import { describe, expect, test } from 'vitest'
import { type Budget, computeBudget } from '../../src/core/budget/budget.ts'
import { termsOf, writeFormula } from '../../src/core/budget/expression.ts'
import { resolveTerms } from '../../src/core/budget/terms.ts'
import { NO_OVERRIDES, type Overrides } from '../../src/core/model/overrides.ts'
import { assumed, declared, explicit, observed, resolve } from '../../src/core/model/resolved.ts'
import { type Seconds, seconds } from '../../src/core/model/seconds.ts'
import type { Settings, TermSettings } from '../../src/core/model/settings.ts'
import { exposure, settingsWith } from './exposures.ts'

interface Case {
  readonly exposures?: Parameters<typeof exposure>[0][]
  readonly terms?: TermSettings
  readonly settings?: Partial<Settings>
  readonly overrides?: Partial<Overrides>
  readonly grace?: number
  readonly hook?: number
  readonly spot?: boolean
}

const annotation = <T>(value: T) => explicit(value, { kind: 'setting', name: 'test' })
const s = seconds

function budget({
  exposures = [{}],
  terms = {},
  settings = {},
  overrides = {},
  grace,
  hook = 0,
  spot = false,
}: Case): Budget {
  const [first, ...rest] = exposures.map((one) => exposure(one))
  if (first === undefined) throw new Error('a case needs an exposure')
  return computeBudget({
    exposures: [first, ...rest],
    settings: settingsWith({ ...settings, terms }),
    overrides: { ...NO_OVERRIDES, ...overrides },
    grace: grace === undefined ? undefined : s(grace),
    longestHook: s(hook),
    spot,
  })
}

const sleepAndGrace = ({ sleep, grace }: Budget): readonly [Seconds, Seconds] => [sleep, grace]

describe('the worked rows of the published recommendations', () => {
  const rows: readonly (readonly [string, Case, readonly [number, number]])[] = [
    // C 5 + max(P 25, min(D 30, P + R 35)) + J 5 = 40; + A 30
    ['zero downtime deployment on EKS: D 30', { exposures: [{ delay: 30 }] }, [40, 70]],
    // 5 + max(60, min(300, 65)) + 0 = 70; + 20
    [
      'EKS 502 part 3: ELB up to 60 s, 20 s for the application',
      {
        terms: {
          propagationSeconds: { alb: s(60) },
          requestSeconds: s(5),
          marginSeconds: s(0),
          shutdownSeconds: s(20),
        },
      },
      [70, 90],
    ],
    // graceful: C 5 + P 5 + J 0 = 10; + max(A 65, R 10)
    [
      'the application drains for 60 s',
      {
        terms: { propagationSeconds: { alb: s(5) }, marginSeconds: s(0), shutdownSeconds: s(65) },
        overrides: { graceful: true },
      },
      [10, 75],
    ],
    ['all defaults, ip × ALB', {}, [45, 75]],
    // 5 + max(25, min(5, 35)) + 5: not shorter than P
    ['D 5, ip × ALB', { exposures: [{ delay: 5 }] }, [35, 65]],
    // 5 + 120 + 10 + 5
    ['all defaults, ip × NLB', { exposures: [{ loadBalancer: 'nlb' }] }, [140, 170]],
    // 10 + 60 + 5
    ['all defaults, instance × ALB', { exposures: [{ targetType: 'instance' }] }, [75, 105]],
    // 10 + 10 + 5
    [
      'all defaults, instance × NLB, Cluster',
      { exposures: [{ loadBalancer: 'nlb', targetType: 'instance' }] },
      [25, 55],
    ],
    // H 10 × 2 + 6 = 26; + 40 + 5
    [
      'all defaults, instance × NLB, Local',
      { exposures: [{ loadBalancer: 'nlb', targetType: 'instance', local: true }] },
      [71, 101],
    ],
    // K + I + J like instance × ALB
    ['classic', { exposures: [{ loadBalancer: 'classic', targetType: 'instance' }] }, [75, 105]],
  ]
  test.for(rows)('%s', ([, given, expected]) => {
    expect(sleepAndGrace(budget(given))).toEqual(expected)
  })
})

describe('graceful shutdown takes R out of the sleep and puts it into the grace', () => {
  const rows: readonly (readonly [string, Case, readonly [number, number]])[] = [
    // 5 + 25 + 5; + max(30, 10)
    ['ip × ALB', {}, [35, 65]],
    // R 50 > A 30: G = 35 + 50
    ['ip × ALB with long requests', { terms: { requestSeconds: s(50) } }, [35, 85]],
    // 5 + 120 + 5
    ['ip × NLB', { exposures: [{ loadBalancer: 'nlb' }] }, [130, 160]],
    ['instance × ALB: R is no term of it', { exposures: [{ targetType: 'instance' }] }, [75, 105]],
    // 10 + 5
    ['instance × NLB', { exposures: [{ loadBalancer: 'nlb', targetType: 'instance' }] }, [15, 45]],
  ]
  test.for(rows)('%s', ([, given, expected]) => {
    expect(sleepAndGrace(budget({ ...given, overrides: { graceful: true } }))).toEqual(expected)
  })
})

describe('what the application is left with', () => {
  test.for<[string, Case, number]>([
    ['the API server’s default', {}, 30],
    ['the grace it had', { grace: 60 }, 60],
    // 60 − 10
    ['the grace it had minus its longest known hook', { grace: 60, hook: 10 }, 50],
    ['30 where the hook eats it all', { grace: 20, hook: 20 }, 30],
    ['an explicit number', { grace: 60, overrides: { shutdownSeconds: annotation(s(7)) } }, 7],
    ['the installation’s number', { grace: 60, terms: { shutdownSeconds: s(8) } }, 8],
    [
      'the annotation before the installation',
      { overrides: { shutdownSeconds: annotation(s(7)) }, terms: { shutdownSeconds: s(8) } },
      7,
    ],
  ])('%s', ([, given, expected]) => {
    expect(budget(given).shutdown.value).toBe(expected)
  })

  test('the grace covers the longest known hook, where that is longer than the sleep', () => {
    // max(45, 100) + (120 − 100)
    expect(budget({ grace: 120, hook: 100 }).grace).toBe(120)
    // max(45, 50) + (60 − 50) = 60: as it was
    expect(budget({ grace: 60, hook: 50 }).grace).toBe(60)
  })

  test('the grace is never lower than it was', () => {
    expect(budget({ grace: 600, overrides: { shutdownSeconds: annotation(s(5)) } }).grace).toBe(600)
  })
})

describe('limits', () => {
  test.for<[string, Case, readonly [number, number], readonly string[]]>([
    // K 10 + I 3600 + J 5 = 3615 → 240; + 30
    ['maxSleep', { exposures: [{ targetType: 'instance', idle: 3600 }] }, [240, 270], ['maxSleepSeconds']],
    [
      'an explicit sleep is not cut by maxSleep',
      { overrides: { sleep: annotation(s(300)) } },
      [300, 330],
      [],
    ],
    // ip × NLB on Spot: 110 − min(30, 30) = 80
    ['Spot', { exposures: [{ loadBalancer: 'nlb' }], spot: true }, [80, 110], ['spot']],
    // A 10: 110 − 10 = 100
    [
      'Spot with a short shutdown',
      { exposures: [{ loadBalancer: 'nlb' }], spot: true, terms: { shutdownSeconds: s(10) } },
      [100, 110],
      ['spot'],
    ],
    // S 45 + A 60 = 105 > 90: A gives way to 45
    [
      'maxGrace takes from the shutdown first',
      { grace: 60, settings: { maxGraceSeconds: s(90) } },
      [45, 90],
      ['maxGraceSeconds'],
    ],
    // A from 60 to 30, then S from 45 to 30
    [
      'then from the sleep, when the shutdown is down to 30',
      { grace: 60, settings: { maxGraceSeconds: s(60) } },
      [30, 60],
      ['maxGraceSeconds', 'maxGraceSeconds'],
    ],
    // ceiling 30 − A 30 = 0
    ['until nothing is left', { settings: { maxGraceSeconds: s(30) } }, [0, 30], ['maxGraceSeconds']],
    // A explicit 10 is under the floor and stays: S = 30 − 10
    [
      'a shutdown below 30 gives nothing',
      { settings: { maxGraceSeconds: s(30) }, terms: { shutdownSeconds: s(10) } },
      [20, 30],
      ['maxGraceSeconds'],
    ],
    // it caps what we raise: a pod that has 100 keeps 100. S 45; A = 100 − 45
    [
      'a longer grace stays',
      { grace: 100, settings: { maxGraceSeconds: s(60) } },
      [45, 100],
      ['maxGraceSeconds'],
    ],
    // an explicit sleep obeys maxGrace: 60 − 30
    [
      'an explicit sleep obeys maxGrace',
      { overrides: { sleep: annotation(s(50)) }, settings: { maxGraceSeconds: s(60) } },
      [30, 60],
      ['maxGraceSeconds'],
    ],
    // hook 100 of a grace of 120: A = 20, S = 45 within it
    [
      'a known hook longer than the sleep',
      { grace: 120, hook: 100, settings: { maxGraceSeconds: s(60) } },
      [45, 120],
      [],
    ],
    // A 30 beside a hook of an hour: 3630, of which the hook gets 3600 at most
    ['a hook of an hour', { hook: 3600 }, [45, 3600], []],
    ['a hook of a day', { hook: 86_400 }, [45, 3600], []],
    ['no hook: the sleep and its shutdown are no matter of that limit', { grace: 3600 }, [45, 3645], []],
    ['a limit of its own', { hook: 300, settings: { maxHookGraceSeconds: s(200) } }, [45, 200], []],
    // Somebody says that the application needs 100 s after a hook, which is given 200
    [
      'a shutdown that somebody said comes on top',
      { hook: 300, settings: { maxHookGraceSeconds: s(200) }, terms: { shutdownSeconds: s(100) } },
      [45, 300],
      [],
    ],
    ['a longer grace than that stays', { grace: 7200, hook: 7000 }, [45, 7200], []],
  ])('%s', ([, given, expected, limits]) => {
    const result = budget(given)
    expect(sleepAndGrace(result)).toEqual(expected)
    expect(result.caps.map(({ limit }) => limit)).toEqual(limits)
    expect(result.sleep).toBeLessThanOrEqual(result.grace)
  })
})

describe('several target groups', () => {
  const three: Case = {
    exposures: [{ name: 'a' }, { name: 'b', loadBalancer: 'nlb' }, { name: 'c', targetType: 'instance' }],
  }

  test('the largest sleep and the largest grace win, and the winner is named', () => {
    const result = budget(three)
    expect(sleepAndGrace(result)).toEqual([140, 170])
    expect(result.decidedBy.exposure.service.name).toBe('b')
    expect(result.graceDecidedBy.exposure.service.name).toBe('b')
    expect(result.perExposure.map(({ sleep }) => sleep)).toEqual([45, 140, 75])
  })

  test('among equals the first wins', () => {
    expect(budget({ exposures: [{ name: 'a' }, { name: 'b' }] }).decidedBy.exposure.service.name).toBe('a')
  })
})

describe('where numbers come from', () => {
  const here = { kind: 'setting', name: 'x' } as const

  test('explicit beats observed beats declared beats assumed, and the rest stays as alternatives', () => {
    const all = [assumed(4, here), declared(3, here), observed(2, here), explicit(1, here)] as const
    expect(resolve(all).value).toBe(1)
    expect(resolve(all).alternatives.map(({ value }) => value)).toEqual([2, 3, 4])
    expect(resolve([declared(3, here), declared(5, here)]).value).toBe(3)
  })

  test('a declared deregistration delay has AWS’s default as its alternative', () => {
    const { D } = budget({ exposures: [{ delay: 30 }] }).decidedBy.terms
    expect(D.origin.rank).toBe('declared')
    expect(D.alternatives.map(({ value, origin }) => [value, origin.rank])).toEqual([[300, 'assumed']])
  })

  test('a setting that someone wrote wins over what is declared', () => {
    const { D } = budget({ exposures: [{ delay: 30 }], terms: { deregistrationDelaySeconds: s(20) } })
      .decidedBy.terms
    expect([D.value, D.origin]).toEqual([
      20,
      { rank: 'explicit', source: { kind: 'setting', name: 'terms.deregistrationDelaySeconds' } },
    ])
  })

  test('nothing said: every term is assumed, and says by whom', () => {
    const { C, P, D, H } = resolveTerms({
      exposure: exposure(),
      settings: {},
      overrides: NO_OVERRIDES,
      shutdown: { ...annotation(s(30)), alternatives: [] },
    })
    expect([C, P].map(({ origin }) => origin.source)).toEqual([
      { kind: 'default', of: 'Slackwater' },
      { kind: 'default', of: 'Slackwater' },
    ])
    expect(D.origin.source).toEqual({ kind: 'default', of: 'AWS' })
    expect(H.value).toBe(26)
  })

  test('the formula is data that can be written with names or with numbers', () => {
    const { sleepFormula, terms } = budget({ exposures: [{ delay: 30 }] }).decidedBy
    expect(writeFormula(sleepFormula, (name) => name)).toBe('C + max(P, min(D, P + R)) + J')
    expect(writeFormula(sleepFormula, (name) => String(terms[name].value))).toBe(
      '5 + max(25, min(30, 25 + 10)) + 5',
    )
    expect(termsOf(sleepFormula)).toEqual(['C', 'P', 'D', 'R', 'J'])
  })

  test('an explicit sleep is kept beside what would have been computed', () => {
    const result = budget({ overrides: { sleep: annotation(s(20)) } })
    expect([result.sleep, result.decidedBy.sleep, result.explicitSleep?.value]).toEqual([20, 45, 20])
  })
})
