import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { settingsWith } from '../core/exposures.ts'

/**
 * A StatefulSet whose Pods find each other through the Service that the load balancer sends to (bitnami/charts#30392), and
 * what is near it.
 */

const NLB = {
  'service.beta.kubernetes.io/aws-load-balancer-type': 'external',
  'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip',
}
const LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'

const balanced = (spec: object = {}, annotations: object = NLB) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'queue', namespace: 'depot', annotations },
  spec: { type: 'LoadBalancer', selector: { app: 'queue' }, ports: [{ port: 4222 }], ...spec },
})

const headless = (spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'peers', namespace: 'depot' },
  spec: { clusterIP: 'None', selector: { app: 'queue' }, ports: [{ port: 6222 }], ...spec },
})

const set = (spec: object = {}, kind = 'StatefulSet') => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'queue', namespace: 'depot' },
  spec: {
    serviceName: 'queue',
    replicas: 3,
    podManagementPolicy: 'Parallel',
    selector: { matchLabels: { app: 'queue' } },
    template: {
      metadata: { labels: { app: 'queue' } },
      spec: { containers: [{ name: 'queue', image: 'queue:1' }] },
    },
    ...spec,
  },
})

const namespace = (labels: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'depot', labels },
})

const autoscaler = (least: number, most: number) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'queue', namespace: 'depot' },
  spec: {
    minReplicas: least,
    maxReplicas: most,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'queue' },
  },
})

function plan(...objects: readonly object[]) {
  const text = objects.map((object) => stringify(object, { version: '1.1' })).join('---\n')
  const made = planManifests({
    manifests: readManifests([{ name: 'all.yaml', text }]),
    settings: settingsWith({}),
    namespace: 'default',
  })
  expect(made.problems).toEqual([])
  return made
}

const actionOf = (...objects: readonly object[]) => plan(...objects).namespaces.map(({ action }) => action)

const { serviceName: _, ...ungoverned } = set().spec

describe('held back', () => {
  test.for<[string, readonly object[]]>([
    ['the governing Service is the load balancer’s', [namespace(), set(), balanced()]],
    ['one Pod after the other', [namespace(), set({ podManagementPolicy: 'OrderedReady' }), balanced()]],
    ['a headless Service beside it', [namespace(), set({ serviceName: 'peers' }), balanced(), headless()]],
    ['replicas that nobody has stated', [namespace(), set({ replicas: undefined }), balanced()]],
    ['scaled to zero: it will start from there', [namespace(), set({ replicas: 0 }), balanced()]],
    ['one replica, and an autoscaler', [namespace(), set({ replicas: 1 }), balanced(), autoscaler(1, 4)]],
    ['whose Namespace is not among the files', [set(), balanced()]],
  ])('%s', ([, objects]) => {
    const { namespaces } = plan(...objects)
    expect(namespaces).toMatchObject([{ name: 'depot', action: 'left' }])
    expect(namespaces[0]?.why).toMatch(/StatefulSet depot\/queue.*Service (queue|peers)/)
    expect(namespaces[0]?.cure).toContain(`kubectl label namespace depot ${LABEL}=enabled`)
  })

  test('the plan does not say that the missing gate is fixed', () => {
    const [object] = plan(namespace(), set(), balanced()).objects
    const missing = object?.findings.find(({ id }) => id === 'readiness-gate-missing')
    expect(missing).toMatchObject({ holds: 'throughout' })
    expect(missing?.message).toContain('StatefulSet depot/queue need each other')
  })
})

describe('labeled', () => {
  test.for<[string, readonly object[]]>([
    ['one replica has no peers', [namespace(), set({ replicas: 1 }), balanced()]],
    [
      'peers that are published before they are ready',
      [namespace(), set({ serviceName: 'peers' }), balanced(), headless({ publishNotReadyAddresses: true })],
    ],
    ['no governing Service is named', [namespace(), { ...set(), spec: ungoverned }, balanced()]],
    ['the named one does not exist', [namespace(), set({ serviceName: 'gone' }), balanced()]],
    [
      'it selects other Pods',
      [namespace(), set({ serviceName: 'peers' }), balanced(), headless({ selector: { app: 'other' } })],
    ],
    [
      'it selects none: its endpoints are written by hand',
      [namespace(), set({ serviceName: 'peers' }), balanced(), headless({ selector: undefined })],
    ],
    ['a Deployment', [namespace(), set({}, 'Deployment'), balanced()]],
    [
      'another application is exposed, not the StatefulSet',
      [
        namespace(),
        set({ serviceName: 'peers' }),
        headless(),
        balanced({ selector: { app: 'web' } }),
        {
          ...set({ selector: { matchLabels: { app: 'web' } } }, 'Deployment'),
          metadata: { name: 'web', namespace: 'depot' },
        },
      ],
    ],
  ])('%s', ([, objects]) => {
    expect(actionOf(...objects)).toEqual(['add'])
  })

  test('by a user: the label stays, and the plan says what may happen', () => {
    const { namespaces } = plan(namespace({ [LABEL]: 'enabled' }), set(), balanced())
    expect(namespaces).toMatchObject([{ action: 'present', why: expect.stringContaining('start from zero') }])
  })
})

test('instance targets have no gate: no namespace is planned', () => {
  const instance = { ...NLB, 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'instance' }
  expect(actionOf(namespace(), set(), balanced({}, instance))).toEqual([])
})
