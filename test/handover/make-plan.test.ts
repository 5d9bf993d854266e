import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  DEPLOYMENTS,
  DISRUPTION_BUDGETS,
  NETWORK_POLICIES,
  POD_MONITORS,
  PODS,
  REPLICA_SETS,
} from '../cluster/fake-api-server.ts'
import { bareSpec, hookedSpec, protectedSpec, Shop } from './world.ts'

/** What a handover of running Pods would do, read from an API server over HTTP. */

let shop: Shop
beforeEach(async () => {
  shop = new Shop()
  await shop.start()
})
afterEach(() => shop.server.stop())

const namesOf = (pods: readonly { readonly name: string }[]): readonly string[] =>
  pods.map(({ name }) => name)

test('a Deployment whose Pods have neither hook nor gate', async () => {
  expect(await shop.plan()).toEqual({
    workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
    replicaSet: { kind: 'ReplicaSet', namespace: 'shop', name: 'web-6d4b' },
    releaseLabel: 'pod-template-hash',
    leaveLabels: ['app'],
    services: ['web'],
    disruptionBudgets: [],
    // Design §2: ip × ALB, all defaults.
    sleep: 45,
    // C 5, two health checks every 15 s, and 15 s until the gate is set (core/findings/gate-time.ts).
    healthy: 50,
    gated: true,
    pods: [0, 1, 2].map((index) => ({
      name: `web-6d4b-${index}`,
      uid: `uid-of-web-6d4b-${index}`,
      lacks: ['no hook', 'short grace period', 'no gate'],
    })),
    cautions: [],
  })
})

test('nothing is written but dry runs and questions about rights', async () => {
  await shop.plan()
  const written = shop.server.writes.filter(({ query }) => query['dryRun'] === undefined)
  expect(written.map(({ path }) => path)).toEqual(
    Array.from({ length: 4 }, () => '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'),
  )
})

test('the dry run sends what the ReplicaSet’s controller would', async () => {
  await shop.plan()
  const tried = shop.server.writes.filter(({ path }) => path === '/api/v1/namespaces/shop/pods')
  expect(tried).toMatchObject([
    {
      method: 'POST',
      query: { dryRun: 'All', fieldManager: 'slackwater' },
      body: {
        metadata: {
          generateName: 'web-6d4b-',
          labels: { app: 'web', 'pod-template-hash': '6d4b' },
          ownerReferences: [
            {
              apiVersion: 'apps/v1',
              kind: 'ReplicaSet',
              name: 'web-6d4b',
              uid: 'uid-of-web-6d4b',
              controller: true,
            },
          ],
        },
        spec: bareSpec(),
      },
    },
  ])
})

describe('which Pods', () => {
  test('those that have all are left alone, the oldest others come first', async () => {
    shop.pod('web-6d4b-1', { set: 'web-6d4b', labels: LABELS, minute: 9, spec: protectedSpec(bareSpec()) })
    shop.pod('web-6d4b-0', { set: 'web-6d4b', labels: LABELS, minute: 8 })
    expect(namesOf((await shop.plan()).pods)).toEqual(['web-6d4b-2', 'web-6d4b-0'])
  })

  test('a gate alone is enough to lack', async () => {
    for (const index of [0, 1, 2])
      shop.pod(`web-6d4b-${index}`, { set: 'web-6d4b', labels: LABELS, spec: hookedSpec(bareSpec()) })
    expect((await shop.plan()).pods.map(({ lacks }) => lacks)).toEqual([
      ['no gate'],
      ['no gate'],
      ['no gate'],
    ])
  })

  test('all have all: nothing to do', async () => {
    for (const index of [0, 1, 2])
      shop.pod(`web-6d4b-${index}`, { set: 'web-6d4b', labels: LABELS, spec: protectedSpec(bareSpec()) })
    expect(await shop.one()).toEqual({
      kind: 'nothing-to-do',
      workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
      text: 'of 3 running Pods none lacks its hook, grace period or readiness gate',
    })
  })

  test('with which an earlier call has begun come first, whatever labels they have left', async () => {
    shop.pod('web-6d4b-0', { labels: {}, minute: 5, annotations: { 'slackwater.dev/handover': RECORD } })
    const { pods } = await shop.plan()
    expect(namesOf(pods)).toEqual(['web-6d4b-0', 'web-6d4b-1', 'web-6d4b-2'])
    expect(pods[0]?.lacks).toEqual([])
  })

  test('begun Pods are finished, even if no other may be begun', async () => {
    shop.pod('web-6d4b-0', { labels: {}, annotations: { 'slackwater.dev/handover': RECORD } })
    shop.admit = (spec) => spec
    const { pods, cautions } = await shop.plan()
    expect(namesOf(pods)).toEqual(['web-6d4b-0'])
    expect(cautions[0]).toMatch(
      /^no further Pod is begun: a replacement, tried as a dry run, got no preStop hook: /,
    )
  })

  test('of a workload that is gone, too', async () => {
    shop.pod('old-1', {
      labels: {},
      annotations: { 'slackwater.dev/handover': RECORD.replace('"name":"web"', '"name":"old"') },
    })
    expect(namesOf((await shop.plan('old')).pods)).toEqual(['old-1'])
  })

  test('to undo: only those', async () => {
    shop.pod('web-6d4b-0', { labels: {}, annotations: { 'slackwater.dev/handover': RECORD } })
    expect(await shop.one('web', 'Deployment', { isUndo: true })).toMatchObject({
      kind: 'plan',
      plan: { pods: [{ name: 'web-6d4b-0', lacks: [] }] },
    })
  })
})

