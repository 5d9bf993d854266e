import { describe, expect, test } from 'vitest'
import { aftermathOf } from '../../src/assessment/aftermath.ts'
import { assess } from '../../src/assessment/assess.ts'
import { deployment, injected, type JsonObject, knowing, podOf, template } from '../admission/world.ts'

/**
 * How many replicas a workload has, from its objects to the decision: what its autoscalers say, whatever stands; else
 * what somebody has stated; else it is not known, and never one.
 */

/** The old pod goes first: with one replica nobody serves meanwhile. */
const GOES_FIRST = { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } }
/** Replaces its pods one by one, the old one first. */
const inPlace = (spec: JsonObject): JsonObject => ({
  ...deployment(template(), {}, spec),
  kind: 'StatefulSet',
})
const goingFirst = (spec: JsonObject = {}): JsonObject =>
  deployment(template(), {}, { ...GOES_FIRST, replicas: null, ...spec })

const toWeb = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

const autoscaler = (name: string, spec: JsonObject, namespace = 'shop'): JsonObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name, namespace },
  spec: { scaleTargetRef: toWeb, maxReplicas: 40, ...spec },
})
const scaledObject = (spec: JsonObject, annotations: JsonObject = {}): JsonObject => ({
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name: 'web', namespace: 'shop', annotations },
  spec: { scaleTargetRef: { name: 'web' }, ...spec },
})

const autoscalers = (count: number): readonly JsonObject[] =>
  Array.from({ length: count }, (_, index) => autoscaler(`web-${index}`, { minReplicas: 6 }))

interface Asked {
  readonly what?: 'workload' | 'pod'
  readonly fromFile?: boolean
}

function decided(raw: JsonObject, known: readonly JsonObject[], { what = 'workload', fromFile }: Asked = {}) {
  const knowledge = knowing(known)
  const object = { what, raw, namespace: 'shop', fromFile: fromFile ?? false }
  const result = assess(object, knowledge)
  if (!result.readable) throw new Error(result.problem)
  const { findings } = aftermathOf(result, knowledge.inventory, raw)
  const { verdict } = result.decision
  return { verdict, said: findings.filter(({ id }) => ABOUT_REPLICAS.includes(id)) }
}

const ABOUT_REPLICAS = ['outage-on-replacement', 'single-replica', 'rollout-loses-capacity']

const verdict = (raw: JsonObject, known: readonly JsonObject[], asked?: Asked) =>
  decided(raw, known, asked).verdict

describe('a Deployment whose old pods go first', () => {
  test.for<[string, readonly JsonObject[], JsonObject, string]>([
    ['nobody states replicas', [], {}, 'inject'],
    ['one stands', [], { replicas: 1 }, 'withhold'],
    ['a minimum of 6', [autoscaler('web', { minReplicas: 6 })], {}, 'inject'],
    ['a minimum of 3, and one stands', [autoscaler('web', { minReplicas: 3 })], { replicas: 1 }, 'inject'],
    ['a minimum of 1, and five stand', [autoscaler('web', { minReplicas: 1 })], { replicas: 5 }, 'withhold'],
    // Kubernetes API reference, HorizontalPodAutoscalerSpec.minReplicas: defaults to 1.
    ['no minimum, which is 1', [autoscaler('web', {})], { replicas: 5 }, 'withhold'],
    // Feature gate HPAScaleToZero: at none nothing can be lost, and the first pod is the only one.
    ['a minimum of 0, which is 1 in use', [autoscaler('web', { minReplicas: 0 })], {}, 'withhold'],
    [
      'several autoscalers: the smallest minimum',
      [autoscaler('a', { minReplicas: 6 }), autoscaler('b', { minReplicas: 1 })],
      {},
      'withhold',
    ],
    [
      'several autoscalers, in the other order',
      [autoscaler('a', { minReplicas: 2 }), autoscaler('b', { minReplicas: 6 })],
      { replicas: 1 },
      'inject',
    ],
    // Nobody needs more than one; the time for a decision must not grow with what a tenant creates.
    ['a hundred autoscalers', autoscalers(100), { replicas: 1 }, 'inject'],
    ['more than a hundred: none counts', autoscalers(101), { replicas: 1 }, 'withhold'],
    ['of another namespace', [autoscaler('web', { minReplicas: 6 }, 'mall')], { replicas: 1 }, 'withhold'],
    [
      'of another workload',
      [autoscaler('web', { minReplicas: 6, scaleTargetRef: { ...toWeb, name: 'api' } })],
      { replicas: 1 },
      'withhold',
    ],
    [
      'of another kind',
      [autoscaler('web', { minReplicas: 6, scaleTargetRef: { ...toWeb, kind: 'StatefulSet' } })],
      { replicas: 1 },
      'withhold',
    ],
    [
      'of another group',
      [autoscaler('web', { minReplicas: 6, scaleTargetRef: { ...toWeb, apiVersion: 'example.com/v1' } })],
      { replicas: 1 },
      'withhold',
    ],
    // The autoscaler asks for the kind of the group, in whatever version (kubernetes/kubernetes
    // pkg/controller/podautoscaler/horizontal.go: RESTMappings of the group and the kind).
    [
      'by an older version of the group',
      [autoscaler('web', { minReplicas: 6, scaleTargetRef: { ...toWeb, apiVersion: 'apps/v1beta2' } })],
      { replicas: 1 },
      'inject',
    ],
    [
      'an autoscaler of an older version, in files',
      [{ ...autoscaler('web', { minReplicas: 6 }), apiVersion: 'autoscaling/v1' }],
      { replicas: 1 },
      'inject',
    ],
    ['KEDA, a minimum of 4', [scaledObject({ minReplicaCount: 4 })], { replicas: 1 }, 'inject'],
    ['KEDA, no minimum: 1 in use', [scaledObject({})], { replicas: 5 }, 'withhold'],
    [
      'KEDA, idle at none, else at least 2',
      [scaledObject({ minReplicaCount: 2, idleReplicaCount: 0 })],
      { replicas: 1 },
      'inject',
    ],
    [
      'KEDA and the autoscaler that it makes',
      [scaledObject({ minReplicaCount: 4 }), autoscaler('keda-hpa-web', { minReplicas: 4 })],
      {},
      'inject',
    ],
    [
      'KEDA, paused at 3',
      [scaledObject({}, { 'autoscaling.keda.sh/paused-replicas': '3' })],
      { replicas: 1 },
      'inject',
    ],
    [
      'KEDA, paused at 1',
      [scaledObject({ minReplicaCount: 4 }, { 'autoscaling.keda.sh/paused-replicas': '1' })],
      { replicas: 4 },
      'withhold',
    ],
    [
      'KEDA, paused: as many as stand',
      [scaledObject({ minReplicaCount: 4 }, { 'autoscaling.keda.sh/paused': 'true' })],
      { replicas: 1 },
      'withhold',
    ],
  ])('%s', ([, known, spec, expected]) => {
    expect(verdict(goingFirst(spec), known)).toBe(expected)
    // Its Pods are judged by the same number.
    const pod = verdict(podOf(template()), [goingFirst(spec), ...known], { what: 'pod' })
    expect(pod).toBe(expected)
  })
})

