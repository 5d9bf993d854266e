import { describe, expect, test } from 'vitest'
import { allowedChanges, type Verdict } from '../../../src/core/decision/decide.ts'
import type { Subject } from '../../../src/core/decision/subject.ts'
import type { Exposure } from '../../../src/core/model/exposure.ts'
import type { Overrides } from '../../../src/core/model/overrides.ts'
import type { Settings } from '../../../src/core/model/settings.ts'
import type { Replacement } from '../../../src/core/model/workload.ts'
import { exposure } from '../exposures.ts'
import {
  container,
  decided,
  exec,
  nativeSleep,
  ourTemplate,
  podTemplate,
  QUIT,
  s,
  said,
  shown,
  summary,
  told,
  WEB,
} from './subjects.ts'

const INJECTED = ['set-grace 75', 'add-hook 0 45', 'write-record']
const REMOVED = ['remove-grace', 'remove-hook 0', 'remove-record']

const AUTOSCALER = { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'web' } as const

const overrides = (wanted: Partial<Overrides>): Partial<Subject> => ({
  overrides: { graceful: false, ...wanted },
})

describe('overlap: the sleep protects only where somebody else can serve meanwhile', () => {
  const rolling = (maxSurge: number): Replacement => ({
    kind: 'rolling',
    maxSurge: { count: maxSurge },
    maxUnavailable: { count: 1 },
  })
  const workload = (replacement: Replacement, replicas?: number): Partial<Subject> => {
    const { replicas: _, ...rest } = summary({ replacement })
    return { workload: replicas === undefined ? rest : { ...rest, replicas } }
  }
  const autoscaled = (
    replacement: Replacement,
    least: number,
    replicas: { readonly replicas?: number } = {},
  ): Partial<Subject> => {
    const { replicas: _, ...rest } = summary({ replacement })
    return { workload: { ...rest, ...replicas, autoscaled: { least, most: 40, by: AUTOSCALER } } }
  }
  const onePod = exposure({ selectsOnePod: true })
  const enforced = { modeLabels: [{ value: 'enforce', object: WEB }] }
  const { workload: _, ...unknownOwner } = { workload: summary() }

  test.for<[string, Partial<Subject>, readonly Exposure[], Verdict]>([
    ['Recreate', workload({ kind: 'recreate' }, 3), [exposure()], 'withhold'],
    ['Recreate without replicas yet', workload({ kind: 'recreate' }, 0), [exposure()], 'inject'],
    ['maxSurge 0 with one replica', workload(rolling(0), 1), [exposure()], 'withhold'],
    ['maxSurge 0, and nobody states replicas', workload(rolling(0)), [exposure()], 'inject'],
    ['a StatefulSet, and nobody states replicas', workload({ kind: 'in-place' }), [exposure()], 'inject'],
    ['Recreate, and nobody states replicas', workload({ kind: 'recreate' }), [exposure()], 'withhold'],
    ['maxSurge 0 and a minimum of 6', autoscaled(rolling(0), 6), [exposure()], 'inject'],
    ['a minimum of 6, though one stands', autoscaled(rolling(0), 6, { replicas: 1 }), [exposure()], 'inject'],
    [
      'a minimum of 1, though three stand',
      autoscaled(rolling(0), 1, { replicas: 3 }),
      [exposure()],
      'withhold',
    ],
    ['a StatefulSet with a minimum of 3', autoscaled({ kind: 'in-place' }, 3), [exposure()], 'inject'],
    ['a StatefulSet with a minimum of 1', autoscaled({ kind: 'in-place' }, 1), [exposure()], 'withhold'],
    ['an autoscaler paused at none', autoscaled({ kind: 'in-place' }, 0), [exposure()], 'inject'],
    ['Recreate with a minimum of 6', autoscaled({ kind: 'recreate' }, 6), [exposure()], 'withhold'],
    [
      'maxSurge 0 % with one replica',
      workload({ kind: 'rolling', maxSurge: { percent: 0 }, maxUnavailable: { count: 1 } }, 1),
      [exposure()],
      'withhold',
    ],
    ['maxSurge 0 with two replicas', workload(rolling(0), 2), [exposure()], 'inject'],
    ['maxSurge 1 with one replica', workload(rolling(1), 1), [exposure()], 'inject'],
    ['a StatefulSet of one', workload({ kind: 'in-place' }, 1), [exposure()], 'withhold'],
    ['a StatefulSet of two', workload({ kind: 'in-place' }, 2), [exposure()], 'inject'],
    ['a StatefulSet of none yet', workload({ kind: 'in-place' }, 0), [exposure()], 'inject'],
    ['a strategy that nobody knows', workload({ kind: 'unknown' }, 1), [exposure()], 'inject'],
    ['a Service that selects one pod', {}, [onePod], 'withhold'],
    ['one that does, beside one that does not', {}, [onePod, exposure({ name: 'all' })], 'inject'],
    [
      'Recreate, but its own label insists',
      { ...workload({ kind: 'recreate' }, 3), ...enforced },
      [exposure()],
      'inject',
    ],
    [
      'Recreate, and only its namespace says enforce',
      {
        ...workload({ kind: 'recreate' }, 3),
        namespaceMode: { value: 'enforce', object: { kind: 'Namespace', namespace: '', name: 'shop' } },
      },
      [exposure()],
      'withhold',
    ],
  ])('%s', ([, wanted, exposures, verdict]) => {
    const decision = decided(wanted, { exposures })
    expect(decision.verdict).toBe(verdict)
    expect(told(decision)).toEqual(verdict === 'inject' ? INJECTED : [])
  })

  test('an owner that nobody knows: inject', () => {
    const { workload: gone, ...pod } = { ...unknownOwner, workload: undefined }
    expect(gone).toBeUndefined()
    const decision = decided({ ...pod, what: 'pod', ref: { ...WEB, kind: 'Pod' } })
    expect(decision.verdict).toBe('inject')
  })

  test('only the exposures with overlap count: 140 for one pod’s NLB does not, 45 does', () => {
    const exposures = [exposure({ loadBalancer: 'nlb', selectsOnePod: true }), exposure({ name: 'all' })]
    expect(told(decided({}, { exposures }))).toEqual(INJECTED)
  })

  test('targets of other clusters serve meanwhile, in whatever order the own pods are replaced', () => {
    const shared = exposure({ otherClusters: true })
    expect(decided(workload({ kind: 'recreate' }, 3), { exposures: [shared] }).verdict).toBe('inject')
    const onePodShared = exposure({ selectsOnePod: true, otherClusters: true })
    expect(decided({}, { exposures: [onePodShared] }).verdict).toBe('inject')
  })

  test('withheld: the budget is shown, and why', () => {
    const decision = decided(workload({ kind: 'recreate' }, 3))
    expect(decision.budget?.sleep).toBe(45)
    expect(decision.why).toBe('strategy Recreate stops every old pod before the first new one starts')
    expect(decided({}, { exposures: [onePod] }).why).toBe('each Service that selects it selects this one pod')
    expect(decided(autoscaled(rolling(0), 1)).why).toBe(
      'maxSurge 0 with one replica (the minimum of HorizontalPodAutoscaler shop/web) stops the pod before the next one starts',
    )
  })

  test('what is recorded stays when the strategy becomes Recreate, but an explicit 0 removes it', () => {
    const recorded = {
      ...workload({ kind: 'recreate' }, 3),
      template: ourTemplate(),
      change: 'changed' as const,
    }
    expect(told(decided(recorded))).toEqual([])
    expect(told(decided({ ...recorded, ...overrides({ sleep: said(s(0)) }) }))).toEqual(REMOVED)
  })
})