describe('which labels', () => {
  test('one that every Service has', async () => {
    shop.deployment('web', { labels: { tier: 'front', part: 'shop' } })
    shop.service('web', { app: 'web', tier: 'front' })
    shop.service('internal', { tier: 'front', part: 'shop' })
    expect(await shop.plan()).toMatchObject({ leaveLabels: ['tier'], services: ['internal', 'web'] })
  })

  test('as many as are needed, where no one will do', async () => {
    shop.deployment('web', { labels: { tier: 'front' } })
    shop.service('internal', { tier: 'front' })
    expect((await shop.plan()).leaveLabels).toEqual(['app', 'tier'])
  })

  test('Services that do not select the Pods do not count', async () => {
    shop.service('other', { app: 'web', tier: 'back' })
    expect(await shop.plan()).toMatchObject({ leaveLabels: ['app'], services: ['web'] })
  })

  test('another one than a NetworkPolicy allows traffic by', async () => {
    shop.deployment('web', { labels: { tier: 'front' } })
    shop.service('web', { app: 'web', tier: 'front' })
    shop.server.put(NETWORK_POLICIES, denyAll())
    shop.server.put(NETWORK_POLICIES, allow({ app: 'web' }))
    expect((await shop.plan()).leaveLabels).toEqual(['tier'])
  })

  test('one that a PodDisruptionBudget selects by, so that it does not count a Pod that has left', async () => {
    shop.deployment('web', { labels: { tier: 'front' } })
    shop.service('web', { app: 'web', tier: 'front' })
    shop.server.put(DISRUPTION_BUDGETS, budget({ tier: 'front' }))
    expect(await shop.plan()).toMatchObject({
      leaveLabels: ['tier'],
      disruptionBudgets: ['web'],
      cautions: [],
    })
  })

  test('another one than a PodMonitor selects by, if a PodDisruptionBudget selects by that too', async () => {
    shop.deployment('web', { labels: { tier: 'front' } })
    shop.service('web', { app: 'web', tier: 'front' })
    shop.server.put(DISRUPTION_BUDGETS, budget({ app: 'web', tier: 'front' }))
    shop.server.serve(POD_MONITORS)
    shop.server.put(POD_MONITORS, {
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } } },
    })
    expect(await shop.plan()).toMatchObject({ leaveLabels: ['tier'], cautions: [] })
  })

  test.for([{}, { part: 'shop' }])(
    'a PodDisruptionBudget that goes on to count a Pod that has left is told: %j',
    async (selector) => {
      shop.deployment('web', { labels: { part: 'shop' } })
      shop.server.put(DISRUPTION_BUDGETS, budget(selector))
      expect(await shop.plan()).toMatchObject({
        leaveLabels: ['app'],
        cautions: [
          'PodDisruptionBudget web counts a Pod that has left its Services as healthy until it is deleted, so it allows one eviction too many: drain no node meanwhile',
        ],
      })
    },
  )

  test('a NetworkPolicy that stops to restrict is told', async () => {
    shop.server.put(NETWORK_POLICIES, allow({ app: 'web' }))
    expect((await shop.plan()).cautions).toEqual([
      'NetworkPolicy allow no longer restricts a Pod that has left its Services, until it is deleted',
    ])
  })

  test('of a ReplicaSet without a Deployment: one that no Service has', async () => {
    const labels = { app: 'bare', set: 'one' }
    shop.replicaSet('bare', { labels })
    shop.pod('bare-0', { set: 'bare', labels })
    shop.service('bare', { app: 'bare' })
    shop.ingress('bare')
    expect(await shop.plan('bare', 'ReplicaSet')).toMatchObject({ releaseLabel: 'set', leaveLabels: ['app'] })
  })

  test('of an Argo Rollout: its own hash', async () => {
    shop.rollout('api')
    shop.service('api', { app: 'api' })
    shop.ingress('api')
    expect(await shop.plan('api', 'Rollout')).toMatchObject({
      releaseLabel: 'rollouts-pod-template-hash',
      leaveLabels: ['app'],
      replicaSet: { name: 'api-77f8' },
    })
  })
})

test('Slackwater’s own settings in the cluster may ask for a longer sleep', async () => {
  shop.admit = (spec) => protectedSpec(spec)
  const { admission } = shop.server
  shop.server.admission = (object, current) => {
    const made = admission(object, current)
    if (made['kind'] !== 'Pod') return made
    const annotations = { 'slackwater.dev/injected': '{"sleep":{"app":90}}' }
    return { ...made, metadata: { ...made.metadata, annotations } }
  }
  expect((await shop.plan()).sleep).toBe(90)
})

