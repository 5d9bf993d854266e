import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { planDocument } from '../../src/render/plan-document.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'

/** What else is about a workload, in the JSON of a plan. */

const metadata = (name: string, namespace = 'shop') => ({ name, namespace })

const workload = (kind: string, name: string, labels: object = { app: name }) => ({
  apiVersion: kind === 'Rollout' ? 'argoproj.io/v1alpha1' : 'apps/v1',
  kind,
  metadata: metadata(name),
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:1' }] } },
  },
})

/** By `kind/name` of each workload, what the JSON has beside it. */
function relatedIn(...objects: readonly object[]): Readonly<Record<string, unknown>> {
  const text = objects.map((object) => stringify(object)).join('---\n')
  const manifests = readManifests([{ name: 'all.yaml', text }])
  const plan = planManifests({ manifests, settings: DEFAULT_SETTINGS, namespace: 'default' })
  expect(plan.problems).toEqual([])
  const { objects: planned } = JSON.parse(JSON.stringify(planDocument(plan)))
  return Object.fromEntries(
    planned.map(({ kind, name, related }: Record<string, string>) => [`${kind}/${name}`, related]),
  )
}

const autoscaler = (name: string, spec: object, namespace = 'shop') => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: metadata(name, namespace),
  spec: { maxReplicas: 10, ...spec },
})
const target = (name: string, kind = 'Deployment', apiVersion = 'apps/v1') => ({
  scaleTargetRef: { apiVersion, kind, name },
})

test('where nothing is, there is no field', () => {
  expect(relatedIn(workload('Deployment', 'web'))).toEqual({ 'Deployment/web': undefined })
})

describe('HorizontalPodAutoscaler (autoscaling/v2)', () => {
  const deployment = workload('Deployment', 'web')
  const shown = { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'hpa' }

  test('with its replicas; of which 1 is the default of the least', () => {
    expect(relatedIn(deployment, autoscaler('hpa', target('web')))).toEqual({
      'Deployment/web': [{ ...shown, minReplicas: 1, maxReplicas: 10 }],
    })
    expect(relatedIn(deployment, autoscaler('hpa', { ...target('web'), minReplicas: 3 }))).toEqual({
      'Deployment/web': [{ ...shown, minReplicas: 3, maxReplicas: 10 }],
    })
  })

  test.for([
    ['of another namespace', autoscaler('hpa', target('web'), 'elsewhere')],
    ['of another workload', autoscaler('hpa', target('other'))],
    ['of another kind', autoscaler('hpa', target('web', 'StatefulSet'))],
    ['of another group', autoscaler('hpa', target('web', 'Deployment', 'example.com/v1'))],
    ['of no group', autoscaler('hpa', { scaleTargetRef: { kind: 'Deployment', name: 'web' } })],
  ] as const)('%s: nothing', ([, one]) => {
    expect(relatedIn(deployment, one)).toEqual({ 'Deployment/web': undefined })
  })

  test('of a Rollout, and several by name', () => {
    const rollout = workload('Rollout', 'web')
    const scaled = (name: string) => autoscaler(name, target('web', 'Rollout', 'argoproj.io/v1alpha1'))
    expect(relatedIn(rollout, scaled('b'), scaled('a'))).toEqual({
      'Rollout/web': [
        { ...shown, name: 'a', minReplicas: 1, maxReplicas: 10 },
        { ...shown, name: 'b', minReplicas: 1, maxReplicas: 10 },
      ],
    })
  })
})

describe('PodDisruptionBudget (policy/v1)', () => {
  const deployment = workload('Deployment', 'web')
  const shown = { kind: 'PodDisruptionBudget', namespace: 'shop', name: 'pdb' }
  const budget = (spec: object, namespace = 'shop') => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata('pdb', namespace),
    spec,
  })
  const matching = (labels: object) => ({ selector: { matchLabels: labels } })

  test.for([
    ['a count', { minAvailable: 1 }, { minAvailable: { count: 1 } }],
    ['a percentage', { maxUnavailable: '25%' }, { maxUnavailable: { percent: 25 } }],
    ['neither', {}, {}],
  ] as const)('with %s', ([, spec, facts]) => {
    expect(relatedIn(deployment, budget({ ...matching({ app: 'web' }), ...spec }))).toEqual({
      'Deployment/web': [{ ...shown, ...facts }],
    })
  })

  // Kubernetes API reference, PodDisruptionBudgetSpec.selector: null selects no Pods, {} all of the namespace.
  test.for([
    ['labels', matching({ app: 'web' }), true],
    ['other labels', matching({ app: 'other' }), false],
    ['one label too many', matching({ app: 'web', tier: 'a' }), false],
    ['an expression', { selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }, true],
    ['an empty selector', { selector: {} }, true],
    ['a null selector', { selector: null }, false],
    ['no selector', {}, false],
  ] as const)('with %s', ([, spec, isRelated]) => {
    const found = isRelated ? [{ ...shown, minAvailable: { count: 1 } }] : undefined
    expect(relatedIn(deployment, budget({ minAvailable: 1, ...spec }))).toEqual({ 'Deployment/web': found })
  })

  test('of another namespace: nothing', () => {
    const elsewhere = budget({ selector: {}, minAvailable: 1 }, 'elsewhere')
    expect(relatedIn(deployment, elsewhere)).toEqual({ 'Deployment/web': undefined })
  })

  test('beside an autoscaler, by kind', () => {
    const both = relatedIn(
      deployment,
      budget({ selector: {}, minAvailable: 1 }),
      autoscaler('hpa', target('web')),
    )
    const found = both['Deployment/web'] as readonly { readonly kind: string }[]
    expect(found.map(({ kind }) => kind)).toEqual(['HorizontalPodAutoscaler', 'PodDisruptionBudget'])
  })
})