describe('liveness and startup probes keep the grace that the pod had', () => {
  const withProbes = (grace?: number) =>
    podTemplate({
      ...(grace === undefined ? {} : { grace: s(grace) }),
      containers: [
        container('app', { probes: { livenessProbe: {}, startupProbe: { grace: s(7) } } }),
        container('log', { preStop: QUIT, probes: { livenessProbe: {} } }),
      ],
    })
  test.for<[string, number | undefined, readonly string[]]>([
    // A probe with a grace of its own, and a container with a hook of its own, are left alone.
    [
      'an absent one means 30',
      undefined,
      ['set-grace 75', 'add-hook 0 45', 'set-probe-grace 0 livenessProbe 30', 'write-record'],
    ],
    // 45 + 60
    ['60', 60, ['set-grace 105', 'add-hook 0 45', 'set-probe-grace 0 livenessProbe 60', 'write-record']],
    // The API server takes 1 at least; A is 30 where nothing is left.
    [
      '0 is written as 1',
      0,
      ['set-grace 75', 'add-hook 0 45', 'set-probe-grace 0 livenessProbe 1', 'write-record'],
    ],
  ])('%s', ([, grace, changes]) => {
    expect(told(decided({ template: withProbes(grace) }))).toEqual(changes)
  })
})

describe('a hook of the user’s is never overwritten', () => {
  const withHook = (preStop: ReturnType<typeof exec>, grace?: number) =>
    podTemplate({
      ...(grace === undefined ? {} : { grace: s(grace) }),
      containers: [container('app', { preStop })],
    })
  test.for<[string, Partial<Subject>, readonly string[]]>([
    ['a known one within its grace', { template: withHook(exec('sleep', '10')) }, []],
    ['one of unknown length', { template: withHook(QUIT) }, []],
    // The kubelet would cut it. A 30: 31 + 30.
    [
      'a known one longer than its grace: the grace is raised',
      { template: withHook(exec('sleep', '31')) },
      ['set-grace 61', 'write-record'],
    ],
    ['exactly as long as its grace', { template: withHook(exec('sleep', '30')) }, []],
    // 10 + 60
    [
      'shutdown-seconds asks for more',
      { template: withHook(nativeSleep(10)), ...overrides({ shutdownSeconds: said(s(60)) }) },
      ['set-grace 70', 'write-record'],
    ],
    [
      'shutdown-seconds asks for less',
      { template: withHook(nativeSleep(10), 90), ...overrides({ shutdownSeconds: said(s(5)) }) },
      [],
    ],
  ])('%s', ([, wanted, changes]) => {
    const decision = decided(wanted)
    expect(decision.verdict).toBe(changes.length === 0 ? 'complete' : 'grace-only')
    expect(told(decision)).toEqual(changes)
  })

  test('the grace of users’ hooks obeys maxGrace, and is left alone behind no load balancer', () => {
    const template = withHook(exec('sleep', '60'))
    const limited = decided({ template }, { settings: { maxGraceSeconds: s(70) } })
    expect(told(limited)).toEqual(['set-grace 70', 'write-record'])
    expect(told(decided({ template }, { exposures: [] }))).toEqual([])
  })

  test('its neighbors get ours, within a grace that covers both', () => {
    // app: A = 60, 45 + 60; log: 50 + (60 − 50).
    const template = podTemplate({
      grace: s(60),
      containers: [container('log', { preStop: exec('sleep', '50') }), container('app')],
      nativeSidecars: [container('envoy')],
    })
    expect(told(decided({ template }))).toEqual(['set-grace 105', 'add-hook 1 45', 'write-record'])
  })
})

