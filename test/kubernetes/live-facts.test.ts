import { describe, expect, test } from 'vitest'
import { root } from '../../src/kubernetes/json.ts'
import { toWorkloadSummary } from '../../src/kubernetes/workload.ts'

/** 2026-11-21T10:00:00Z in milliseconds since 1970, by `date -u -d 2026-11-21T10:00:00Z +%s`. */
const CREATED = 1_795_255_200_000

const HOOK = { lifecycle: { preStop: { exec: { command: ['true'] } } } }

const stored = (kind: string, metadata: object = {}, further: object = {}, template: object = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: 'u1',
    creationTimestamp: '2026-11-21T10:00:00Z',
    generation: 1,
    ...metadata,
  },
  spec: {
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app' }] }, ...template },
  },
  ...further,
})

const factsOf = (raw: unknown) => toWorkloadSummary(root(raw)).live

test('what is kept of a stored workload', () => {
  expect(factsOf(stored('Deployment'))).toEqual({
    uid: 'u1',
    created: CREATED,
    rolledOut: false,
    paused: false,
    templateLabels: { app: 'web' },
    recorded: false,
    adopted: false,
    unhooked: true,
    unready: false,
  })
})

describe('nothing is kept of what is', () => {
  test.for([
    ['in a file', stored('Deployment', { uid: undefined, creationTimestamp: undefined })],
    ['without a time that can be read', stored('Deployment', { creationTimestamp: 'yesterday' })],
    ['being deleted', stored('Deployment', { deletionTimestamp: '2026-11-21T10:01:00Z' })],
  ] as const)('%s', ([, raw]) => expect(factsOf(raw)).toBeUndefined())
})

describe('rolled out before', () => {
  const revision = (value: string) => ({ annotations: { 'deployment.kubernetes.io/revision': value } })
  const revisions = (currentRevision: string, updateRevision: string) => ({
    status: { currentRevision, updateRevision },
  })
  test.for([
    ['a Deployment that its controller has not seen', stored('Deployment'), false],
    ['a Deployment of revision 1', stored('Deployment', revision('1')), false],
    ['a Deployment of revision 2', stored('Deployment', revision('2')), true],
    [
      'a scaled Deployment: its template is the same',
      stored('Deployment', { ...revision('1'), generation: 2 }),
      false,
    ],
    ['a StatefulSet of one revision', stored('StatefulSet', {}, revisions('web-1', 'web-1')), false],
    ['a StatefulSet that its controller has not seen', stored('StatefulSet'), false],
    ['a StatefulSet between revisions', stored('StatefulSet', {}, revisions('web-1', 'web-2')), true],
    ['a StatefulSet whose spec was changed, a scale too', stored('StatefulSet', { generation: 2 }), true],
    [
      'a StatefulSet that rolls nothing by itself',
      {
        ...stored('StatefulSet'),
        spec: { ...stored('StatefulSet').spec, updateStrategy: { type: 'OnDelete' } },
      },
      true,
    ],
    ['a DaemonSet: nothing tells', stored('DaemonSet'), true],
    ['a Rollout: nothing tells', { ...stored('Rollout'), apiVersion: 'argoproj.io/v1alpha1' }, true],
  ] as const)('%s: %s', ([, raw, expected]) => expect(factsOf(raw)?.rolledOut).toBe(expected))
})

describe('paused', () => {
  const spec = (kind: string, paused: unknown) => ({
    ...stored(kind),
    spec: { ...stored(kind).spec, paused },
  })
  test.for([
    ['a Deployment that is', spec('Deployment', true), true],
    ['one that was resumed', spec('Deployment', false), false],
    ['one with rubbish there, which the API server refuses', spec('Deployment', 'true'), false],
    ['a StatefulSet has no such field', spec('StatefulSet', true), false],
  ] as const)('%s: %s', ([, raw, expected]) => expect(factsOf(raw)?.paused).toBe(expected))
})

describe('hooks and record at a glance', () => {
  const containers = (...list: readonly object[]) => ({ spec: { containers: list } })
  test.for([
    ['one container of two lacks a hook', containers({ name: 'a', ...HOOK }, { name: 'b' }), true],
    ['every container has one', containers({ name: 'a', ...HOOK }, { name: 'b', ...HOOK }), false],
    ['null is none', containers({ name: 'a', lifecycle: { preStop: null } }), true],
    ['a Rollout that names its template elsewhere has no container', { spec: undefined }, false],
  ] as const)('%s', ([, template, expected]) =>
    expect(factsOf(stored('Deployment', {}, {}, template))?.unhooked).toBe(expected),
  )

  test('a record counts whatever it says', () => {
    const template = { metadata: { annotations: { 'slackwater.dev/injected': '?' } } }
    expect(factsOf(stored('Deployment', {}, {}, template))?.recorded).toBe(true)
  })
})

test.for<[string, string, object, boolean]>([
  ['some of its Pods are not ready', 'Deployment', { replicas: 3, readyReplicas: 2 }, true],
  ['none is: the count is left out', 'StatefulSet', { replicas: 3 }, true],
  ['all are', 'Rollout', { replicas: 3, readyReplicas: 3 }, false],
  ['it has none', 'Deployment', { replicas: 0 }, false],
  ['a DaemonSet counts otherwise', 'DaemonSet', { currentNumberScheduled: 2, numberReady: 1 }, true],
])('unready: %s', ([, kind, status, unready]) =>
  expect(factsOf({ ...stored(kind), status })?.unready).toBe(unready),
)