describe('a StatefulSet', () => {
  const ofSet = (minReplicas: number) =>
    autoscaler('web', { minReplicas, scaleTargetRef: { ...toWeb, kind: 'StatefulSet' } })

  test.for<[string, JsonObject, readonly JsonObject[], string]>([
    ['of one', inPlace({ replicas: 1 }), [], 'withhold'],
    ['of one that stands, and a minimum of 3', inPlace({ replicas: 1 }), [ofSet(3)], 'inject'],
    ['nobody states replicas', inPlace({ replicas: null }), [], 'inject'],
    ['of three, and a minimum of 1', inPlace({ replicas: 3 }), [ofSet(1)], 'withhold'],
  ])('%s', ([, raw, known, expected]) => {
    expect(verdict(raw, known)).toBe(expected)
  })
})

describe('who has stated the one that stands', () => {
  const applied = (spec: JsonObject) => ({
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec }) },
  })
  const created = (metadata: JsonObject) => deployment(template(), metadata, { ...GOES_FIRST, replicas: 1 })
  /** As `kubectl get -o yaml` writes it. */
  const dumped = (metadata: JsonObject) => ({ ...created({ uid: '7f3c', ...metadata }), status: {} })

  test.for<[string, JsonObject, string]>([
    ['a CREATE', created({}), 'withhold'],
    ['a CREATE by kubectl apply, of a manifest without', created(applied({ template: {} })), 'inject'],
    ['a CREATE by kubectl apply, of a manifest with', created(applied({ replicas: 1 })), 'withhold'],
    ['a dump of what was applied without', dumped(applied({ template: {} })), 'inject'],
    ['a dump of what was created', dumped({}), 'withhold'],
  ])('%s', ([, raw, expected]) => {
    for (const fromFile of [true, false]) expect(verdict(raw, [], { fromFile })).toBe(expected)
    expect(verdict(podOf(template()), [raw], { what: 'pod' })).toBe(expected)
  })
})

test('what is written stays, though its autoscaler is gone and one stands', () => {
  const stored = deployment(injected(), {}, { ...GOES_FIRST, replicas: 1 })
  const requested = deployment(
    injected({ annotations: { restarted: 'now' } }),
    {},
    { ...GOES_FIRST, replicas: 1 },
  )
  const object = { what: 'workload', raw: requested, stored, namespace: 'shop', fromFile: false } as const
  const result = assess(object, knowing([]))
  expect(result).toMatchObject({ readable: true, operations: [], decision: { verdict: 'complete' } })
})

describe('what is said', () => {
  test('of a minimum of 6, nothing about one replica', () => {
    const { said } = decided(goingFirst(), [autoscaler('web', { minReplicas: 6 })], { fromFile: true })
    expect(said).toEqual([])
  })

  test('where nobody states replicas, at most information', () => {
    expect(decided(goingFirst(), [], { fromFile: true }).said).toMatchObject([
      { id: 'outage-on-replacement', severity: 'information' },
    ])
    const surge = { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }
    expect(decided(goingFirst(surge), []).said).toEqual([])
  })

  test('of a minimum of 1, that it is an autoscaler’s', () => {
    const { said } = decided(goingFirst({ replicas: 5 }), [autoscaler('night', {})])
    expect(said).toMatchObject([
      {
        id: 'outage-on-replacement',
        severity: 'warning',
        message: expect.stringContaining('one replica (the minimum of HorizontalPodAutoscaler shop/night)'),
      },
    ])
  })

  test('of an Argo Rollout, what its autoscaler says', () => {
    const rollout = { ...deployment(template(), {}, { replicas: 1 }), kind: 'Rollout' }
    const raw = { ...rollout, apiVersion: 'argoproj.io/v1alpha1' }
    const target = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' }
    const known = [autoscaler('web', { minReplicas: 2, scaleTargetRef: target })]
    expect(decided(raw, known).said).toEqual([])
    expect(decided(raw, []).said).toMatchObject([
      { id: 'single-replica', message: expect.stringMatching(/^one replica: /) },
    ])
  })
})