describe('sleep-seconds and assume', () => {
  const ours = { template: ourTemplate(), stored: ourTemplate(), change: 'changed' as const }
  const none = { exposures: [] }
  const sleep = (length: number) => overrides({ sleep: said(s(length)) })
  test.for<
    [string, Partial<Subject>, { readonly exposures?: readonly Exposure[] }, Verdict, readonly string[]]
  >([
    [
      'an explicit sleep replaces the computed one',
      sleep(20),
      {},
      'inject',
      ['set-grace 50', 'add-hook 0 20', 'write-record'],
    ],
    [
      'and lowers what is recorded',
      { ...ours, ...sleep(20) },
      {},
      'inject',
      ['set-grace 50', 'replace-hook 0 20', 'write-record'],
    ],
    ['0 injects nothing', sleep(0), {}, 'no-sleep', []],
    ['0 removes ours', { ...ours, ...sleep(0) }, {}, 'no-sleep', REMOVED],
    ['without an exposure it injects nothing', sleep(20), none, 'not-exposed', []],
    [
      'without an exposure it still settles what is recorded',
      { ...ours, ...sleep(20) },
      none,
      'inject',
      ['set-grace 50', 'replace-hook 0 20', 'write-record'],
    ],
    ['without an exposure 0 still removes ours', { ...ours, ...sleep(0) }, none, 'not-exposed', REMOVED],
    ['assume forces an exposure', overrides({ assume: said('alb-ip') }), none, 'inject', INJECTED],
    ['assume none beats what is known', overrides({ assume: said('none') }), {}, 'not-exposed', []],
    [
      'assume none removes ours',
      { ...ours, ...overrides({ assume: said('none') }) },
      {},
      'not-exposed',
      REMOVED,
    ],
    [
      'assume none removes ours, whatever sleep is written beside',
      { ...ours, ...overrides({ assume: said('none'), sleep: said(s(20)) }) },
      {},
      'not-exposed',
      REMOVED,
    ],
    ['no exposure seen takes nothing away', ours, none, 'complete', []],
  ])('%s', ([, wanted, around, verdict, changes]) => {
    const decision = decided(wanted, around)
    expect(decision.verdict).toBe(verdict)
    expect(told(decision)).toEqual(changes)
  })

  // The rows of the design: 45, 75, 140 and 25, each with 30 more.
  test.for([
    ['alb-ip', 45],
    ['alb-instance', 75],
    ['nlb-ip', 140],
    ['nlb-instance', 25],
  ] as const)('assume %s: %i', ([assume, length]) => {
    const decision = decided(overrides({ assume: said(assume) }), none)
    expect(told(decision)).toContain(`add-hook 0 ${length}`)
    expect(told(decision)).toContain(`set-grace ${length + 30}`)
    expect(decision.exposures[0]?.because).toEqual([
      [{ object: WEB }, { via: `slackwater.dev/assume: ${assume}` }],
    ])
  })

  test('why nothing is injected', () => {
    expect(decided(sleep(0)).why).toBe('sleep-seconds is 0')
    expect(decided({}, none).why).toBe('not behind a load balancer')
    expect(decided(overrides({ assume: said('none') })).why).toBe('slackwater.dev/assume: none')
  })
})

