import { expect, test } from 'vitest'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { settingsWith } from '../core/exposures.ts'

/**
 * Ways in which workloads of the field lose requests or seem to, each from its manifests to what a plan says: where the
 * manifests carry what a rule reads, and the numbers that follow.
 */

const LABELS = { app: 'fern' }
const NAMED = { name: 'fern', namespace: 'garden' }

interface Field {
  readonly kind?: 'DaemonSet' | 'Deployment' | 'StatefulSet'
  /** Over the usual fields of the workload's spec. */
  readonly spec?: object
  /** Of the template. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Over the usual fields of the pod spec. */
  readonly pod?: object
  /** Behind an ALB, with these annotations; absent: behind an NLB. */
  readonly ingress?: Readonly<Record<string, string>>
  /** Annotations of the Service. */
  readonly nlb?: Readonly<Record<string, string>>
  /** Over the usual fields of the Service's spec. */
  readonly service?: object
}

const ALB = 'alb.ingress.kubernetes.io'
const NLB = 'service.beta.kubernetes.io/aws-load-balancer'

function objectsOf({
  kind = 'Deployment',
  spec,
  annotations,
  pod,
  ingress,
  nlb,
  service,
}: Field): readonly object[] {
  const containers = [{ name: 'fern', image: 'fern:1', readinessProbe: { tcpSocket: { port: 8080 } } }]
  const behindNlb = { type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' }
  const backend = { service: { name: 'fern', port: { number: 80 } } }
  const route = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      ...NAMED,
      annotations: { [`${ALB}/target-type`]: 'ip', [`${ALB}/healthcheck-port`]: '8080', ...ingress },
    },
    spec: { ingressClassName: 'alb', defaultBackend: backend },
  }
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'garden', labels: { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' } },
    },
    {
      apiVersion: 'apps/v1',
      kind,
      metadata: NAMED,
      spec: {
        ...(kind !== 'DaemonSet' && { replicas: 3 }),
        selector: { matchLabels: LABELS },
        template: { metadata: { labels: LABELS, annotations }, spec: { containers, ...pod } },
        ...spec,
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...NAMED, annotations: { [`${NLB}-nlb-target-type`]: 'ip', ...nlb } },
      spec: {
        ...(ingress === undefined && behindNlb),
        selector: LABELS,
        ports: [{ port: 80, targetPort: 8080 }],
        ...service,
      },
    },
    ...(ingress === undefined ? [] : [route]),
  ]
}

function planOf(field: Field) {
  const text = objectsOf(field)
    .map((object) => JSON.stringify(object))
    .join('\n---\n')
  const manifests = readManifests([{ name: 'fern.yaml', text }])
  const plan = planManifests({ manifests, settings: settingsWith(), namespace: 'default' })
  expect(plan.problems).toEqual([])
  const [object] = plan.objects
  const told = (object?.findings ?? []).filter(({ holds }) => holds !== 'before')
  const warnings = told.filter(({ severity }) => severity === 'warning').map(({ id }) => id)
  return {
    warnings,
    information: told.filter(({ severity }) => severity === 'information').map(({ id }) => id),
    ending: object?.ending && [object.ending.sigterm, object.ending.sigkill],
  }
}

const SLEEP_50 = { preStop: { exec: { command: ['sh', '-c', 'sleep 50'] } } }
const container = (name: string, more = {}) => ({ name, image: `${name}:1`, ...more })

test.for<[string, Field, readonly [number, number] | undefined, readonly string[], readonly string[]]>([
  // The proxy is gone at 15 s, and the sleep is 5 + max(25, min(300, 25 + 10)) + 5.
  [
    'a mesh proxy that waits less than the sleep',
    { ingress: {}, annotations: { 'config.alpha.linkerd.io/proxy-wait-before-exit-seconds': '15' } },
    [45, 75],
    ['sidecar-dies-first'],
    [],
  ],
  // max(45 + 60, 50 + 10)
  [
    'a sidecar’s hook takes nothing from the application',
    {
      ingress: {},
      pod: {
        terminationGracePeriodSeconds: 60,
        containers: [
          container('fern', { readinessProbe: { tcpSocket: { port: 8080 } } }),
          container('log', { lifecycle: SLEEP_50 }),
        ],
      },
    },
    [45, 105],
    [],
    [],
  ],
  // 60 × 4 = 240 s of checks
  [
    'a deadline before the load balancer’s checks can pass',
    {
      ingress: { [`${ALB}/healthcheck-interval-seconds`]: '60', [`${ALB}/healthy-threshold-count`]: '4' },
      spec: { progressDeadlineSeconds: 200 },
    },
    [45, 75],
    ['progress-deadline-too-short'],
    [],
  ],
  // K + R + J = 10 + 10 + 5
  [
    'instance targets with a local policy behind an ALB',
    {
      ingress: { [`${ALB}/target-type`]: 'instance' },
      service: { type: 'NodePort', externalTrafficPolicy: 'Local' },
    },
    [25, 55],
    ['local-policy-loses'],
    [],
  ],
  [
    'a gate that no controller sets',
    {
      ingress: {},
      pod: { readinessGates: [{ conditionType: 'target-health.elbv2.k8s.aws/k8s-garden-fern-0123456789' }] },
    },
    [45, 75],
    ['stale-gate'],
    [],
  ],
  ['a DaemonSet behind an NLB', { kind: 'DaemonSet' }, undefined, ['exposed-not-covered'], []],
  // 5 + max(120, min(300, 120 + 10)) + 5
  [
    'zones without a target',
    { nlb: { [`${NLB}-attributes`]: 'load_balancing.cross_zone.enabled=false' }, spec: { replicas: 2 } },
    [140, 170],
    [],
    ['nlb-flows-stay', 'zone-without-target'],
  ],
  [
    'QUIC behind an NLB',
    {
      nlb: { [`${NLB}-quic-enabled-ports`]: '80' },
      annotations: { [`${NLB}-quic-enabled-containers`]: 'fern' },
      service: { ports: [{ port: 80, targetPort: 8080, protocol: 'UDP' }] },
    },
    [140, 170],
    [],
    [],
  ],
  [
    'an agent of the target optimizer beside the application, on the target’s port',
    {
      ingress: { [`${ALB}/target-control-port.fern.80`]: '3000' },
      pod: {
        initContainers: [
          container('agent', {
            restartPolicy: 'Always',
            ports: [{ containerPort: 8080 }, { containerPort: 3000 }],
          }),
        ],
      },
    },
    [45, 75],
    [],
    [],
  ],
])('%s', ([, field, ending, warnings, information]) => {
  const told = planOf(field)
  expect([told.ending, told.warnings]).toEqual([ending, warnings])
  expect(told.information).toEqual(expect.arrayContaining([...information]))
})
