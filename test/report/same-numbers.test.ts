import { afterAll, beforeAll, expect, test } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import type { AdmissionRequest } from '../../src/admission/review.ts'
import type { PatchOperation } from '../../src/kubernetes/patch.ts'
import { applyToCopy } from '../../src/kubernetes/proof.ts'
import type { Report } from '../../src/report/schema.ts'
import { injected, type JsonObject, requestFor, template } from '../admission/world.ts'
import { AUTOSCALERS, DEPLOYMENTS, type FakeObject, INGRESSES, SERVICES } from '../cluster/fake-api-server.ts'
import { ReportedCluster } from './cluster.ts'

/**
 * The report tells of each stored template what the webhook answers to its `kubectl rollout restart`: both are asked
 * about the same cluster, and must give the same template, but for the annotation of the restart.
 */

const RESTARTED = 'kubectl.kubernetes.io/restartedAt'

const stating = (grace: number): JsonObject => ({
  'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
    spec: { template: { spec: { terminationGracePeriodSeconds: grace } } },
  }),
})

interface Case {
  readonly name: string
  readonly template: JsonObject
  readonly metadata?: JsonObject
  readonly spec?: JsonObject
}

const sleeping = (seconds: number) => ({ lifecycle: { preStop: { sleep: { seconds } } } })

const GOES_FIRST = { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } }

const CASES: readonly Case[] = [
  { name: 'bare', template: template() },
  { name: 'defaulted', template: template({ grace: 30 }) },
  { name: 'annotated', template: template({ annotations: { team: 'a' } }) },
  { name: 'own-hook', template: template({ container: sleeping(20) }) },
  { name: 'hook-above-grace', template: template({ grace: 30, container: sleeping(30) }) },
  { name: 'ours', template: injected() },
  {
    name: 'ours-raised-by-an-annotation',
    template: injected({ annotations: { 'slackwater.dev/sleep-seconds': '60' } }),
  },
  {
    name: 'ours-lowered-by-an-annotation',
    template: injected({ annotations: { 'slackwater.dev/sleep-seconds': '20' } }),
  },
  { name: 'ours-with-assume-none', template: injected({ annotations: { 'slackwater.dev/assume': 'none' } }) },
  { name: 'ours-with-a-longer-grace', template: injected({ grace: 100 }) },
  { name: 'ours-of-a-template-nothing-sends-to', template: injected({ labels: { app: 'other' } }) },
  { name: 'stated', template: template({ grace: 30 }), metadata: { annotations: stating(30) } },
  { name: 'ours-stated', template: injected(), metadata: { annotations: stating(30) } },
  { name: 'graceful', template: template({ annotations: { 'slackwater.dev/shutdown': 'graceful' } }) },
  { name: 'probed', template: template({ container: { livenessProbe: { httpGet: {} } } }) },
  { name: 'dry', template: template(), metadata: { labels: { 'slackwater.dev/mode': 'dry-run' } } },
  { name: 'off', template: injected(), metadata: { labels: { 'slackwater.dev/mode': 'off' } } },
  { name: 'recreated', template: template(), spec: { strategy: { type: 'Recreate' } } },
  { name: 'alone', template: template(), spec: { ...GOES_FIRST, replicas: 1 } },
  { name: 'autoscaled', template: template(), spec: { ...GOES_FIRST, replicas: 1 } },
  {
    name: 'unstated',
    template: template(),
    metadata: {
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { template: {} } }),
      },
    },
    spec: { ...GOES_FIRST, replicas: 1 },
  },
]

const objectOf = ({ name, template: podTemplate, metadata, spec }: Case): FakeObject => ({
  metadata: { name, namespace: 'shop', ...metadata },
  spec: { replicas: 3, template: podTemplate, ...spec },
})

const cluster = new ReportedCluster()
let report: Report

beforeAll(async () => {
  cluster
    .put(SERVICES, {
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    })
    .put(INGRESSES, {
      metadata: {
        name: 'web',
        namespace: 'shop',
        annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' },
      },
      spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    })
    .put(AUTOSCALERS, {
      metadata: { name: 'autoscaled', namespace: 'shop' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'autoscaled' },
        minReplicas: 6,
        maxReplicas: 40,
      },
    })
    .put(DEPLOYMENTS, ...CASES.map(objectOf))
  await cluster.start()
  report = await cluster.report()
})
afterAll(() => cluster.server.stop())

const restarted = (stored: JsonObject): JsonObject => {
  const { spec } = stored as { readonly spec: { readonly template: { readonly metadata: JsonObject } } }
  const { metadata } = spec.template
  const annotations = {
    ...(metadata['annotations'] as JsonObject | undefined),
    [RESTARTED]: '2026-03-02T10:00:00Z',
  }
  return {
    ...stored,
    spec: { ...spec, template: { ...spec.template, metadata: { ...metadata, annotations } } },
  }
}

/** The patched object without the restart, an empty mapping of annotations being none, and without the record. */
function outcome(object: unknown, operations: readonly PatchOperation[]): unknown {
  const patched = applyToCopy(object, operations) as {
    spec: { template: { metadata: Record<string, unknown> } }
  }
  const { annotations, ...metadata } = patched.spec.template.metadata
  const {
    [RESTARTED]: _,
    'slackwater.dev/injected': record,
    ...rest
  } = (annotations ?? {}) as Record<string, unknown>
  return {
    ...patched,
    spec: {
      ...patched.spec,
      template: { ...patched.spec.template, metadata: { ...metadata, annotations: rest } },
    },
    // Whether annotations were there before the restart is the one thing that the record may say otherwise.
    recorded: typeof record === 'string' ? { ...JSON.parse(record), created: undefined } : undefined,
  }
}

test('of what stands alone, of what an autoscaler keeps, of what nobody states', () => {
  const verdictOf = (name: string) => report.workloads.find((one) => one.name === name)?.verdict
  expect(['alone', 'autoscaled', 'unstated'].map(verdictOf)).toEqual(['withhold', 'inject', 'inject'])
})

test.for(CASES)('of $name the report tells what a rollout restart meets', (one) => {
  const stored: JsonObject = { apiVersion: 'apps/v1', kind: 'Deployment', ...objectOf(one) }
  const request: Partial<AdmissionRequest> = { operation: 'UPDATE', oldObject: stored, name: one.name }
  const requested = restarted(stored)
  const answer = admit(requestFor(requested, request), cluster.knowledge)
  const entry = report.workloads.find(({ name }) => name === one.name)
  expect(entry, 'is in the report').toBeDefined()
  expect(outcome(stored, entry?.sent ?? [])).toEqual(outcome(requested, answer.operations))
  const { sleep, grace } = answer.log
  expect([entry?.budget?.sleepSeconds, entry?.budget?.gracePeriodSeconds]).toEqual([sleep, grace])
  expect(`${entry?.verdict}: ${entry?.why}`).toBe(answer.auditAnnotations['decision'])
})
