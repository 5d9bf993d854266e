import { describe, expect, test } from 'vitest'
import { allowedChanges, type Verdict } from '../../../src/core/decision/decide.ts'
import type { Subject } from '../../../src/core/decision/subject.ts'
import type { Settings } from '../../../src/core/model/settings.ts'
import {
  container,
  decided,
  exec,
  nativeSleep,
  ourTemplate,
  podTemplate,
  s,
  summary,
  told,
} from './subjects.ts'

const REF = { kind: 'Pod', namespace: 'shop', name: 'web-1-x' } as const
const REPLICA_SET = { kind: 'ReplicaSet', namespace: 'shop', name: 'web-1' } as const
const DAEMON_SET = { kind: 'DaemonSet', namespace: 'shop', name: 'agent' } as const
const SHOP = { kind: 'Namespace', namespace: '', name: 'shop' } as const

const INJECTED = ['set-grace 75', 'add-hook 0 45', 'write-record']

/** A Pod of the Deployment shop/web. */
const pod = (wanted: Partial<Subject> = {}): Partial<Subject> => ({
  what: 'pod',
  ref: REF,
  owner: REPLICA_SET,
  ...wanted,
})

const labels = (own: string | undefined, workload: string | undefined): Partial<Subject> => ({
  modeLabels: [
    ...(own === undefined ? [] : [{ value: own, object: REF }]),
    ...(workload === undefined ? [] : [{ value: workload, object: summary().ref }]),
  ],
})

describe('the mode of a Pod is its own, else its workload’s, else its namespace’s, else the installation’s', () => {
  const namespace = (value: string) => ({ namespaceMode: { value, object: SHOP } })
  test.for<[string, Partial<Subject>, Partial<Settings>, readonly string[]]>([
    ['its own enforce, workload off', labels('enforce', 'off'), { mode: 'off' }, INJECTED],
    ['its own off, workload enforce', labels('off', 'enforce'), { mode: 'enforce' }, []],
    ['workload off, namespace enforce', { ...labels(undefined, 'off'), ...namespace('enforce') }, {}, []],
    [
      'workload enforce, namespace off',
      { ...labels(undefined, 'enforce'), ...namespace('off') },
      {},
      INJECTED,
    ],
    ['namespace dry-run, installation enforce', namespace('dry-run'), { mode: 'enforce' }, []],
    ['no label, installation off', {}, { mode: 'off' }, []],
    ['a bad label of its own is passed over', labels('on', 'off'), { mode: 'enforce' }, []],
  ])('%s', ([, wanted, settings, changes]) => {
    expect(told({ changes: allowedChanges(decided(pod(wanted), { settings })) })).toEqual(changes)
  })
})

describe('what is around the workload decides for its Pods too', () => {
  const recreate = { workload: summary({ replacement: { kind: 'recreate' } }) }
  test.for<[string, Partial<Subject>, Partial<Settings>, Verdict]>([
    ['nobody serves meanwhile', recreate, {}, 'withhold'],
    ['the workload itself insists', { ...recreate, ...labels(undefined, 'enforce') }, {}, 'inject'],
    ['a Pod of a DaemonSet', { owner: DAEMON_SET }, {}, 'out-of-scope'],
    ['a Pod of a DaemonSet, by setting', { owner: DAEMON_SET }, { daemonSets: true }, 'inject'],
    [
      'a DaemonSet’s template, by setting',
      { what: 'workload', ref: DAEMON_SET },
      { daemonSets: true },
      'inject',
    ],
  ])('%s', ([, wanted, settings, verdict]) => {
    const { owner, ...rest } = pod(wanted)
    const subject = wanted.what === 'workload' || owner === undefined ? rest : { ...rest, owner }
    const decision = decided(subject, { settings })
    expect(decision.verdict).toBe(verdict)
    expect(told(decision)).toEqual(verdict === 'inject' ? INJECTED : [])
  })
})

