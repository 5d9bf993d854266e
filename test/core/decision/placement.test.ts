import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../../src/core/decision/decide.ts'
import type { Subject } from '../../../src/core/decision/subject.ts'
import type { InjectInto } from '../../../src/core/model/settings.ts'
import {
  container,
  decided,
  exec,
  ourTemplate,
  podTemplate,
  s,
  stating,
  summary,
  told,
  WEB,
} from './subjects.ts'

const kind = (name: string): Partial<Subject> => ({ ref: { ...WEB, kind: name } })
const POD: Partial<Subject> = { what: 'pod', ref: { ...WEB, kind: 'Pod' } }

describe('where the protection is written', () => {
  test.for<[string, InjectInto, Partial<Subject>, Verdict]>([
    ['a template by rule', 'auto', {}, 'inject'],
    ['a template by force', 'workloads', {}, 'inject'],
    ['Pods by force', 'pods', {}, 'inject-in-pods'],
    ['a StatefulSet’s template', 'auto', kind('StatefulSet'), 'inject'],
    ['a bare ReplicaSet’s template', 'auto', kind('ReplicaSet'), 'inject'],
    ['never a Rollout’s template', 'auto', kind('Rollout'), 'inject-in-pods'],
    ['never a Rollout’s template, by force either', 'workloads', kind('Rollout'), 'inject-in-pods'],
    ['a Pod at its creation', 'auto', POD, 'inject'],
    ['a Pod, where Pods are to carry it', 'pods', POD, 'inject'],
    ['not a Pod, where templates are to carry it', 'workloads', POD, 'by-template'],
    [
      'a Rollout’s Pod, since its template never carries it',
      'workloads',
      { ...POD, workload: summary({ ref: { kind: 'Rollout', namespace: 'shop', name: 'web' } }) },
      'inject',
    ],
    // 44 < S 45: the next apply without us would be refused.
    [
      'Pods, where the source states a grace below the sleep',
      'auto',
      { template: podTemplate({ stated: stating(44) }) },
      'inject-in-pods',
    ],
    [
      'the template, where the stated grace bears the sleep',
      'auto',
      { template: podTemplate({ stated: stating(45) }) },
      'inject',
    ],
    [
      'the template by force, whatever is stated',
      'workloads',
      { template: podTemplate({ stated: stating(10) }) },
      'inject',
    ],
  ])('%s', ([, injectInto, wanted, verdict]) => {
    const decision = decided(wanted, { settings: { injectInto } })
    expect(decision.verdict).toBe(verdict)
    expect(decision.changes.length > 0).toBe(verdict === 'inject')
  })

  test('a reason is given for leaving a template alone', () => {
    expect(decided({ template: podTemplate({ stated: stating(30) }) }).why).toBe(
      'its manifest states a grace period of 30 s, below the sleep of 45 s',
    )
    expect(decided(kind('Rollout')).why).toBe(
      'a changed Rollout template breaks GitOps comparison and quick rollback',
    )
    expect(decided({}, { settings: { injectInto: 'pods' } }).why).toBe('injectInto: pods')
  })

  test('what its Pods get is told all the same', () => {
    const { protection } = decided(kind('Rollout'))
    expect([...(protection?.desired.sleeps ?? [])]).toEqual([['app', 45]])
    expect(protection?.desired.grace).toBe(75)
  })
})

describe('a request that lowers what we had raised states its grace', () => {
  const lowered = (grace: number, stated?: number): Partial<Subject> => ({
    stored: ourTemplate(),
    template: ourTemplate(45, 75, {
      grace: s(grace),
      ...(stated === undefined ? {} : { stated: stating(stated) }),
    }),
    change: 'changed',
  })
  test.for<[string, Partial<Subject>, Verdict, readonly string[]]>([
    [
      'below the sleep: ours goes, its Pods get both',
      lowered(44),
      'inject-in-pods',
      ['remove-hook 0', 'remove-record'],
    ],
    // 45 bears the sleep of 45. A policy may have lowered it, which would lower it again: it stays.
    ['not below the sleep', lowered(45), 'complete', []],
    ['the lower of the two counts', lowered(20, 60), 'inject-in-pods', ['remove-hook 0', 'remove-record']],
    // The source states 20, the request keeps 75, which bears the sleep: nothing would be refused here and now.
    ['the stated one counts where it is the lower', lowered(75, 20), 'inject-in-pods', []],
  ])('%s', ([, wanted, verdict, changes]) => {
    const decision = decided(wanted)
    expect(decision.verdict).toBe(verdict)
    expect(told(decision)).toEqual(changes)
  })

  test('under injectInto: workloads it is raised again, in dry-run too, but not above maxGrace', () => {
    const settings = { injectInto: 'workloads' as const }
    // A = 20, so 45 + 20.
    expect(told(decided(lowered(20), { settings }))).toEqual(['set-grace 65', 'write-record'])
    // A repair computes no budget: it puts back what had been raised.
    const dryRun = { ...settings, mode: 'dry-run' as const }
    expect(told({ changes: decided(lowered(20), { settings: dryRun }).repair })).toEqual([
      'set-grace 75',
      'write-record',
    ])
    const asked = {
      ...lowered(20),
      overrides: { graceful: false, shutdownSeconds: { value: s(100), origin: ORIGIN } },
    }
    // 45 + 100 = 145 without a limit; 80 with one.
    expect(told({ changes: decided(asked, { settings: dryRun }).repair })).toContain('set-grace 145')
    const limited = { ...dryRun, maxGraceSeconds: s(80) }
    expect(told({ changes: decided(asked, { settings: limited }).repair })).toContain('set-grace 80')
  })
})

const ORIGIN = { rank: 'explicit', source: { kind: 'setting', name: 'test' } } as const

describe('where every hook is the user’s, a grace that must be raised goes where a hook would', () => {
  // The hook of 60 outlasts the grace of 30: the kubelet would cut it. 60 + A 30.
  const template = podTemplate({
    grace: s(30),
    containers: [container('app', { preStop: exec('sleep', '60') })],
  })
  test.for<[string, InjectInto, Partial<Subject>, Verdict, readonly string[]]>([
    ['into the template', 'auto', {}, 'grace-only', ['set-grace 90', 'write-record']],
    ['into the Pods of a Rollout', 'auto', kind('Rollout'), 'inject-in-pods', []],
    ['into Pods by force', 'pods', {}, 'inject-in-pods', []],
    ['into a Pod', 'pods', POD, 'grace-only', ['set-grace 90', 'write-record']],
    ['not into a Pod, where templates are to carry it', 'workloads', POD, 'by-template', []],
    // A grace below an exec hook is no refusal: the template may carry it.
    [
      'into the template, whatever is stated',
      'auto',
      { template: { ...template, stated: stating(30) } },
      'grace-only',
      ['set-grace 90', 'write-record'],
    ],
  ])('%s', ([, injectInto, wanted, verdict, changes]) => {
    const decision = decided({ template, ...wanted }, { settings: { injectInto } })
    expect(decision.verdict).toBe(verdict)
    expect(told(decision)).toEqual(changes)
  })
})