describe('cautions', () => {
  test('instance targets', async () => {
    shop.ingress('web', 'instance')
    shop.service('web', { app: 'web' }, { type: 'NodePort' })
    shop.admit = hookedSpec
    const plan = await shop.plan()
    // Design §2: instance × ALB, all defaults.
    expect(plan).toMatchObject({ gated: false, sleep: 75 })
    expect(plan.cautions).toEqual([
      'Service shop/web has instance targets: a busy keep-alive connection stays with the old Pod and breaks when that ends',
    ])
  })

  test('a Service that publishes Pods too early', async () => {
    shop.service('web', { app: 'web' }, { publishNotReadyAddresses: true })
    expect((await shop.plan()).cautions).toEqual([
      'Service shop/web publishes Pods that are not ready: a replacement gets requests before it can serve them',
    ])
  })

  test('what may not be listed', async () => {
    shop.server.refused.set(NETWORK_POLICIES, { code: 403, message: 'no' })
    expect((await shop.plan()).cautions).toEqual([
      'networkpolicies.networking.k8s.io cannot be listed (403: no): one that allows traffic by a label that is taken off would cut it',
    ])
  })
})

describe('all of a namespace', () => {
  test('those with Pods that lack something, and why others are refused', async () => {
    shop.deployment('good', { podSpec: protectedSpec(bareSpec()) })
    shop.service('good', { app: 'good' })
    shop.ingress('good')
    shop.deployment('worker')
    shop.deployment('again', { spec: { strategy: { type: 'RollingUpdate' } } })
    shop.service('again', { app: 'again' })
    shop.ingress('again')
    shop.server.put(DEPLOYMENTS, {
      ...(shop.server.stored(DEPLOYMENTS, 'again', 'shop') ?? { metadata: { name: '' } }),
      status: { observedGeneration: 0 },
    })
    expect((await shop.plans()).map(shortly)).toEqual(['again: rollout-in-progress', 'web: 3'])
  })

  test('only those that a selector matches', async () => {
    shop.deployment('api')
    shop.service('api', { app: 'api' })
    shop.ingress('api')
    expect((await shop.plans({ selector: 'app=api' })).map(shortly)).toEqual(['api: 3'])
  })
})

function shortly(planned: Awaited<ReturnType<Shop['one']>>): string {
  if (planned.kind === 'plan') return `${planned.plan.workload.name}: ${planned.plan.pods.length}`
  return planned.kind === 'refused'
    ? `${planned.refusal.workload.name}: ${planned.refusal.id}`
    : `${planned.workload.name}: nothing`
}

test('a Pod that cannot be read is left alone and told', async () => {
  const broken = { metadata: { name: 'web-6d4b-2', namespace: 'shop', labels: 7 } }
  shop.server.put(PODS, broken as never)
  const { pods, cautions } = await shop.plan()
  expect(namesOf(pods)).toEqual(['web-6d4b-0', 'web-6d4b-1'])
  expect(cautions).toEqual([
    'a Pod cannot be read and is left out: metadata.labels: expected a mapping, got a number',
  ])
})

test('names and labels that are called like what every object has', async () => {
  const labels = { constructor: 'x', ['__proto__']: 'y', toString: 'z' }
  shop.deployment('web', { labels })
  shop.service('web', { app: 'web' })
  expect((await shop.plan()).leaveLabels).toEqual(['app'])
  shop.service('odd', { constructor: 'x' })
  expect((await shop.plan()).leaveLabels).toEqual(['app', 'constructor'])
  expect(shop.server.stored(REPLICA_SETS, 'web-6d4b', 'shop')).toBeDefined()
})

const LABELS = { app: 'web', 'pod-template-hash': '6d4b' }

/** As `slackwater handover` writes it (core/handover/record.ts). */
const RECORD = JSON.stringify({
  version: 1,
  step: 'released',
  deadline: '2026-03-02T10:00:00.000Z',
  labels: { 'pod-template-hash': '6d4b' },
  workload: { kind: 'Deployment', name: 'web' },
  replicaSet: 'web-6d4b',
  releaseLabel: 'pod-template-hash',
  leaveLabels: ['app'],
  floor: 3,
  sleep: 45,
  healthy: 50,
  gated: true,
  disruptionBudgets: [],
})

const denyAll = () => ({
  metadata: { name: 'deny', namespace: 'shop' },
  spec: { podSelector: {}, policyTypes: ['Ingress'] },
})

const allow = (matchLabels: Readonly<Record<string, string>>) => ({
  metadata: { name: 'allow', namespace: 'shop' },
  spec: { podSelector: { matchLabels }, policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 8080 }] }] },
})

const budget = (matchLabels: Readonly<Record<string, string>>) => ({
  metadata: { name: 'web', namespace: 'shop' },
  spec: { minAvailable: 2, selector: { matchLabels } },
  status: { currentHealthy: 3, desiredHealthy: 2 },
})
