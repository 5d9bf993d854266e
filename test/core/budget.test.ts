import { describe, expect, test } from 'vitest'
import { type Budget, computeBudget } from '../../src/core/budget/budget.ts'
import type { HookedContainer } from '../../src/core/budget/containers.ts'
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
  /** Of the only container, its own. */
  readonly hook?: number
  /** In place of that one. */
  readonly containers?: readonly HookedContainer[]
  /** Of a native sidecar. */
  readonly sidecarHook?: number
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
  hook,
  containers,
  sidecarHook = 0,
  spot = false,
}: Case): Budget {
  const [first, ...rest] = exposures.map((one) => exposure(one))
  if (first === undefined) throw new Error('a case needs an exposure')
  return computeBudget({
    exposures: [first, ...rest],
    settings: settingsWith({ ...settings, terms }),
    overrides: { ...NO_OVERRIDES, ...overrides },
    pod: {
      containers: containers ?? [one('app', hook)],
      sidecarHook: s(sidecarHook),
      grace: grace === undefined ? undefined : s(grace),
    },
    spot,
  })
}

const one = (name: string, hook?: number, isProxy = false): HookedContainer => ({
  name,
  isProxy,
  ...(hook === undefined ? {} : { hook: s(hook) }),
})

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
    // the NLB ends everything at C + D: 5 + max(120, min(5, 120 + 60)) + 5, not 5 + 120 + 60 + 5
    [
      'connection termination, D 5, R 60, ip × NLB',
      {
        exposures: [{ loadBalancer: 'nlb', delay: 5, termination: [true] }],
        overrides: { request: annotation(s(60)) },
      },
      [130, 160],
    ],
    // 5 + max(120, min(300, 120 + 10)) + 5: D long enough changes nothing
    [
      'connection termination, D 300, ip × NLB',
      { exposures: [{ loadBalancer: 'nlb', termination: [true] }] },
      [140, 170],
    ],
    // where two say different things, the longer: 5 + 120 + 10 + 5
    [
      'connection termination that is not certain',
      { exposures: [{ loadBalancer: 'nlb', delay: 5, termination: [true, false] }] },
      [140, 170],
    ],
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
    // the same where the check says what the controller would do by itself
    [
      'instance × NLB, Local, the check asks kube-proxy',
      {
        exposures: [
          { loadBalancer: 'nlb', targetType: 'instance', local: true, checks: [{ asksKubeProxy: true }] },
        ],
      },
      [71, 101],
    ],
    // K 10 + R 10 + J 5: the node stays healthy through any sleep
    [
      'instance × NLB, Local, the check asks the pod',
      {
        exposures: [
          { loadBalancer: 'nlb', targetType: 'instance', local: true, checks: [{ port: 'traffic-port' }] },
        ],
      },
      [25, 55],
    ],
    ['instance × ALB, Local', { exposures: [{ targetType: 'instance', local: true }] }, [25, 55]],
    // K + I + J: the node is unhealthy as soon as its last pod terminates
    [
      'instance × ALB, Local, somebody wrote kube-proxy’s port',
      { exposures: [{ targetType: 'instance', local: true, checks: [{ asksKubeProxy: true }] }] },
      [75, 105],
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
    // 5 + 120 + 5
    [
      'ip × NLB with connection termination',
      { exposures: [{ loadBalancer: 'nlb', delay: 60, termination: [true] }] },
      [130, 160],
    ],
    ['instance × ALB: R is no term of it', { exposures: [{ targetType: 'instance' }] }, [75, 105]],
    // 10 + 5
    ['instance × NLB', { exposures: [{ loadBalancer: 'nlb', targetType: 'instance' }] }, [15, 45]],
    ['instance × ALB, Local', { exposures: [{ targetType: 'instance', local: true }] }, [15, 45]],
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
    ['the grace it had minus its own known hook', { grace: 60, hook: 10 }, 50],
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

  test('where every hook is the user’s, the grace shown covers the hook, or the sleep that it should have been', () => {
    // max(45, 100) + (120 − 100)
    expect(budget({ grace: 120, hook: 100 }).grace).toBe(120)
    // max(45, 50) + (60 − 50) = 60: as it was
    expect(budget({ grace: 60, hook: 50 }).grace).toBe(60)
    // max(45, 10) + (60 − 10)
    expect(budget({ grace: 60, hook: 10 }).grace).toBe(95)
  })

  test('the grace is never lower than it was', () => {
    expect(budget({ grace: 600, overrides: { shutdownSeconds: annotation(s(5)) } }).grace).toBe(600)
  })
})