describe('limits', () => {
  test.for<[string, Partial<Subject>, Partial<Settings>, Exposure, readonly string[]]>([
    // 10 + 3600 + 5 → 240
    [
      'maxSleep',
      {},
      {},
      exposure({ targetType: 'instance', idle: 3600 }),
      ['set-grace 270', 'add-hook 0 240', 'write-record'],
    ],
    [
      'no maxSleep for an explicit sleep',
      overrides({ sleep: said(s(300)) }),
      {},
      exposure(),
      ['set-grace 330', 'add-hook 0 300', 'write-record'],
    ],
    // A stays at its floor of 30, so 60 − 30
    [
      'maxGrace for an explicit sleep',
      overrides({ sleep: said(s(300)) }),
      { maxGraceSeconds: s(60) },
      exposure(),
      ['set-grace 60', 'add-hook 0 30', 'write-record'],
    ],
    // S = 30 − 30
    ['nothing left, nothing injected', {}, { maxGraceSeconds: s(30) }, exposure(), []],
    // An absent grace of 30 is enough for 10 + 20, and stays absent.
    [
      'a grace that is long enough stays absent',
      overrides({ sleep: said(s(10)), shutdownSeconds: said(s(20)) }),
      {},
      exposure(),
      ['add-hook 0 10', 'write-record'],
    ],
    // S 110 − 30 = 80
    [
      'Spot',
      { template: podTemplate({ spot: true }) },
      {},
      exposure({ loadBalancer: 'nlb' }),
      ['set-grace 110', 'add-hook 0 80', 'write-record'],
    ],
    // R out of S: 5 + 25 + 5
    [
      'graceful',
      { overrides: { graceful: true } },
      {},
      exposure(),
      ['set-grace 65', 'add-hook 0 35', 'write-record'],
    ],
  ])('%s', ([, wanted, settings, one, changes]) => {
    expect(told(decided(wanted, { exposures: [one], settings }))).toEqual(changes)
  })

  test('no sleep is left: said', () => {
    expect(decided({}, { settings: { maxGraceSeconds: s(30) } })).toMatchObject({
      verdict: 'no-sleep',
      why: 'the limits leave no sleep',
    })
  })
})

