import { afterAll, beforeAll, expect, test } from 'vitest'
import { paperOf } from '../../src/render/paint.ts'
import { reportText } from '../../src/render/report-text.ts'
import { parseReport } from '../../src/report/parse-report.ts'
import type { Report } from '../../src/report/schema.ts'
import { injected } from '../admission/world.ts'
import { DEPLOYMENTS, INGRESSES, PODS, SERVICES } from '../cluster/fake-api-server.ts'
import { NAMESPACES, ReportedCluster } from './cluster.ts'

/** New Pods of one Deployment wait for a gate that does not pass, in a namespace that nobody's label is known of. */

const GATE = 'target-health.elbv2.k8s.aws/k8s-shop-web-0123456789'
const NS = { namespace: 'shop' }
const started = '2026-01-01T00:00:00Z'

const pod = (name: string, containersReady: string, gate: string) => ({
  metadata: {
    ...{ name, ...NS, uid: name, creationTimestamp: started },
    labels: { app: 'web', 'pod-template-hash': '6d4b' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-6d4b', controller: true }],
  },
  spec: {
    ...(injected() as { readonly spec: object }).spec,
    readinessGates: [{ conditionType: GATE }],
  },
  status: {
    phase: 'Running',
    startTime: started,
    conditions: [
      { type: 'Ready', status: gate, lastTransitionTime: started },
      { type: 'ContainersReady', status: 'True', lastTransitionTime: containersReady },
      { type: GATE, status: gate, reason: 'Target.Timeout', message: 'Request timed out' },
    ],
  },
})

let report: Report
const cluster = new ReportedCluster()
beforeAll(async () => {
  cluster
    .put(NAMESPACES, { metadata: { name: 'shop' } })
    .put(SERVICES, {
      metadata: { name: 'web', ...NS },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    })
    .put(INGRESSES, {
      metadata: { name: 'web', ...NS, annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
      spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    })
    .put(DEPLOYMENTS, { metadata: { name: 'web', ...NS }, spec: { replicas: 3, template: injected() } })
    .put(
      PODS,
      pod('web-6d4b-a', '2026-01-01T00:02:00Z', 'False'),
      pod('web-6d4b-b', '2026-01-01T00:01:00Z', 'False'),
      pod('web-6d4b-c', '2026-01-01T00:01:00Z', 'True'),
    )
  await cluster.start()
  report = await cluster.report()
})
afterAll(() => cluster.server.stop())

// 2 × (15 × 2 + 5 + 60) = 190 s.
test('the workload has the gate, the controller’s words, a finding and a concern', () => {
  const [web] = report.workloads
  expect(web?.pods?.stuckGate).toEqual({
    pods: 2,
    pod: 'web-6d4b-b',
    gate: GATE,
    limitSeconds: 190,
    reason: 'Target.Timeout',
    message: 'Request timed out',
  })
  const finding = web?.findings.find(({ id }) => id === 'gate-stuck')
  expect(finding).toMatchObject({ severity: 'warning', holds: 'throughout' })
  expect(finding?.message).toContain('Pod web-6d4b-b, and 1 more')
  expect(finding?.message).toContain('within 190 s: Target.Timeout: Request timed out')
  expect(report.concerns?.map(({ id }) => id)).toContain('gate-stuck')
  expect(report.totals.findings.map(({ id }) => id)).toContain('gate-stuck')
})

test('the text has a line with the gate and the reason; the document is a report', () => {
  const text = reportText(report, { ...paperOf({ width: 200, color: false }), details: false })
  expect(text).toContain(`2 Pods stuck at the readiness gate ${GATE}`)
  expect(text).toContain('Target.Timeout: Request timed out')
  expect(text).toContain('new Pods of 1 workload do not pass their readiness gate')
  expect(parseReport(JSON.parse(JSON.stringify(report))).ok).toBe(true)
})

test('accepted on the workload: it is shown with the reason, raises no concern, and is not unused', async () => {
  const accept = 'gate-stuck: the target is tested by hand'
  cluster.put(DEPLOYMENTS, {
    metadata: { name: 'web', ...NS, annotations: { 'slackwater.dev/accept': accept } },
    spec: { replicas: 3, template: injected() },
  })
  const { workloads, concerns } = await cluster.report()
  const [web] = workloads
  const finding = web?.findings.find(({ id }) => id === 'gate-stuck')
  expect(finding?.accepted?.reason).toBe('the target is tested by hand')
  expect(web?.unusedAccepts ?? []).not.toContain('gate-stuck')
  expect(concerns?.map(({ id }) => id)).not.toContain('gate-stuck')
})
