import { describe, expect, test } from 'vitest'
import { excludedNamespaces, outOfScope } from '../../../src/core/decision/scope.ts'
import type { Subject } from '../../../src/core/decision/subject.ts'
import { settingsWith } from '../exposures.ts'
import { decided, ourTemplate, podTemplate, s, subject, told } from './subjects.ts'

const of = (kind: string, namespace = 'shop'): Partial<Subject> => ({
  ref: { kind, namespace, name: 'web' },
})
const podOf = (kind: string, wanted: Partial<Subject> = {}): Partial<Subject> => ({
  ...of('Pod'),
  what: 'pod',
  owner: { kind, namespace: 'shop', name: 'web' },
  ...wanted,
})
const settings = settingsWith({ excludedNamespaces: ['legacy'] })

describe('not touched', () => {
  test.for<[string, Partial<Subject>, string]>([
    ['a Job', of('Job'), 'a Job ends on its own'],
    ['a CronJob', of('CronJob'), 'a CronJob ends on its own'],
    ['a Pod of a Job', podOf('Job'), 'Pods of a Job end on their own'],
    ['a DaemonSet', of('DaemonSet'), 'DaemonSets are not changed (daemonSets: false)'],
    ['a Pod of a DaemonSet', podOf('DaemonSet'), 'Pods of DaemonSets are not changed (daemonSets: false)'],
    [
      'a ReplicaSet of a Deployment',
      { ...of('ReplicaSet'), owner: { kind: 'Deployment', namespace: 'shop', name: 'web' } },
      'Deployment web controls it: change Deployment web',
    ],
    [
      'a Deployment of an operator',
      { ...of('Deployment'), owner: { kind: 'Shop', namespace: 'shop', name: 'main' } },
      'Shop main controls it: change Shop main',
    ],
    [
      'a Pod of a Helm hook',
      { ...of('Pod'), what: 'pod', isHelmHook: true },
      'a Pod of a Helm hook ends on its own',
    ],
    ['a mirror Pod', podOf('Node', { mirror: true }), 'a mirror Pod belongs to its kubelet'],
    ['kube-system', of('Deployment', 'kube-system'), 'namespace kube-system is excluded'],
    ['kube-node-lease', of('Deployment', 'kube-node-lease'), 'namespace kube-node-lease is excluded'],
    ['our own namespace', of('Deployment', 'slackwater-system'), 'namespace slackwater-system is excluded'],
    ['a namespace that the settings name', of('Deployment', 'legacy'), 'namespace legacy is excluded'],
    [
      'a Pod in such a namespace',
      { ...podOf('ReplicaSet'), ref: { kind: 'Pod', namespace: 'kube-system', name: 'dns' } },
      'namespace kube-system is excluded',
    ],
  ])('%s', ([, wanted, why]) => {
    expect(outOfScope(subject(wanted), settings)).toBe(why)
  })
})

describe('ours to change', () => {
  test.for<[string, Partial<Subject>]>([
    ['a Deployment', of('Deployment')],
    ['a StatefulSet', of('StatefulSet')],
    ['a bare ReplicaSet', of('ReplicaSet')],
    ['an Argo Rollout, for its Pods', of('Rollout')],
    ['a bare Pod', { ...of('Pod'), what: 'pod' }],
    ['a Pod of a ReplicaSet', podOf('ReplicaSet')],
    ['one whose template has the annotation of a Helm hook', podOf('ReplicaSet', { isHelmHook: true })],
    ['a Pod of a custom resource', podOf('Shop')],
  ])('%s', ([, wanted]) => {
    expect(outOfScope(subject(wanted), settings)).toBeUndefined()
  })

  test.for<[string, Partial<Subject>]>([
    ['a DaemonSet', of('DaemonSet')],
    ['a Pod of a DaemonSet', podOf('DaemonSet')],
  ])('%s, with daemonSets: true', ([, wanted]) => {
    expect(outOfScope(subject(wanted), settingsWith({ daemonSets: true }))).toBeUndefined()
  })
})

test('the namespaces that are excluded, ours with them', () => {
  expect(excludedNamespaces(settings)).toEqual([
    'kube-system',
    'kube-node-lease',
    'slackwater-system',
    'legacy',
  ])
})

describe('in an excluded namespace', () => {
  const here = { settings: { excludedNamespaces: ['shop'] } }
  const stored = ourTemplate()
  const off = [{ value: 'off', object: { kind: 'Deployment', namespace: 'shop', name: 'web' } }]

  test('what a request drops of ours, and nothing else, comes back', () => {
    const dropped = podTemplate()
    expect(told(decided({ template: dropped, stored, change: 'same-but-ours' }, here))).toEqual([
      'set-grace 75',
      'add-hook 0 45',
      'write-record',
    ])
  })

  test('what would be refused because of us is repaired', () => {
    const template = ourTemplate(45, 75, { grace: s(20) })
    expect(told(decided({ template, stored, change: 'changed' }, here))).toEqual([
      'remove-hook 0',
      'remove-record',
    ])
  })

  test('nothing is injected, raised, or taken out', () => {
    expect(told(decided({}, here))).toEqual([])
    expect(told(decided({ template: stored, stored, change: 'changed' }, here))).toEqual([])
    expect(told(decided({ template: stored, stored, change: 'changed', modeLabels: off }, here))).toEqual([])
  })
})

test('what is out of scope is neither protected nor cleaned up, but repaired where it would be refused', () => {
  const inSystem = of('Deployment', 'kube-system')
  expect(decided(inSystem)).toMatchObject({ verdict: 'out-of-scope', changes: [] })
  const conflict = ourTemplate(45, 75, { grace: s(20) })
  expect(told(decided({ ...inSystem, template: conflict, change: 'changed' }))).toEqual([
    'remove-hook 0',
    'remove-record',
  ])
  expect(decided({ template: podTemplate({ containers: [] }) })).toMatchObject({
    verdict: 'out-of-scope',
    why: 'it has no containers',
    changes: [],
  })
})
