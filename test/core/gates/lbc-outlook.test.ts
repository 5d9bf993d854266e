import { describe, expect, test } from 'vitest'
import { aftermathOf } from '../../../src/assessment/aftermath.ts'
import { assess } from '../../../src/assessment/assess.ts'
import type { Finding } from '../../../src/core/findings/finding.ts'
import { createInventory } from '../../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../../src/inventory/keep-in.ts'
import { settingsWith } from '../exposures.ts'

const USUAL = 'elbv2.k8s.aws/pod-readiness-gate-inject'

interface Cluster {
  readonly fromFiles?: boolean
  readonly ready?: number
  readonly args?: readonly string[]
  readonly labels?: Record<string, string>
  /** `namespaceSelector.matchLabels` of LBC's webhook; absent: no webhook is seen. */
  readonly namespaceSelector?: Record<string, string>
  readonly objectSelector?: Record<string, string>
  readonly targetType?: string
  readonly loadBalancerClass?: string
  /** `slackwater.dev/assume` on the template. */
  readonly assume?: string
}

const webhooks = ({ namespaceSelector, objectSelector = {} }: Cluster) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'lbc' },
  webhooks: [
    {
      name: 'mpod.elbv2.k8s.aws',
      namespaceSelector: { matchLabels: namespaceSelector },
      objectSelector: { matchLabels: objectSelector },
    },
  ],
})

function objectsOf(cluster: Cluster): readonly object[] {
  const { ready, args = [], labels = {}, namespaceSelector, targetType = 'ip' } = cluster
  const { loadBalancerClass = 'service.k8s.aws/nlb' } = cluster
  const image = 'aws-load-balancer-controller'
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'web',
        namespace: 'shop',
        annotations: { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': targetType },
      },
      spec: { type: 'LoadBalancer', loadBalancerClass, selector: { app: 'web' }, ports: [{ port: 80 }] },
    },
    ...(namespaceSelector === undefined ? [] : [webhooks(cluster)]),
    ...(ready === undefined
      ? []
      : [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'lbc', namespace: 'kube-system' },
            spec: { replicas: 2, template: { spec: { containers: [{ image, args }] } } },
            status: { readyReplicas: ready },
          },
        ]),
  ]
}

function findings(cluster: Cluster): readonly Finding[] {
  const inventory = createInventory({ fromFiles: cluster.fromFiles ?? false })
  for (const object of objectsOf(cluster)) keepIn(inventory, object)
  const raw = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      template: {
        metadata: {
          labels: { app: 'web' },
          annotations: cluster.assume === undefined ? {} : { 'slackwater.dev/assume': cluster.assume },
        },
        spec: { containers: [{ name: 'app', image: 'web' }] },
      },
    },
  }
  const object = { what: 'workload', raw, namespace: 'shop', fromFile: false } as const
  const assessment = assess(object, { inventory, settings: settingsWith() })
  if (!assessment.readable) throw new Error(assessment.problem)
  return aftermathOf(assessment, inventory, raw).findings
}

const found = (id: Finding['id'], cluster: Cluster) =>
  findings(cluster).filter((finding) => finding.id === id)

describe('controller-not-ready', () => {
  test('a Deployment without a ready replica', () =>
    expect(found('controller-not-ready', { ready: 0 })).toMatchObject([
      {
        holds: 'throughout',
        message: expect.stringMatching(/^Deployment kube-system\/lbc has no ready replica/),
      },
    ]))

  test.for<[string, Cluster]>([
    ['one is ready', { ready: 1 }],
    ['it is not seen', {}],
    ['instance targets are nodes', { ready: 0, targetType: 'instance' }],
    ['it is assumed to be instance targets', { ready: 0, assume: 'alb-instance' }],
    ['it stands in a file', { ready: 0, fromFiles: true }],
    ['EKS Auto Mode makes the target group', { ready: 0, loadBalancerClass: 'eks.amazonaws.com/nlb' }],
  ])('not where %s', ([, cluster]) => expect(found('controller-not-ready', cluster)).toEqual([]))
})

/** `before`: our label will end it. `throughout`: it will not. None: gates are injected already. */
describe('readiness-gate-missing', () => {
  const enabled = { [USUAL]: 'enabled' }
  test.for<[string, Cluster, Finding['holds'] | undefined]>([
    ['no webhook is seen, no label', {}, 'before'],
    ['no webhook is seen, the usual label', { labels: enabled }, undefined],
    ['no webhook is seen, the label with another value', { labels: { [USUAL]: 'no' } }, 'throughout'],
    ['its webhook wants the usual label', { namespaceSelector: enabled }, 'before'],
    [
      'its webhook wants another, the usual one is there',
      { namespaceSelector: { gates: 'on' }, labels: enabled },
      'before',
    ],
    [
      'its webhook wants another, which is there',
      { namespaceSelector: { gates: 'on' }, labels: { gates: 'on' } },
      undefined,
    ],
    ['its webhook wants none', { namespaceSelector: {} }, undefined],
    [
      'its webhook wants Pods that these are not',
      { namespaceSelector: {}, objectSelector: { app: 'other' } },
      'throughout',
    ],
    [
      'its webhook wants Pods that these are',
      { namespaceSelector: {}, objectSelector: { app: 'web' } },
      undefined,
    ],
    [
      'it injects none',
      { ready: 2, args: ['--enable-pod-readiness-gate-inject=false'], labels: enabled },
      'throughout',
    ],
    ['instance targets have none', { targetType: 'instance' }, undefined],
    ['ip targets are assumed', { targetType: 'instance', assume: 'alb-ip' }, 'before'],
    ['instance targets are assumed', { assume: 'alb-instance' }, undefined],
    [
      "Auto Mode's label is another",
      { loadBalancerClass: 'eks.amazonaws.com/nlb', labels: enabled, namespaceSelector: {} },
      'before',
    ],
  ])('%s', ([, cluster, holds]) =>
    expect(found('readiness-gate-missing', cluster).map((finding) => finding.holds)).toEqual(
      holds === undefined ? [] : [holds],
    ),
  )

  test('where no label helps, it says why', () => {
    const [one] = found('readiness-gate-missing', {
      ready: 2,
      args: ['--enable-pod-readiness-gate-inject=0'],
    })
    expect(one?.message).toMatch(
      /^AWS Load Balancer Controller runs with --enable-pod-readiness-gate-inject=false: /,
    )
  })
})
