import { describe, expect, test } from 'vitest'
import { isWorkloadKind } from '../../src/core/model/workload-kind.ts'
import { groupOf, toPod, toWorkload } from '../../src/kubernetes/workload.ts'

const workload = (parts: { readonly kind?: string; readonly metadata?: object; readonly spec?: object }) =>
  toWorkload({
    apiVersion: 'apps/v1',
    kind: parts.kind ?? 'Deployment',
    metadata: { name: 'web', ...parts.metadata },
    spec: { template: {}, ...parts.spec },
  })

test('what is absent has the API server’s defaults', () => {
  expect(workload({})).toMatchObject({
    ref: { kind: 'Deployment', namespace: 'default', name: 'web' },
    replacement: { kind: 'rolling', maxSurge: { percent: 25 }, maxUnavailable: { percent: 25 } },
    minReadySeconds: 0,
    misplacedAnnotations: [],
    misplacedLabels: [],
  })
  expect(workload({})).not.toHaveProperty('replicas')
  expect(workload({})).not.toHaveProperty('owner')
  expect(toWorkload({}, 'shop').ref).toEqual({ kind: '', namespace: 'shop', name: '*' })
})

test('what is written', () => {
  const metadata = {
    namespace: 'shop',
    labels: { 'slackwater.dev/mode': 'off', 'slackwater.dev/mdoe': 'off' },
    annotations: { 'slackwater.dev/sleep-seconds': '5', other: '1' },
    ownerReferences: [
      { kind: 'Group', name: 'shops' },
      { kind: 'Shop', name: 'main', controller: true },
    ],
  }
  const spec = { replicas: 3, minReadySeconds: 10, progressDeadlineSeconds: 60 }
  expect(workload({ metadata, spec })).toMatchObject({
    ref: { namespace: 'shop' },
    modeLabel: 'off',
    owner: { kind: 'Shop', namespace: 'shop', name: 'main' },
    replicas: 3,
    minReadySeconds: 10,
    progressDeadline: 60,
    misplacedAnnotations: ['slackwater.dev/sleep-seconds'],
    misplacedLabels: ['slackwater.dev/mdoe'],
  })
})

test('the labels that Argo Rollouts changes on running Pods, with all of their values', () => {
  const blueGreen = {
    activeMetadata: { labels: { role: 'active', tier: 'a' } },
    previewMetadata: { labels: { role: 'preview' } },
  }
  const { changingLabels } = workload({ kind: 'Rollout', spec: { strategy: { blueGreen } } })
  expect([...(changingLabels ?? [])].map(([label, values]) => [label, ...values])).toEqual([
    ['role', 'active', 'preview'],
    ['tier', 'a'],
  ])
  const canary = { canaryMetadata: { labels: { role: 'canary' } }, stableMetadata: {} }
  const other = workload({ kind: 'Rollout', spec: { strategy: { canary } } })
  expect(other.changingLabels).toEqual(new Map([['role', new Set(['canary'])]]))
  expect(workload({ kind: 'Rollout', spec: { strategy: { canary: {} } } })).not.toHaveProperty(
    'changingLabels',
  )
})

test('of thousands of them no more are kept than people set', () => {
  const labels = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`l${index}`, 'x']))
  const blueGreen = { activeMetadata: { labels } }
  const { changingLabels } = workload({ kind: 'Rollout', spec: { strategy: { blueGreen } } })
  expect(changingLabels?.size).toBe(50)
})

