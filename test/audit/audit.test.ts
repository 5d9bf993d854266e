import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { standingOf } from '../../src/judgement/standing.ts'
import type { Report } from '../../src/report/schema.ts'
import { resultOfReport } from '../../src/result/from-report.ts'
import { injected } from '../admission/world.ts'
import {
  AUTOSCALERS,
  DEPLOYMENTS,
  type FakeApiServer,
  INGRESSES,
  NAMESPACES,
  PODS,
  ROLLOUTS,
  SERVICES,
  WEBHOOKS,
} from '../cluster/fake-api-server.ts'
import { audit, deployment, shop } from './cluster.ts'

/** A live cluster judged from outside, through an API server over HTTP. */

let server: FakeApiServer
let port: number
beforeEach(async () => {
  server = await shop()
  port = await server.start()
})
afterEach(() => server.stop())

const FORBIDDEN = {
  code: 403,
  reason: 'Forbidden',
  message: 'it is forbidden: User "somebody" cannot list resource',
}

/** Sends to the worker. */
const NLB = {
  metadata: {
    name: 'direct',
    namespace: 'shop',
    annotations: { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' },
  },
  spec: {
    type: 'LoadBalancer',
    loadBalancerClass: 'service.k8s.aws/nlb',
    selector: { app: 'worker' },
    ports: [{ port: 80 }],
  },
}

/** As the page says it. */
const standingsIn = (report: Report): Readonly<Record<string, string>> =>
  Object.fromEntries(
    resultOfReport(report, { command: 'audit' }).workloads.map((one) => [one.name, standingOf(one)]),
  )

describe('what it says', () => {
  test('as a Slackwater in the cluster would: state, budget, what Pods lack, and whose cluster it is', async () => {
    const report = await audit(port)
    expect(report.audited).toEqual({ context: 'here', server: `http://127.0.0.1:${port}` })
    expect(report.totals).toMatchObject({ workloads: 2, exposed: 1 })
    expect(report.workloads).toMatchObject([
      // 45 and 75: worked out in test/core/exposures.ts for these terms.
      { name: 'web', state: 'would-change', budget: { sleepSeconds: 45, gracePeriodSeconds: 75 } },
    ])
    expect(report.workloads[0]?.pods).toMatchObject({ running: 1, withoutHook: 1 })
    expect(report.missing).toEqual([])
  })

  test('only lists and gets, no watch; each resource of the inventory once', async () => {
    await audit(port)
    expect(server.writes).toEqual([])
    expect(server.asked.filter(({ watch }) => watch)).toEqual([])
    const times = (path: string) => server.asked.filter((one) => one.path === path).length
    expect([SERVICES, INGRESSES, PODS].map(times)).toEqual([1, 1, 1])
    // For the inventory, and again to be judged.
    expect(times(DEPLOYMENTS)).toBe(2)
  })

  test('of one namespace', async () => {
    server.put(DEPLOYMENTS, { ...deployment('web'), metadata: { name: 'web', namespace: 'other' } })
    const report = await audit(port, { namespace: 'shop' })
    expect(report.namespace).toBe('shop')
    expect(report.totals.workloads).toBe(2)
  })

  test('an object that the inventory cannot read is told', async () => {
    server.put(SERVICES, { metadata: { name: 'odd', namespace: 'shop' }, spec: { selector: 5 } })
    const { unreadable } = await audit(port)
    expect(unreadable.map(({ object }) => object)).toEqual(['Service shop/odd'])
  })

  test('a workload that cannot be read is told once', async () => {
    server.put(DEPLOYMENTS, { metadata: { name: 'odd', namespace: 'shop' }, spec: { template: 5 } })
    const { unreadable } = await audit(port)
    expect(unreadable.map(({ object }) => object)).toEqual(['Deployment shop/odd'])
  })
})

describe('what may not be listed', () => {
  test.for([SERVICES, INGRESSES])(
    '%s: nothing is called protected, or not behind a load balancer',
    async (path) => {
      // Its own sleep and grace period suffice.
      const lifecycle = { preStop: { sleep: { seconds: 45 } } }
      const containers = [{ name: 'app', image: 'app:1', readinessProbe: { httpGet: {} }, lifecycle }]
      server.put(DEPLOYMENTS, deployment('web', { containers, terminationGracePeriodSeconds: 75 }))
      server.put(SERVICES, NLB)
      server.refused.set(path, FORBIDDEN)
      const report = await audit(port)
      const part = path === SERVICES ? 'services' : 'ingresses.networking.k8s.io'
      expect(report.missing).toMatchObject([
        {
          part,
          problem: expect.stringContaining('cannot list'),
          unknown: expect.stringContaining('not completely known'),
        },
      ])
      expect(report.cluster.doubt).toBe(`${part} could not be listed completely`)
      expect(report.totals.states.protected).toBe(0)
      expect(report.workloads.map(({ verdict }) => verdict)).not.toContain('not-exposed')
      expect(report.concerns?.map(({ id }) => id)).toEqual(['inventory-in-doubt', 'part-missing'])
      // What is known stands: without Ingresses, the NLB of the Service still sends to the worker.
      const worker = report.workloads.find(({ name }) => name === 'worker')
      expect(worker?.state).toBe(path === SERVICES ? undefined : 'would-change')
    },
  )

  test('what the known load balancers need is not called protected, and what has our record not behind none', async () => {
    // Ten minutes are more than an NLB needs.
    const lifecycle = { preStop: { sleep: { seconds: 600 } } }
    const containers = [{ name: 'app', image: 'app:1', readinessProbe: { httpGet: {} }, lifecycle }]
    server.put(DEPLOYMENTS, deployment('worker', { containers, terminationGracePeriodSeconds: 900 }))
    server.put(SERVICES, NLB)
    server.put(DEPLOYMENTS, {
      metadata: { name: 'kept', namespace: 'shop' },
      spec: { replicas: 3, template: injected({ labels: { app: 'kept' } }) },
    })
    const states = async () =>
      (await audit(port)).workloads
        .filter(({ name }) => name !== 'web')
        .map(({ name, state, verdict }) => ({ name, state, verdict }))
    expect(await states()).toMatchObject([
      { name: 'kept', state: undefined },
      { name: 'worker', state: 'protected' },
    ])
    server.refused.set(INGRESSES, FORBIDDEN)
    expect(await states()).toEqual([
      { name: 'kept', state: undefined, verdict: 'unknown' },
      { name: 'worker', state: undefined, verdict: 'unknown' },
    ])
    // Of `web` only the Ingress would be its load balancer.
    expect(standingsIn(await audit(port))).toMatchObject({ kept: 'unknown', worker: 'unknown' })
  })

  test('nor does a page of a stale copy call it so', async () => {
    server.put(DEPLOYMENTS, {
      metadata: { name: 'kept', namespace: 'shop' },
      spec: { replicas: 3, template: injected({ labels: { app: 'kept' } }) },
    })
    const report = await audit(port)
    expect(standingsIn(report)).toMatchObject({ kept: 'not-exposed' })
    const stale = { ...report, cluster: { ...report.cluster, doubt: 'services not up to date for 200 s' } }
    expect(standingsIn(stale)).toMatchObject({ kept: 'unknown' })
  })

  test.for([
    [PODS, 'pods', 'what running Pods lack is unknown'],
    [NAMESPACES, 'namespaces', 'modes, annotations and readiness-gate labels of namespaces are unknown'],
    [AUTOSCALERS, 'horizontalpodautoscalers.autoscaling', 'replicas are taken from the workloads alone'],
    [
      WEBHOOKS,
      'mutatingwebhookconfigurations.admissionregistration.k8s.io',
      'whether new Pods get a readiness gate is unknown',
    ],
  ] as const)('%s: named once, with what is unknown, and the rest goes on', async ([path, part, unknown]) => {
    server.refused.set(path, FORBIDDEN)
    const report = await audit(port)
    expect(report.missing).toEqual([{ part, problem: `403: ${FORBIDDEN.message}`, unknown }])
    expect(report.cluster.doubt).toBeUndefined()
    expect(report.workloads.map(({ state }) => state)).toEqual(['would-change'])
  })

  test('workloads: the same resource is named once', async () => {
    server.refused.set(DEPLOYMENTS, FORBIDDEN)
    const { missing } = await audit(port)
    expect(missing.map(({ part }) => part)).toEqual(['deployments.apps'])
  })

  test('a definition that is not installed is no problem, although it is forbidden', async () => {
    server.refused.set(ROLLOUTS, FORBIDDEN)
    expect((await audit(port)).missing).toEqual([])
    server.serve(ROLLOUTS)
    expect((await audit(port)).missing.map(({ part }) => part)).toEqual(['rollouts.argoproj.io'])
  })

  test('in all namespaces, but in the one that is asked for', async () => {
    // The fake refuses by the collection; a Role of the namespace allows these.
    const refusal = { ...FORBIDDEN, message: 'at the cluster scope' }
    for (const path of [SERVICES, INGRESSES, DEPLOYMENTS, NAMESPACES])
      server.refusedEverywhere.set(path, refusal)
    const report = await audit(port, { namespace: 'shop' })
    expect(report.workloads).toMatchObject([{ name: 'web', state: 'would-change' }])
    // The controller's own Deployment lies elsewhere.
    expect(report.missing).toMatchObject([
      {
        part: 'deployments.apps',
        problem: 'only those of namespace shop could be listed: 403: at the cluster scope',
      },
    ])
  })

  test('a resource that an old cluster does not serve', async () => {
    server.unserve(AUTOSCALERS)
    const { missing, workloads } = await audit(port)
    expect(missing).toMatchObject([
      {
        part: 'horizontalpodautoscalers.autoscaling',
        problem: 'this cluster does not serve it: its Kubernetes is too old',
      },
    ])
    expect(workloads).toHaveLength(1)
  })
})