describe('ScaledObject (KEDA)', () => {
  const deployment = workload('Deployment', 'web')
  const shown = { kind: 'ScaledObject', namespace: 'shop', name: 'keda' }
  const scaled = (spec: object) => ({
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: metadata('keda'),
    spec: { triggers: [{ type: 'cpu', metadata: { value: '50' } }], ...spec },
  })

  // keda.sh/docs/latest/reference/scaledobject-spec: apps/v1, Deployment, 0 and 100.
  test('with its defaults', () => {
    expect(relatedIn(deployment, scaled({ scaleTargetRef: { name: 'web' } }))).toEqual({
      'Deployment/web': [{ ...shown, minReplicas: 0, maxReplicas: 100 }],
    })
  })

  test('as it is written', () => {
    const counts = { minReplicaCount: 2, maxReplicaCount: 5, idleReplicaCount: 1 }
    expect(relatedIn(deployment, scaled({ ...target('web'), ...counts }))).toEqual({
      'Deployment/web': [{ ...shown, minReplicas: 2, maxReplicas: 5, idleReplicas: 1 }],
    })
  })

  // kedacore/keda apis/keda/v1alpha1/scaledobject_types.go: the one with a number first; what is no boolean is true.
  test.for<[string, Record<string, string>, object | undefined]>([
    ['at a number', { paused: 'false', 'paused-replicas': '4' }, { replicas: 4 }],
    ['at none', { 'paused-replicas': '0' }, { replicas: 0 }],
    ['at what is no number', { 'paused-replicas': 'four' }, {}],
    ['where it stands', { paused: 'true' }, {}],
    ['by any text', { paused: 'yes, please' }, {}],
    ['not', { paused: 'false' }, undefined],
    ['not, as Go writes it', { paused: 'F' }, undefined],
    ['only on the way down', { 'paused-scale-down': 'true' }, undefined],
  ])('paused %s', ([, said, paused]) => {
    const annotations = Object.fromEntries(
      Object.entries(said).map(([key, value]) => [`autoscaling.keda.sh/${key}`, value]),
    )
    const one = scaled({ scaleTargetRef: { name: 'web' } })
    const [found] = relatedIn(deployment, { ...one, metadata: { ...one.metadata, annotations } })[
      'Deployment/web'
    ] as readonly { readonly paused?: object }[]
    expect(found?.paused).toEqual(paused)
  })

  test('of a StatefulSet and a Rollout, by kind and apiVersion', () => {
    const statefulSet = scaled({ scaleTargetRef: { kind: 'StatefulSet', name: 'web' } })
    const both = relatedIn(deployment, workload('StatefulSet', 'web'), statefulSet)
    expect(both['Deployment/web']).toBeUndefined()
    expect(both['StatefulSet/web']).toHaveLength(1)
    const rollout = scaled(target('web', 'Rollout', 'argoproj.io/v1alpha1'))
    expect(relatedIn(workload('Rollout', 'web'), rollout)['Rollout/web']).toHaveLength(1)
  })
})

describe('ResourceQuota', () => {
  const deployment = workload('Deployment', 'web')
  const shown = { kind: 'ResourceQuota', namespace: 'shop', name: 'team' }
  const quota = (spec: object, namespace = 'shop') => ({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: metadata('team', namespace),
    spec,
  })

  // Kubernetes, Resource Quotas: `pods` and `count/pods` are two names of one limit.
  test.for([
    ['text', { hard: { pods: '15', 'requests.cpu': '8' } }, 15],
    ['a number', { hard: { pods: 15 } }, 15],
    ['the other name', { hard: { 'count/pods': '9' } }, 9],
    ['both names', { hard: { pods: '20', 'count/pods': '9' } }, 9],
  ] as const)('with %s', ([, spec, pods]) => {
    expect(relatedIn(deployment, quota(spec))).toEqual({ 'Deployment/web': [{ ...shown, pods }] })
  })

  test.for([
    ['about something else', quota({ hard: { 'requests.cpu': '8' } })],
    ['with scopes', quota({ hard: { pods: '1' }, scopes: ['Terminating'] })],
    ['with a scope selector', quota({ hard: { pods: '1' }, scopeSelector: { matchExpressions: [] } })],
    ['with a suffix', quota({ hard: { pods: '1k' } })],
    ['of another namespace', quota({ hard: { pods: '1' } }, 'elsewhere')],
    ['without limits', quota({})],
  ] as const)('%s: nothing', ([, one]) => {
    expect(relatedIn(deployment, one)).toEqual({ 'Deployment/web': undefined })
  })
})