describe('how a workload replaces its pods', () => {
  test.for<[string, string, object, object]>([
    ['Recreate', 'Deployment', { strategy: { type: 'Recreate' } }, { kind: 'recreate' }],
    [
      'counts and percentages',
      'Deployment',
      { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '100%' } } },
      { kind: 'rolling', maxSurge: { count: 0 }, maxUnavailable: { percent: 100 } },
    ],
    ['a StatefulSet', 'StatefulSet', {}, { kind: 'in-place' }],
    ['a ReplicaSet', 'ReplicaSet', {}, { kind: 'unknown' }],
    ['a Rollout', 'Rollout', { strategy: { canary: {} } }, { kind: 'unknown' }],
  ])('%s', ([, kind, spec, replacement]) => {
    expect(workload({ kind, spec }).replacement).toEqual(replacement)
  })

  test.for<[unknown, string]>([
    ['a few', '"a few"'],
    ['-1%', '"-1%"'],
    [true, 'a boolean'],
    [[1], 'a list'],
  ])('%j is neither', ([maxSurge, got]) => {
    const spec = { strategy: { rollingUpdate: { maxSurge } } }
    expect(() => workload({ spec })).toThrow(
      `spec.strategy.rollingUpdate.maxSurge: expected a count or a percentage, got ${got}`,
    )
  })
})

test('a Pod: its name or what it is generated from, its owner, whether it is a mirror', () => {
  const owner = { kind: 'ReplicaSet', name: 'web-6d4b', controller: true }
  expect(
    toPod({
      kind: 'Pod',
      metadata: { generateName: 'web-6d4b-', namespace: 'shop', ownerReferences: [owner] },
    }),
  ).toMatchObject({
    ref: { kind: 'Pod', namespace: 'shop', name: 'web-6d4b-*' },
    owner: { kind: 'ReplicaSet', namespace: 'shop', name: 'web-6d4b' },
    mirror: false,
  })
  const mirror = { name: 'etcd', annotations: { 'kubernetes.io/config.mirror': 'x' } }
  expect(toPod({ kind: 'Pod', metadata: mirror })).toMatchObject({
    ref: { namespace: 'default', name: 'etcd' },
    mirror: true,
  })
})

test.for<[string, object, boolean]>([
  ['of its own group', { apiVersion: 'apps/v1', kind: 'StatefulSet' }, false],
  ['of another group', { apiVersion: 'apps.kruise.io/v1beta1', kind: 'StatefulSet' }, true],
  ['of a kind that is not known', { apiVersion: 'apps.kruise.io/v1alpha1', kind: 'CloneSet' }, false],
  ['without a group', { kind: 'StatefulSet' }, false],
])('whether the owner of a Pod is foreign: one %s', ([, owner, expected]) => {
  const metadata = { name: 'web-0', ownerReferences: [{ ...owner, name: 'web', controller: true }] }
  expect(toPod({ kind: 'Pod', metadata }).isOwnerForeign ?? false).toBe(expected)
})

describe('what does not have Kubernetes’ shape', () => {
  test.for<[string, unknown, string]>([
    ['a list', [], 'the document: expected a mapping, got a list'],
    [
      'a text for replicas',
      { spec: { replicas: '3' } },
      'spec.replicas: expected a whole number, got a string',
    ],
    [
      'owners that are no list',
      { metadata: { ownerReferences: {} } },
      'metadata.ownerReferences: expected a list, got a mapping',
    ],
    [
      'an owner without a name',
      { metadata: { ownerReferences: [{ kind: 'A', controller: true }] } },
      'metadata.ownerReferences[0].name: expected a string, got nothing',
    ],
    [
      'a label that is a number',
      { metadata: { labels: { 'slackwater.dev/mode': 1 } } },
      'metadata.labels.slackwater.dev/mode: expected a string, got a number',
    ],
    [
      'a negative time',
      { spec: { minReadySeconds: -1 } },
      'spec.minReadySeconds: expected a whole number from 0, got -1',
    ],
  ])('%s', ([, raw, message]) => {
    expect(() => toWorkload(raw)).toThrow(message)
  })
})

test('kinds are told by group and kind', () => {
  expect(['apps/v1', 'v1', 'argoproj.io/v1alpha1', ''].map(groupOf)).toEqual(['apps', '', 'argoproj.io', ''])
  expect(isWorkloadKind('apps', 'Deployment')).toBe(true)
  expect(isWorkloadKind('batch', 'Job')).toBe(true)
  expect(isWorkloadKind('argoproj.io', 'Rollout')).toBe(true)
  expect(isWorkloadKind('example.com', 'Deployment')).toBe(false)
  expect(isWorkloadKind('apps', 'ControllerRevision')).toBe(false)
})
