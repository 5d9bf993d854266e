import { describe, expect, test } from 'vitest'
import { readManifests } from '../../src/manifests/read.ts'
import { type Plan, planManifests } from '../../src/plan/plan.ts'
import { paperOf } from '../../src/render/paint.ts'
import { planText } from '../../src/render/plan-text.ts'
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

const onPool = (name: string): string =>
  DEPLOYMENT.replace('alb-ip', 'nlb-ip').replace(
    'spec: { containers',
    `spec: { nodeSelector: { karpenter.sh/nodepool: ${name} }, containers`,
  )

const pool = (name: string, types: string, terminationGracePeriod: string): string => `
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: { name: ${name} }
spec:
  template:
    spec:
      terminationGracePeriod: ${terminationGracePeriod}
      requirements: [{ key: karpenter.sh/capacity-type, operator: In, values: [${types}] }]
`

const IDS = ['drain-blocked', 'grace-above-limit', 'rollout-peak-pods', 'sleep-capped']

function planOf(documents: readonly string[]): Plan {
  const manifests = readManifests([{ name: 'all.yaml', text: documents.join('---\n') }])
  const plan = planManifests({ manifests, settings: settingsWith(), namespace: 'default' })
  expect(plan.problems).toEqual([])
  return plan
}

const saidOf = (...documents: readonly string[]): readonly string[] =>
  planOf(documents).objects.flatMap(({ findings }) =>
    findings.filter(({ id }) => IDS.includes(id)).map(({ message }) => message),
  )

describe('PodDisruptionBudgets', () => {
  test('of a Deployment alone', () => {
    expect(saidOf(DEPLOYMENT)).toEqual([])
    expect(saidOf(DEPLOYMENT, budget('minAvailable: 2'))).toEqual([])
    expect(saidOf(DEPLOYMENT, budget('minAvailable: 3'))).toEqual([
      'PodDisruptionBudget web has minAvailable 3 of 3 replicas: no pod can be evicted, so a node drain hangs: set maxUnavailable: 1',
    ])
  })

  test('the minimum of an autoscaler counts before the replicas', () => {
    expect(saidOf(DEPLOYMENT, budget('minAvailable: 3'), autoscaler(4))).toEqual([])
    expect(saidOf(DEPLOYMENT, budget('minAvailable: 2'), autoscaler(2))).toEqual([
      'PodDisruptionBudget web has minAvailable 2 of 2 replicas (the minimum of HorizontalPodAutoscaler shop/web): no pod can be evicted, so a node drain hangs: set maxUnavailable: 1',
    ])
  })

  const selecting = (selector: string) =>
    budget('minAvailable: 3').replace('{ matchLabels: { app: web } }', selector)
  const labelled = DEPLOYMENT.replace('labels: { app: web }', 'labels: { app: web, team: a }')

  test.for([
    ['a label of every team’s pods', '{ matchLabels: { team: a } }', 0],
    ['every pod of the namespace', '{}', 0],
    ['more labels than the workload asks for', '{ matchLabels: { app: web, team: a } }', 1],
    ['the same as an expression', '{ matchExpressions: [{ key: app, operator: In, values: [web] }] }', 1],
    ['one of several values', '{ matchExpressions: [{ key: app, operator: In, values: [web, api] }] }', 0],
  ] as const)('that selects %s', ([, selector, count]) => {
    expect(saidOf(labelled, selecting(selector))).toHaveLength(count)
  })

  test('two that select the same pods', () => {
    expect(saidOf(DEPLOYMENT, budget('maxUnavailable: 1'), budget('minAvailable: 1', 'older'))).toEqual([
      'PodDisruptionBudgets older and web select the same pods: the eviction API refuses them, so a node drain hangs: keep one',
    ])
  })
})

test('a ResourceQuota below twice the replicas', () => {
  expect(saidOf(DEPLOYMENT, quota(6))).toEqual([])
  expect(saidOf(DEPLOYMENT, quota(5))).toEqual([
    'up to 6 pods at once in a rollout, ResourceQuota team allows 5: new ones wait for old ones to end',
  ])
})

// C 5 + P 120 + R 10 + J 5 = 140, with A 30 a grace period of 170; on Spot 110 − 30 = 80, and 110.
describe('NodePools', () => {
  test('of Spot capacity cap the sleep, and 80 < C + P', () => {
    expect(saidOf(onPool('spare'), pool('spare', 'spot', '1h'))).toEqual([
      'a Spot notice cuts the sleep from 140 s to 80 s: requests will be lost',
    ])
  })

  test('with other capacity too do not', () => {
    expect(saidOf(onPool('spare'), pool('spare', 'spot, on-demand', '1h'))).toEqual([])
  })

  test('that end a drain before the grace period', () => {
    const said =
      'NodePool base ends a drain after 169 s, the grace period is 170 s: raise its terminationGracePeriod'
    expect(saidOf(onPool('base'), pool('base', 'on-demand', '169s'))).toEqual([said])
    expect(saidOf(onPool('base'), pool('base', 'on-demand', '170s'))).toEqual([])
  })

  test('that are not known, or not named', () => {
    expect(saidOf(onPool('base'))).toEqual([])
    expect(saidOf(onPool('base'), pool('spare', 'spot', '60s'))).toEqual([])
    expect(saidOf(DEPLOYMENT, pool('spare', 'spot', '10s'))).toEqual([])
  })
})

// Not a finding: 140 + 30 > 110 behind nearly every NLB; 45 + 30 = 75 behind an ALB; and 80 + 30 where the sleep is capped.
test.for([
  ['NLB', [DEPLOYMENT.replace('alb-ip', 'nlb-ip')], true],
  ['ALB', [DEPLOYMENT], false],
  ['NLB, on Spot', [onPool('spare'), pool('spare', 'spot', '1h')], false],
] as const)('%s: the budget of a plan says once that a Spot notice is too short', ([, documents, isTold]) => {
  const text = planText(planOf(documents), {
    ...paperOf({ width: 100, color: false }),
    details: true,
  }).replace(/\s+/g, ' ')
  expect(
    text.includes(
      'not for Spot nodes: sleep 140 s + 30 s to exit is more than the 110 s that a Spot notice leaves',
    ),
  ).toBe(isTold)
})
