import { afterEach, beforeEach, expect, test } from 'vitest'
import { REFUSALS, type RefusalId } from '../../src/handover/refusal-ids.ts'
import {
  DEPLOYMENTS,
  DISRUPTION_BUDGETS,
  INGRESSES,
  NAMESPACES,
  NETWORK_POLICIES,
  PODS,
  SERVICES,
  VOLUME_CLAIMS,
} from '../cluster/fake-api-server.ts'
import { bareSpec, gatedSpec, hookedSpec, type Json, Shop } from './world.ts'

/** Why nothing is done about a workload: each reason once, from the objects that give it. */

let shop: Shop
beforeEach(async () => {
  shop = new Shop()
  await shop.start()
})
afterEach(() => shop.server.stop())

interface Case {
  readonly arrange?: (shop: Shop) => void
  /** @default Deployment */
  readonly kind?: string
  /** @default web */
  readonly name?: string
  readonly reason: RegExp
  readonly alternative: RegExp
}

const changed = (fields: Json) => (shop: Shop) => {
  const stored = shop.server.stored(DEPLOYMENTS, 'web', 'shop') ?? { metadata: { name: 'web' } }
  shop.server.put(DEPLOYMENTS, { ...stored, ...fields })
}

const refusedCreation = (code: number, message: string) => (shop: Shop) => {
  shop.server.refused.set('POST /api/v1/namespaces/shop/pods', { code, message })
}

