import type { V1Deployment, V1Ingress, V1Pod, V1Service, V1StatefulSet } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { narrow } from '../../src/kubernetes/narrow.ts'
import { toPod, toWorkload } from '../../src/kubernetes/workload.ts'

/**
 * The fields that we read are those of the Kubernetes API: these objects are typed by its generated client, so
 * a field that does not exist does not compile, and what we read of them is what stands there.
 */

const container = {
  name: 'app',
  lifecycle: { preStop: { sleep: { seconds: 20 } } },
  livenessProbe: { httpGet: { port: 80 }, terminationGracePeriodSeconds: 7 },
  startupProbe: { httpGet: { port: 80 } },
  readinessProbe: { httpGet: { port: 80 } },
} satisfies NonNullable<V1Pod['spec']>['containers'][number]

const podSpec: NonNullable<V1Pod['spec']> = {
  terminationGracePeriodSeconds: 50,
  nodeSelector: { 'karpenter.sh/capacity-type': 'spot' },
  readinessGates: [{ conditionType: 'target-health.elbv2.k8s.aws/k8s-shop' }],
  initContainers: [{ name: 'mesh', restartPolicy: 'Always' }, { name: 'migrate' }],
  containers: [container],
}

const expectedTemplate = {
  grace: 50,
  spot: true,
  readinessGates: ['target-health.elbv2.k8s.aws/k8s-shop'],
  nativeSidecars: [{ name: 'mesh' }],
  containers: [
    {
      name: 'app',
      preStop: { handlers: ['sleep'], sleep: 20 },
      probes: { livenessProbe: { grace: 7 }, startupProbe: {} },
      hasReadinessProbe: true,
    },
  ],
}

describe('objects as the Kubernetes client types them', () => {
  test('a Deployment', () => {
    const deployment: V1Deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        replicas: 4,
        minReadySeconds: 3,
        progressDeadlineSeconds: 120,
        selector: { matchLabels: { app: 'web' } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '50%' } },
        template: { metadata: { labels: { app: 'web' } }, spec: podSpec },
      },
    }
    expect(toWorkload(deployment)).toMatchObject({
      replicas: 4,
      minReadySeconds: 3,
      progressDeadline: 120,
      replacement: { kind: 'rolling', maxSurge: { count: 1 }, maxUnavailable: { percent: 50 } },
      template: { labels: { app: 'web' }, ...expectedTemplate },
    })
  })

  test('a StatefulSet', () => {
    const set: V1StatefulSet = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'shop' },
      spec: { serviceName: 'db', selector: {}, template: { spec: podSpec } },
    }
    expect(toWorkload(set)).toMatchObject({ replacement: { kind: 'in-place' }, template: expectedTemplate })
  })

  test('a Pod', () => {
    const pod: V1Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: 'web-1-',
        namespace: 'shop',
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u', controller: true },
        ],
      },
      spec: podSpec,
    }
    expect(toPod(pod)).toMatchObject({
      ref: { namespace: 'shop', name: 'web-1-*' },
      owner: { kind: 'ReplicaSet', namespace: 'shop', name: 'web-1' },
      template: expectedTemplate,
    })
  })

  test('a Service and an Ingress', () => {
    const service: V1Service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        type: 'LoadBalancer',
        loadBalancerClass: 'service.k8s.aws/nlb',
        externalTrafficPolicy: 'Local',
        publishNotReadyAddresses: true,
        selector: { app: 'web' },
        ports: [{ name: 'http', port: 80 }],
      },
    }
    const ingress: V1Ingress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { name: 'http' } } } },
    }
    expect(narrow(service)).toMatchObject({ kind: 'Service', selector: { app: 'web' } })
    expect(narrow(ingress)).toMatchObject({ kind: 'Ingress', backends: [{ service: 'web', port: 'http' }] })
  })
})
