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
