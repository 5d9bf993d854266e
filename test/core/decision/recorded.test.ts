import { describe, expect, test } from 'vitest'
import { exposure } from '../exposures.ts'
import { container, decided, nativeSleep, ourTemplate, podTemplate, s, said, told, WEB } from './subjects.ts'

const recorded = { template: ourTemplate(), stored: ourTemplate(), change: 'changed' as const }

describe('what is recorded meets what has changed since', () => {
  test('a longer budget is no lowered grace: 75 was kept, so it is raised for the 140 of an NLB', () => {
    // 140 + 30
    expect(told(decided(recorded, { exposures: [exposure({ loadBalancer: 'nlb' })] }))).toEqual([
      'set-grace 170',
      'replace-hook 0 140',
      'write-record',
    ])
  })

  test('a contested sleep is recorded all the same: a new neighbor gets it, though no exposure is seen', () => {
    const both = { handlers: ['exec', 'sleep'], sleep: s(45), exec: ['/quit'] }
    const template = ourTemplate(45, 75, {
      containers: [container('app', { preStop: both }), container('log')],
    })
    expect(told(decided({ template }, { exposures: [] }))).toEqual([
      'remove-handler 0',
      'add-hook 1 45',
      'write-record',
    ])
  })

  test('an explicit sleep lowers no grace below a sleep that a user has written since', () => {
    const template = ourTemplate(45, 75, {
      containers: [
        container('app', { preStop: nativeSleep(45) }),
        container('log', { preStop: nativeSleep(60) }),
      ],
    })
    const subject = { ...recorded, template, overrides: { graceful: false, sleep: said(s(10)) } }
    // maxGrace would have it at 50, where the API server refuses the user's 60.
    expect(told(decided(subject, { settings: { maxGraceSeconds: s(50) } }))).toEqual([
      'replace-hook 0 10',
      'write-record',
    ])
  })

  test('nor below one after the start, or of a native sidecar', () => {
    const sleeper = container('app', { preStop: nativeSleep(45), postStartSleep: s(60) })
    const proxy = container('proxy', { preStop: nativeSleep(70) })
    for (const [more, kept] of [
      [{ containers: [sleeper] }, 75],
      [{ nativeSidecars: [proxy] }, 75],
    ] as const) {
      const template = ourTemplate(45, kept, more)
      const overrides = { graceful: false, sleep: said(s(10)) }
      const settings = { maxGraceSeconds: s(50) }
      expect(told(decided({ ...recorded, template, overrides }, { settings }))).toEqual([
        'replace-hook 0 10',
        'write-record',
      ])
    }
  })

  test('a recorded sleep above maxGrace gets a grace as long as itself, never a shorter one', () => {
    const subject = {
      template: podTemplate({ grace: s(40) }),
      stored: ourTemplate(),
      change: 'changed' as const,
    }
    const settings = { injectInto: 'workloads' as const, maxGraceSeconds: s(44) }
    // 45 + 40 would be 85; the limit is 44, and the sleep 45.
    expect(told(decided(subject, { exposures: [], settings }))).toEqual([
      'set-grace 45',
      'add-hook 0 45',
      'write-record',
    ])
  })
})

describe('what is not ours to touch is not cleaned up by an opt-out either', () => {
  const off = { ...recorded, modeLabels: [{ value: 'off', object: WEB }] }
  test.for([
    ['kube-system', { ...off, ref: { ...WEB, namespace: 'kube-system' } }],
    [
      'a workload that a controller owns',
      { ...off, owner: { kind: 'Shop', namespace: 'shop', name: 'main' } },
    ],
  ] as const)('%s', ([, subject]) => {
    expect(decided(subject)).toMatchObject({ verdict: 'out-of-scope', changes: [] })
  })
})

describe('an opt-out leaves the grace period that a sleep of the user’s needs, as it stands, and it is the user’s', () => {
  const off = { ...recorded, modeLabels: [{ value: 'off', object: WEB }] }
  test.for([
    [
      'a sleep after the start',
      { containers: [container('app', { preStop: nativeSleep(45), postStartSleep: s(50) })] },
    ],
    ['a native sidecar’s', { nativeSidecars: [container('proxy', { preStop: nativeSleep(60) })] }],
    [
      'a native sidecar’s after its start',
      { nativeSidecars: [container('proxy', { postStartSleep: s(31) })] },
    ],
  ] as const)('%s', ([, more]) => {
    const template = ourTemplate(45, 75, more)
    expect(told(decided({ ...off, template }))).toEqual(['remove-hook 0', 'remove-record'])
  })

  test('a sleep as long as the grace period of before needs no other', () => {
    const template = ourTemplate(45, 75, {
      nativeSidecars: [container('proxy', { preStop: nativeSleep(30) })],
    })
    expect(told(decided({ ...off, template }))).toEqual(['remove-grace', 'remove-hook 0', 'remove-record'])
  })
})

test('from a Pod nothing is taken that its template carries, whatever is said by now', () => {
  const owner = { kind: 'ReplicaSet', namespace: 'shop', name: 'web-6d4b' }
  const pod = { what: 'pod', owner, template: ourTemplate() } as const
  expect(told(decided({ ...pod, overrides: { graceful: false, assume: said('none') } }))).toEqual([])
  expect(told(decided({ ...pod, overrides: { graceful: false, sleep: said(s(10)) } }))).toEqual([])
})

describe('a grace period that nobody means', () => {
  test('a negative one takes our sleep away, be it of one second', () => {
    for (const length of [45, 1]) {
      const template = ourTemplate(length, 75, { grace: s(1), negativeGrace: true })
      expect(
        decided({ ...recorded, template, stored: ourTemplate(length) }).repair.map(({ kind }) => kind),
      ).toEqual(['remove-hook', 'remove-record'])
    }
  })

  test('the longest that there is bears the sleep, and is never raised', () => {
    const template = podTemplate({ grace: s(Number.MAX_SAFE_INTEGER) })
    expect(told(decided({ template }))).toEqual(['add-hook 0 45', 'write-record'])
  })
})

test('a lifecycle and annotations that were there before us stay, though nothing else is left in them', () => {
  const { changes } = decided({ ...recorded, modeLabels: [{ value: 'off', object: WEB }] })
  expect(changes).toEqual([
    { kind: 'remove-grace', from: 75 },
    { kind: 'remove-hook', container: 0, from: 'preStop' },
    { kind: 'remove-record', from: 'annotation' },
  ])
})

test('the grace of a probe stays with the one that the pod had, where something lowered ours', () => {
  const record = '{"grace":{"before":30,"after":75},"sleep":{"app":45},"probes":{"app":{"livenessProbe":30}}}'
  const template = ourTemplate(45, 60, {
    annotations: { 'slackwater.dev/injected': record },
    containers: [container('app', { preStop: nativeSleep(45), probes: { livenessProbe: { grace: s(30) } } })],
  })
  const stored = { ...template, grace: s(75) }
  // 60 bears the sleep of 45; a wedged container had 30 before us.
  expect(told(decided({ ...recorded, stored, template }))).toEqual([])
})

test('a source has put its own text over our record: the record comes back, in dry-run too', () => {
  const { 'slackwater.dev/injected': record = '' } = ourTemplate().annotations
  const template = podTemplate({
    ...ourTemplate(),
    annotations: { 'slackwater.dev/injected': 'theirs' },
    witness: { record, isForeign: true },
  })
  const given = { ...recorded, stored: ourTemplate(), template }
  const repair = decided(given, { settings: { mode: 'dry-run' } }).repair
  expect(repair.map(({ kind }) => kind)).toEqual(['write-record'])
})