const CASES: Readonly<Record<RefusalId, readonly Case[]>> = {
  'stateful-set': [
    {
      kind: 'StatefulSet',
      name: 'db',
      reason: /its own name and volume/,
      alternative: /kubectl rollout restart statefulset\/db -n shop$/,
    },
  ],
  'daemon-set': [
    { kind: 'DaemonSet', reason: /one Pod on each node/, alternative: /rollout restart daemonset\/web/ },
  ],
  job: [{ kind: 'Job', reason: /end by themselves/, alternative: /Deployment/ }],
  'bare-pod': [{ kind: 'Pod', reason: /nothing makes another Pod/, alternative: /name the workload/ }],
  'other-kind': [
    { kind: 'ReplicationController', reason: /no ReplicaSet makes the Pods/, alternative: /quiet time/ },
  ],
  owned: [
    {
      kind: 'ReplicaSet',
      name: 'web-6d4b',
      reason: /^it belongs to Deployment web$/,
      alternative: /slackwater handover deployment\/web -n shop$/,
    },
  ],
  'not-read': [
    {
      arrange: ({ server }) =>
        void server.refused.set(PODS, { code: 403, message: 'pods is forbidden: cannot list' }),
      reason: /^pods cannot be listed: 403: pods is forbidden: cannot list$/,
      alternative: /docs\/handover\.md/,
    },
    {
      arrange: (shop) => {
        shop.deployment('web', { template: { volumes: [volume('data')] } })
        shop.server.refused.set('GET /api/v1/namespaces/shop/persistentvolumeclaims/data', {
          code: 403,
          message: 'no',
        })
      },
      reason: /^its volume data cannot be read: 403: no$/,
      alternative: /right/,
    },
  ],
  'being-deleted': [
    {
      arrange: (shop) => {
        const stored = shop.server.stored(DEPLOYMENTS, 'web', 'shop') ?? { metadata: { name: 'web' } }
        const metadata = { ...stored.metadata, deletionTimestamp: '2026-03-02T10:00:00Z' }
        shop.server.put(DEPLOYMENTS, { ...stored, metadata })
      },
      reason: /being deleted/,
      alternative: /nothing has to be done/,
    },
  ],
  'not-exposed': [
    {
      arrange: ({ server }) => server.remove(INGRESSES, 'web', 'shop'),
      reason: /^it is not behind a load balancer$/,
      alternative: /slackwater explain deployment\/web -n shop/,
    },
  ],
  'mode-off': [
    {
      arrange: ({ server }) =>
        server.put(NAMESPACES, { metadata: { name: 'shop', labels: { 'slackwater.dev/mode': 'off' } } }),
      reason: /^mode off is set on Namespace shop/,
      alternative: /set mode enforce/,
    },
  ],
  'rollout-in-progress': [
    {
      arrange: changed({ status: { observedGeneration: 0 } }),
      reason: /has not seen the change yet$/,
      alternative: /kubectl rollout status deployment\/web -n shop$/,
    },
    {
      arrange: changed({
        status: { observedGeneration: 1, replicas: 3, updatedReplicas: 3, availableReplicas: 2 },
      }),
      reason: /2 of 3 new replicas are available$/,
      alternative: /wait until that is over/,
    },
    {
      arrange: (shop) => {
        const labels = { app: 'web', 'pod-template-hash': '999' }
        shop.replicaSet('web-999', { owner: { kind: 'Deployment', name: 'web' }, labels, replicas: 1 })
      },
      reason: /its Pods belong to 2 ReplicaSets$/,
      alternative: /kubectl rollout status/,
    },
  ],
  recreate: [
    {
      // Where users say themselves that others serve meanwhile: of Recreate alone, no Pod lacks its hook.
      arrange: (shop) => shop.deployment('web', { spec: { strategy: { type: 'Recreate' } } }),
      reason: /its strategy is Recreate/,
      alternative: /RollingUpdate/,
    },
  ],
  'host-port': [
    {
      arrange: (shop) => shop.deployment('web', { template: { hostNetwork: true }, podSpec: bareSpec() }),
      reason: /^its Pods use hostNetwork/,
      alternative: /quiet time/,
    },
    {
      arrange: (shop) => {
        const containers = [{ name: 'app', image: 'app:1', ports: [{ containerPort: 80, hostPort: 8080 }] }]
        shop.deployment('web', { template: { containers }, podSpec: bareSpec() })
      },
      reason: /^its Pods use hostPort 8080/,
      alternative: /quiet time/,
    },
  ],
  'one-node-volume': [
    {
      arrange: (shop) => {
        shop.deployment('web', { template: { volumes: [volume('data')] } })
        shop.server.put(VOLUME_CLAIMS, {
          metadata: { name: 'data', namespace: 'shop' },
          spec: { accessModes: ['ReadWriteOnce'] },
        })
      },
      reason: /^its volume data is ReadWriteOnce/,
      alternative: /quiet time/,
    },
  ],
  'controller-down': [
    {
      arrange: ({ server }) =>
        server.put(DEPLOYMENTS, {
          metadata: {
            name: 'aws-load-balancer-controller',
            namespace: 'kube-system',
            labels: { 'app.kubernetes.io/name': 'aws-load-balancer-controller' },
          },
          spec: {
            replicas: 2,
            template: {
              spec: {
                containers: [
                  { name: 'c', image: 'public.ecr.aws/eks/aws-load-balancer-controller:v2.8.1', args: [] },
                ],
              },
            },
          },
          status: { readyReplicas: 0 },
        }),
      reason:
        /^Deployment kube-system\/aws-load-balancer-controller has no ready replica: no target is registered/,
      alternative: /kubectl rollout status deployment\/aws-load-balancer-controller -n kube-system$/,
    },
  ],
  'local-policy': [
    {
      arrange: (shop) => {
        shop.ingress('web', 'instance')
        shop.service('web', { app: 'web' }, { type: 'NodePort', externalTrafficPolicy: 'Local' })
        shop.admit = hookedSpec
      },
      reason: /^Service shop\/web has instance targets and externalTrafficPolicy Local/,
      alternative: /ip targets/,
    },
  ],
  'release-label-selected': [
    {
      arrange: (shop) => shop.service('preview', { app: 'web', 'pod-template-hash': '6d4b' }),
      reason: /^Service preview selects its Pods by pod-template-hash/,
      alternative: /roll it out/,
    },
    {
      arrange: (shop) => {
        shop.replicaSet('bare', { labels: { app: 'bare' } })
        shop.pod('bare-0', { set: 'bare', labels: { app: 'bare' } })
        shop.service('bare', { app: 'bare' })
        shop.ingress('bare')
      },
      kind: 'ReplicaSet',
      name: 'bare',
      reason: /by app, the label that makes ReplicaSet bare make another Pod/,
      alternative: /put it into a Deployment/,
    },
  ],
  'no-service': [
    {
      // The user says that a load balancer sends to it, and no object shows how.
      arrange: (shop) => {
        const annotations = { 'slackwater.dev/assume': 'alb-ip' }
        shop.server.put(NAMESPACES, { metadata: { name: 'shop', annotations } })
        shop.server.remove(SERVICES, 'web', 'shop')
      },
      reason: /^no Service of its namespace selects its Pods/,
      alternative: /slackwater\.dev\/assume/,
    },
  ],
  'network-policy': [
    {
      arrange: ({ server }) => {
        server.put(NETWORK_POLICIES, policy('deny', {}, { policyTypes: ['Ingress'] }))
        const ingress = [{ ports: [{ port: 8080 }] }]
        server.put(NETWORK_POLICIES, policy('web', { matchLabels: { app: 'web' } }, { ingress }))
      },
      reason: /\(NetworkPolicy web\): late requests would be cut$/,
      alternative: /quiet time/,
    },
    {
      // Its database lets it in by the same label, from another namespace.
      arrange: ({ server }) => {
        const from = [
          {
            podSelector: { matchLabels: { app: 'web' } },
            namespaceSelector: { matchLabels: { team: 'red' } },
          },
        ]
        server.put(NETWORK_POLICIES, policy('db', {}, { ingress: [{ from }] }, 'data'))
      },
      reason: /\(NetworkPolicy data\/db\)/,
      alternative: /a label that its Pods have and no Service selects by/,
    },
  ],
  'would-be-adopted': [
    {
      arrange: (shop) => shop.replicaSet('greedy', { labels: { app: 'web' } }),
      reason: /^ReplicaSet greedy selects its Pods without their label pod-template-hash/,
      alternative: /do not overlap/,
    },
  ],
  'broken-disruption-budget': [
    {
      arrange: ({ server }) =>
        server.put(DISRUPTION_BUDGETS, {
          metadata: { name: 'web', namespace: 'shop' },
          spec: { minAvailable: 3, selector: { matchLabels: { app: 'web' } } },
          status: { currentHealthy: 2, desiredHealthy: 3 },
        }),
      reason: /^PodDisruptionBudget web wants 3 healthy Pods, and 2 are$/,
      alternative: /kubectl describe pdb web -n shop$/,
    },
  ],
  'rights-missing': [
    {
      arrange: ({ denied }) => void denied.add('delete pods').add('patch pods'),
      reason: /^you may not patch pods, delete pods in namespace shop$/,
      alternative: /docs\/handover\.md/,
    },
  ],
  'quota-exceeded': [
    {
      arrange: refusedCreation(
        403,
        'pods "web-6d4b-x" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=3, limited: pods=3',
      ),
      reason: /no room for one more Pod: .*used: pods=3, limited: pods=3$/,
      alternative: /raise the quota/,
    },
  ],
  'replacement-rejected': [
    {
      arrange: refusedCreation(403, 'admission webhook "policy.example" denied the request: no tag'),
      reason: /would not accept a replacement: .*no tag$/,
      alternative: /webhook that rejects it/,
    },
  ],
  'dry-run-impossible': [
    {
      arrange: refusedCreation(400, 'admission webhook "x.example" does not support dry run'),
      reason: /does not support dry run$/,
      alternative: /sideEffects/,
    },
    {
      arrange: refusedCreation(504, 'timeout'),
      reason: /cannot be tried: 504: timeout$/,
      alternative: /again later/,
    },
  ],
  'no-hook': [
    {
      arrange: (shop) => {
        shop.admit = gatedSpec
      },
      reason: /got no preStop hook: Slackwater did not answer, is not installed/,
      alternative: /slackwater explain deployment\/web -n shop/,
    },
    {
      arrange: (shop) => {
        shop.admit = gatedSpec
        const labels = { 'slackwater.dev/mode': 'dry-run' }
        shop.server.put(NAMESPACES, { metadata: { name: 'shop', labels } })
      },
      reason: /got no preStop hook: mode dry-run is set on Namespace shop$/,
      alternative: /slackwater explain/,
    },
  ],
  'no-gate': [
    {
      arrange: (shop) => {
        shop.admit = hookedSpec
      },
      reason: /got no readiness gate/,
      alternative: /slackwater explain deployment\/web -n shop shows what keeps it/,
    },
  ],
}

const volume = (claimName: string) => ({ name: claimName, persistentVolumeClaim: { claimName } })

const policy = (name: string, podSelector: Json, spec: Json, namespace = 'shop') => ({
  metadata: { name, namespace },
  spec: { podSelector, ...spec },
})

test.for(REFUSALS.flatMap((id) => CASES[id].map((one) => [id, one] as const)))(
  '%s',
  async ([id, { arrange, kind, name, reason, alternative }]) => {
    arrange?.(shop)
    const refusal = await shop.refusal(name, kind)
    expect(refusal.id).toBe(id)
    expect(refusal.reason).toMatch(reason)
    expect(refusal.alternative).toMatch(alternative)
    expect(refusal.workload).toEqual({
      kind: kind ?? 'Deployment',
      namespace: 'shop',
      name: name ?? 'web',
    })
  },
)

test('every refusal has a case', () => {
  expect(REFUSALS.filter((id) => CASES[id].length === 0)).toEqual([])
})