describe('the grace is decided container by container', () => {
  const needs = ({ containers }: Budget) =>
    Object.fromEntries(
      containers.map(({ container, sleep, shutdownTime }) => [container.name, [sleep, shutdownTime]]),
    )

  test('a sidecar’s own hook takes nothing from the application', () => {
    const result = budget({ grace: 60, containers: [one('app'), one('envoy', 50)] })
    // app: A = 60 − 0; envoy: A = 60 − 50
    expect(needs(result)).toEqual({ app: [45, 60], envoy: [50, 10] })
    // max(45 + 60, 50 + 10)
    expect(result.grace).toBe(105)
    expect(result.graceContainer.container.name).toBe('app')
  })

  test('a longer hook of a sidecar decides where the application needs less', () => {
    const result = budget({
      grace: 100,
      containers: [one('app'), one('log', 90)],
      terms: { shutdownSeconds: s(20) },
    })
    // max(45 + 20, 90 + 20)
    expect(result.grace).toBe(110)
    expect(result.graceContainer.container.name).toBe('log')
  })

  test('a hook of unknown length needs what the pod had, and no more', () => {
    const unknown: HookedContainer = { name: 'log', isProxy: false, hook: 'unknown' }
    // max(45 + 30, 0 + 30)
    expect(budget({ grace: 30, containers: [one('app'), unknown] }).grace).toBe(75)
  })

  test('a native sidecar counts with its hook only', () => {
    // 45 + 30 = 75 covers 60, and nothing comes on top of it
    expect(budget({ grace: 30, sidecarHook: 60 }).grace).toBe(75)
    expect(budget({ grace: 30, sidecarHook: 100 }).grace).toBe(100)
  })

  describe('a proxy outlives an application that drains by itself', () => {
    const overrides = { graceful: true, request: annotation(s(60)), shutdownSeconds: annotation(s(65)) }

    test('its sleep is S + max(A, R), and 5 s more are for its own end', () => {
      const result = budget({ overrides, containers: [one('app'), one('istio-proxy', undefined, true)] })
      // S = C 5 + P 25 + J 5; the proxy 35 + max(65, 60)
      expect(needs(result)).toEqual({ app: [35, 65], 'istio-proxy': [100, 5] })
      expect(sleepAndGrace(result)).toEqual([35, 105])
      expect(result.graceContainer.container.name).toBe('istio-proxy')
    })

    test('one that has nobody to outlive is the application', () => {
      // 35 + max(65, 60)
      expect(sleepAndGrace(budget({ overrides, containers: [one('envoy', undefined, true)] }))).toEqual([
        35, 100,
      ])
    })

    test('one with a hook of its own keeps it', () => {
      const result = budget({ overrides, containers: [one('app'), one('istio-proxy', 20, true)] })
      expect(needs(result)).toEqual({ app: [35, 65], 'istio-proxy': [20, 5] })
    })

    test('where the application does not drain, the proxy sleeps as long as the others', () => {
      const result = budget({ containers: [one('app'), one('istio-proxy', undefined, true)] })
      expect(needs(result)).toEqual({ app: [45, 30], 'istio-proxy': [45, 30] })
    })

    test('its wait is limited: what the application needs is only its grace period, which may be an hour', () => {
      const given = {
        overrides: { graceful: true },
        grace: 3600,
        containers: [one('app'), one('istio-proxy', undefined, true)],
      }
      // S = 5 + 25 + 5; A = 3600 is no more than what it had: the proxy sleeps for maxSleep.
      expect(needs(budget(given))['istio-proxy']).toEqual([240, 5])
      // The notice of 110 s.
      expect(needs(budget({ ...given, spot: true }))['istio-proxy']).toEqual([110, 5])
      // Somebody states it: 35 + 300
      const stated = { ...given, terms: { shutdownSeconds: s(300) } }
      expect(needs(budget(stated))['istio-proxy']).toEqual([335, 5])
    })

    test('it outlives an application whose own hook is longer than S', () => {
      const given = { overrides: { graceful: true }, grace: 120 }
      const result = budget({ ...given, containers: [one('app', 90), one('istio-proxy', undefined, true)] })
      // app: 90 + (120 − 90)
      expect(needs(result)).toEqual({ app: [90, 30], 'istio-proxy': [120, 5] })
    })

    test('nor does a hook of unknown length lift it over maxGrace', () => {
      const helper: HookedContainer = { name: 'helper', isProxy: false, hook: 'unknown' }
      const containers = [one('app'), helper, one('istio-proxy', undefined, true)]
      const settings = { maxGraceSeconds: s(120) }
      const result = budget({ overrides: { graceful: true }, grace: 100, containers, settings })
      // 120 − 5
      expect(needs(result)['istio-proxy']).toEqual([115, 5])
      expect(result.grace).toBe(120)
    })

    test('under maxGrace the application’s time gives way first, so that the proxy ends within it', () => {
      const containers = [one('app'), one('istio-proxy', undefined, true)]
      const result = budget({ overrides, containers, settings: { maxGraceSeconds: s(80) } })
      // app: 80 − 35 − 5 = 40; the proxy 35 + 40, and its end
      expect(needs(result)).toEqual({ app: [35, 40], 'istio-proxy': [75, 5] })
      expect(result.grace).toBe(80)
      const less = budget({ overrides, containers, settings: { maxGraceSeconds: s(60) } })
      // app: 30 at least; S = 60 − 5 − 30
      expect(needs(less)).toEqual({ app: [25, 30], 'istio-proxy': [55, 5] })
      expect(sleepAndGrace(less)).toEqual([25, 60])
    })
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
    // Beside it a hook of 100 in a grace of 120, which ends at 120. The ceiling is the 120 that it has: A of the
    // application 120 → 75
    [
      'a known hook longer than the sleep, in another container',
      {
        grace: 120,
        containers: [one('app'), one('log', 100)],
        settings: { maxGraceSeconds: s(60) },
      },
      [45, 120],
      ['maxGraceSeconds'],
    ],
    // A 30 beside a hook of an hour: 3630, of which the hook gets 3600 at most
    ['a hook of an hour', { hook: 3600 }, [45, 3600], []],
    ['a hook of a day', { hook: 86_400 }, [45, 3600], []],
    ['no hook: the sleep and its shutdown are no matter of that limit', { grace: 3600 }, [45, 3645], []],
    ['a limit on hooks alone', { hook: 300, settings: { maxHookGraceSeconds: s(200) } }, [45, 200], []],
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
    expect(result.perExposure.map(({ grace }) => grace)).toEqual([75, 170, 105])
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
      settings: { terms: {}, observed: {} },
      overrides: NO_OVERRIDES,
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