describe('asked again after other webhooks (reinvocation)', () => {
  const ours = container('app', { preStop: nativeSleep(45) })
  test.for<[string, Partial<Subject>['template'] & object, readonly string[]]>([
    ['nothing has changed', ourTemplate(), []],
    [
      'a sidecar came: it gets the sleep',
      ourTemplate(45, 75, { containers: [ours, container('envoy')] }),
      ['add-hook 1 45', 'write-record'],
    ],
    [
      'a sidecar came first in the list',
      ourTemplate(45, 75, { containers: [container('envoy'), ours] }),
      ['add-hook 0 45', 'write-record'],
    ],
    // Its 60 leaves nothing of the 30 of before, so A = 30; 60 + 30.
    [
      'a sidecar came with a longer hook of its own',
      ourTemplate(45, 75, { containers: [ours, container('envoy', { preStop: exec('sleep', '60') })] }),
      ['set-grace 90', 'write-record'],
    ],
    // A = 30 − 10 = 20 asks for 45 + 20 = 65: below what stands, and nothing is lowered.
    [
      'a sidecar came with a shorter hook of its own',
      ourTemplate(45, 75, { containers: [ours, container('envoy', { preStop: nativeSleep(10) })] }),
      [],
    ],
  ])('%s', ([, template, changes]) => {
    expect(told(decided(pod({ template })))).toEqual(changes)
  })
})

describe('native sidecars are left alone, and their hooks count', () => {
  test.for<[string, Partial<Subject>['template'] & object, readonly string[]]>([
    ['one without a hook', podTemplate({ nativeSidecars: [container('envoy')] }), INJECTED],
    // Covered by 45 + 30.
    [
      'one with a known hook',
      podTemplate({ nativeSidecars: [container('envoy', { preStop: exec('sleep', '20') })] }),
      INJECTED,
    ],
    // 45 + 30 = 75 would cut it at 75; nothing comes on top of it.
    [
      'one with a longer hook',
      podTemplate({ nativeSidecars: [container('envoy', { preStop: exec('sleep', '90') })] }),
      ['set-grace 90', 'add-hook 0 45', 'write-record'],
    ],
    // Every hook of a regular container is the user's; the sidecar's 60 would be cut at 30.
    [
      'one with a hook that outlasts the grace, beside a hook of the user’s',
      podTemplate({
        containers: [container('app', { preStop: nativeSleep(5) })],
        nativeSidecars: [container('envoy', { preStop: exec('sleep', '60') })],
      }),
      ['set-grace 60', 'write-record'],
    ],
  ])('%s', ([, template, changes]) => {
    expect(told(decided({ template }))).toEqual(changes)
  })
})

describe('repairs', () => {
  test('a Pod whose grace is below our sleep loses it, under workloads too', () => {
    const template = ourTemplate(45, 75, { grace: s(44) })
    const decision = decided(pod({ template }), { settings: { injectInto: 'workloads' } })
    expect(decision.verdict).toBe('by-template')
    expect(told(decision)).toEqual(['remove-hook 0', 'remove-record'])
  })

  test('a grace of exactly our sleep is accepted, so nothing is to be repaired', () => {
    expect(decided(pod({ template: ourTemplate(45, 75, { grace: s(45) }) })).repair).toEqual([])
  })
})

describe('limits meet what is recorded', () => {
  const recorded = { template: ourTemplate(), stored: ourTemplate(), change: 'changed' as const }

  test('a limit that came later takes nothing away', () => {
    const decision = decided(recorded, { settings: { maxGraceSeconds: s(30) } })
    expect(decision).toMatchObject({ verdict: 'complete', changes: [] })
  })

  test('assume none in dry-run is said, and not done', () => {
    const assume = {
      value: 'none',
      origin: { rank: 'explicit', source: { kind: 'setting', name: 'x' } },
    } as const
    const subject = { ...recorded, overrides: { graceful: false, assume } }
    const decision = decided(subject, { settings: { mode: 'dry-run' } })
    expect(told(decision)).toEqual(['remove-grace', 'remove-hook 0', 'remove-record'])
    expect(allowedChanges(decision)).toEqual([])
  })
})