describe('monotone: what is recorded is raised, and not lowered because an exposure is not seen', () => {
  const recorded = (length: number, grace: number) => ({
    template: ourTemplate(length, grace),
    stored: ourTemplate(length, grace),
    change: 'changed' as const,
  })

  test('a longer budget raises both', () => {
    expect(told(decided(recorded(40, 70)))).toEqual(['set-grace 75', 'replace-hook 0 45', 'write-record'])
  })

  test('a shorter budget changes nothing', () => {
    expect(decided(recorded(140, 170))).toMatchObject({ verdict: 'complete', changes: [] })
  })

  test('an update of something else changes nothing', () => {
    expect(decided({ ...recorded(40, 70), change: 'same' })).toMatchObject({
      verdict: 'unchanged',
      changes: [],
    })
  })

  test('a container added later gets the recorded sleep, other containers stay', () => {
    const template = ourTemplate(140, 170, {
      containers: [container('app', { preStop: nativeSleep(140) }), container('log')],
    })
    const wanted = { template, stored: ourTemplate(140, 170), change: 'changed' as const }
    expect(told(decided(wanted, { exposures: [] }))).toEqual(['add-hook 1 140', 'write-record'])
  })

  test('a replace that drops our grace with all else has it raised again', () => {
    const wanted = {
      template: podTemplate({ grace: s(30) }),
      stored: ourTemplate(35, 95),
      change: 'changed' as const,
    }
    const around = { exposures: [], settings: { injectInto: 'workloads' as const } }
    // 35 + 30 would be 65; the 95 that stood was for requests of 60 s, which nobody sees now.
    expect(told(decided(wanted, around))).toEqual(['set-grace 95', 'add-hook 0 35', 'write-record'])
    // From another grace it is computed anew.
    const shorter = { ...wanted, template: podTemplate({ grace: s(40) }) }
    // 35 + 40
    expect(told(decided(shorter, around))).toEqual(['set-grace 75', 'add-hook 0 35', 'write-record'])
  })

  test('without a budget the grace still obeys maxGrace', () => {
    const wanted = {
      template: podTemplate(),
      stored: ourTemplate(45, 70),
      change: 'changed' as const,
    }
    const settings = { maxGraceSeconds: s(60), injectInto: 'workloads' as const }
    // 45 + 30 = 75 → 60; but 70 stood.
    expect(told(decided(wanted, { exposures: [], settings }))).toEqual([
      'set-grace 70',
      'add-hook 0 45',
      'write-record',
    ])
  })
})

describe('modes', () => {
  const mode = (value: string) => ({ modeLabels: [{ value, object: WEB }] })
  const ours = { template: ourTemplate(), stored: ourTemplate(), change: 'changed' as const }

  test('dry-run decides everything and allows nothing but repairs', () => {
    const decision = decided(mode('dry-run'))
    expect(told(decision)).toEqual(INJECTED)
    expect(allowedChanges(decision)).toEqual([])
  })

  test('off removes ours with the next change, from templates and from bare Pods', () => {
    expect(decided({ ...ours, ...mode('off') }).verdict).toBe('opted-out')
    expect(told(decided({ ...ours, ...mode('off') }))).toEqual(REMOVED)
    const pod = { what: 'pod' as const, template: ourTemplate(), ...mode('off') }
    expect(told(decided(pod))).toEqual(REMOVED)
  })

  test('off takes nothing from a Pod whose template carries it', () => {
    const owner = { kind: 'ReplicaSet', namespace: 'shop', name: 'web-1' }
    const pod = { what: 'pod' as const, template: ourTemplate(), owner, ...mode('off') }
    expect(decided(pod)).toMatchObject({ verdict: 'opted-out', changes: [] })
  })

  test('a contested hook is repaired in every mode, also where nothing is to be injected', () => {
    const both = { handlers: ['exec', 'sleep'], sleep: s(45), exec: ['/quit'] }
    const template = ourTemplate(45, 75, { containers: [container('app', { preStop: both })] })
    for (const value of ['enforce', 'dry-run', 'off']) {
      const decision = decided({ ...ours, template, ...mode(value) })
      expect(told({ changes: allowedChanges(decision) })).toContain('remove-handler 0')
    }
    const recreate = {
      workload: summary({ replacement: { kind: 'recreate' } }),
      template,
      stored: ourTemplate(),
    }
    expect(told(decided({ ...recreate, change: 'changed' }))).toContain('remove-handler 0')
  })
})

