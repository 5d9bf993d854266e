import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Report } from '../../src/report/schema.ts'
import { injected, template } from '../admission/world.ts'
import { DEPLOYMENTS, type FakeObject, INGRESSES, SERVICES } from '../cluster/fake-api-server.ts'
import { ReportedCluster } from './cluster.ts'

/** A Service behind an ALB selects the blue half of a pair; a worker beside it has another label of the same key. */

const cluster = new ReportedCluster()
let report: Report

const deployment = (name: string, labels: Record<string, string>): FakeObject => ({
  metadata: { name, namespace: 'shop' },
  spec: { replicas: 3, template: template({ labels: { app: 'web', ...labels } }) },
})

beforeAll(async () => {
  cluster
    .put(SERVICES, {
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { app: 'web', color: 'blue' }, ports: [{ port: 80 }] },
    })
    .put(INGRESSES, {
      metadata: {
        name: 'web',
        namespace: 'shop',
        annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' },
      },
      spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    })
    .put(
      DEPLOYMENTS,
      deployment('web-blue', { color: 'blue' }),
      deployment('web-green', { color: 'green' }),
      deployment('worker', { color: 'none' }),
    )
  await cluster.start()
  report = await cluster.report()
})
afterAll(() => cluster.server.stop())

test('the half that is not selected is listed with its finding, and what has no twin is not', () => {
  expect(report.workloads.map(({ name, state }) => [name, state])).toEqual([
    ['web-blue', 'would-change'],
    ['web-green', undefined],
  ])
  const [, green] = report.workloads
  expect(green?.findings).toEqual([
    {
      id: 'blue-green-sibling',
      severity: 'information',
      holds: 'throughout',
      brief: expect.any(String),
      action: expect.any(String),
      paste: expect.stringContaining('slackwater.dev/assume: alb-ip'),
      message:
        'pods with color=green are not behind a load balancer now, but Service web selects color=blue: to protect these pods before it selects them, set slackwater.dev/assume: alb-ip on the pod template',
    },
  ])
})

test('a half that has its hook from the time when it was selected keeps it for the next switch', async () => {
  cluster.put(DEPLOYMENTS, {
    metadata: { name: 'web-green', namespace: 'shop' },
    spec: { replicas: 3, template: injected({ labels: { app: 'web', color: 'green' } }) },
  })
  const { workloads } = await cluster.report()
  const green = workloads.find(({ name }) => name === 'web-green')
  expect(green?.present.containers).toMatchObject([{ ours: true }])
  expect(green?.orphanedHook).toBeUndefined()
})
