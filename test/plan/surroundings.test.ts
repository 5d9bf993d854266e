import { describe, expect, test } from 'vitest'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { settingsWith } from '../core/exposures.ts'

/** Findings that rest on other objects about a workload: from the manifests to what is said. */

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { slackwater.dev/assume: alb-ip } }
    spec: { containers: [{ name: app, image: app:1 }] }
`

const budget = (spec: string, name = 'web'): string => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name}, namespace: shop }
spec: { selector: { matchLabels: { app: web } }, ${spec} }
`

const autoscaler = (least: number): string => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, minReplicas: ${least}, maxReplicas: 9 }
`

const quota = (pods: number): string => `
apiVersion: v1
kind: ResourceQuota
metadata: { name: team, namespace: shop }
spec: { hard: { pods: ${pods} } }
`

const IDS = ['drain-blocked', 'rollout-peak-pods']

function saidOf(...documents: readonly string[]): readonly string[] {
  const manifests = readManifests([{ name: 'all.yaml', text: documents.join('---\n') }])
  const plan = planManifests({ manifests, settings: settingsWith(), namespace: 'default' })
  expect(plan.problems).toEqual([])
  return plan.objects.flatMap(({ findings }) =>
    findings.filter(({ id }) => IDS.includes(id)).map(({ message }) => message),
  )
}

describe('PodDisruptionBudgets', () => {
  test('of a Deployment alone', () => {
    expect(saidOf(DEPLOYMENT)).toEqual([])
    expect(saidOf(DEPLOYMENT, budget('minAvailable: 2'))).toEqual([])
    expect(saidOf(DEPLOYMENT, budget('minAvailable: 3'))).toEqual([
      'PodDisruptionBudget web has minAvailable 3 of 3 replicas: no pod can be evicted, a node drain waits in vain',
    ])
  })

  test('the minimum of an autoscaler counts before the replicas', () => {
    expect(saidOf(DEPLOYMENT, budget('minAvailable: 3'), autoscaler(4))).toEqual([])
    expect(saidOf(DEPLOYMENT, budget('minAvailable: 2'), autoscaler(2))).toEqual([
      'PodDisruptionBudget web has minAvailable 2 of 2 replicas: no pod can be evicted, a node drain waits in vain',
    ])
  })

  test('two that select the same pods', () => {
    expect(saidOf(DEPLOYMENT, budget('maxUnavailable: 1'), budget('minAvailable: 1', 'older'))).toEqual([
      'PodDisruptionBudgets older and web select the same pods: the eviction API refuses them',
    ])
  })
})

test('a ResourceQuota below twice the replicas', () => {
  expect(saidOf(DEPLOYMENT, quota(6))).toEqual([])
  expect(saidOf(DEPLOYMENT, quota(5))).toEqual([
    'up to 6 pods at once in a rollout, ResourceQuota team allows 5: new ones wait for old ones to end',
  ])
})