describe('restoring', () => {
  test('what a request drops of ours and nothing else comes back exactly, in every mode', () => {
    const record = '{"grace":{"before":30,"after":75},"sleep":{"app":45}}'
    const stored = ourTemplate(45, 75, { annotations: { 'slackwater.dev/injected': record } })
    const wanted = { template: podTemplate({ grace: s(30) }), stored, change: 'same-but-ours' as const }
    for (const value of ['enforce', 'dry-run', 'off']) {
      const decision = decided({ ...wanted, modeLabels: [{ value, object: WEB }] })
      expect(decision.verdict).toBe('restore')
      expect(allowedChanges(decision)).toEqual([
        { kind: 'set-grace', from: 30, to: 75 },
        { kind: 'add-hook', container: 0, form: 'sleep', sleep: 45 },
        { kind: 'write-record', text: record },
      ])
    }
  })

  test('a stale record that is stored comes back too: without it the template would differ', () => {
    const stored = podTemplate({ annotations: { 'slackwater.dev/injected': '{"sleep":{"gone":45}}' } })
    expect(decided({ stored, change: 'same-but-ours' }).changes).toEqual([
      { kind: 'write-record', text: '{"sleep":{"gone":45}}' },
    ])
  })
})

describe('how a pod ends', () => {
  test('after our change: SIGTERM with the first hook that is over, SIGKILL with the grace', () => {
    expect(shown().ending).toEqual({ sigterm: 45, sigkill: 75 })
    const template = podTemplate({
      containers: [
        container('app'),
        container('log', { preStop: QUIT }),
        container('old', { preStop: exec('sleep', '5') }),
      ],
    })
    // app: 45 + 30; old: 5 + (30 − 5). The hook of unknown length tells nothing.
    expect(shown({ template }).ending).toEqual({ sigterm: 5, sigkill: 75 })
    expect(
      shown({ template: podTemplate({ containers: [container('app', { preStop: QUIT })] }) }).ending,
    ).toEqual({
      sigterm: 0,
      sigkill: 30,
    })
  })

  test('withheld: at once', () => {
    const workload = summary({ replacement: { kind: 'recreate' } })
    expect(shown({ workload }).ending).toEqual({ sigterm: 0, sigkill: 30 })
  })

  test('nothing is said where no load balancer sends', () => {
    expect(shown({}, { exposures: [] })).toEqual({ findings: [] })
  })
})

test('a decision is plain data: a copy of its data is all of it', () => {
  const decisions = [
    decided(),
    decided({ template: ourTemplate(), change: 'changed' }),
    decided({ change: 'same' }),
    decided({ template: podTemplate(), stored: ourTemplate(), change: 'same-but-ours' }),
  ]
  expect(decisions.map(({ verdict }) => verdict)).toEqual(['inject', 'complete', 'unchanged', 'restore'])
  for (const decision of decisions) {
    const properties = Object.values(Object.getOwnPropertyDescriptors(decision))
    expect(properties.every((property) => 'value' in property)).toBe(true)
    expect(structuredClone(decision)).toEqual(decision)
  }
})

test('hooks in exec form, by setting only', () => {
  const { changes } = decided({}, { settings: { hook: 'exec' } })
  expect(changes).toContainEqual({ kind: 'add-hook', container: 0, form: 'exec', sleep: 45 })
})
