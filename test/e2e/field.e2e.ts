import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { behindAlb } from './support/alb.ts'
import { caseOf } from './support/cluster.ts'
import { freshNamespace, kubectl, kubectlOk, removeNamespace, stored, storedAll } from './support/kubectl.ts'
import { rolloutsOf } from './support/rollouts.ts'
import { app, entriesOf, INGRESS_CLASS, ingress, service } from './support/shop.ts'
import {
  host,
  type Slackwater,
  startSlackwater,
  unregister,
  untilHeard,
  waitFor,
} from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'
import { exposed } from './support/trace.ts'
import { asJson, patched, review, startWebhook, type WebhookServer } from './support/webhook-server.ts'

/** What real clusters have beside a workload: a policy that lowers its grace period, an autoscaler, Argo Rollouts. */

let slackwater: Slackwater
let namespace: string

beforeAll(async () => {
  slackwater = await startSlackwater()
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
})
afterAll(async () => {
  await unregister()
  await slackwater.stop()
})
beforeEach(async () => {
  namespace = await freshNamespace()
})
afterEach(() => removeNamespace(namespace))

const apply = (...objects: readonly unknown[]) => kubectlOk(['apply', '-n', namespace, '-f', '-'], ...objects)

async function behindLoadBalancer(): Promise<void> {
  await apply(service(), ingress())
  await exposed(namespace, { app: 'web' })
}

const protection = async (kind = 'deployment', name = 'web') => {
  const { sleeps, grace } = protectionOf(await stored([kind, name, '-n', namespace]))
  return { sleep: sleeps['app'], grace }
}

/** The most that the policy allows. Seconds. */
const MOST = 50
/** After ours in the order of names, and again whenever a later webhook changes something. */
const POLICY = 'zz-slackwater-e2e-policy'

const policy = ({ port, caBundle }: WebhookServer) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: POLICY },
  webhooks: [
    {
      name: 'grace.policy.example.com',
      clientConfig: { url: `https://${host()}:${port}/mutate`, caBundle },
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      reinvocationPolicy: 'IfNeeded',
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      rules: [
        {
          apiGroups: ['apps'],
          apiVersions: ['v1'],
          resources: ['deployments'],
          operations: ['CREATE', 'UPDATE'],
        },
      ],
    },
  ],
})

interface Workload {
  readonly spec: { readonly template: { readonly spec: { readonly terminationGracePeriodSeconds?: number } } }
}

/** As policy engines do it: whatever the object says, not more than this. */
const startPolicy = (): Promise<WebhookServer> =>
  startWebhook(({ uid, object }, answer) => {
    const { terminationGracePeriodSeconds: grace = 30 } = (object as Workload).spec.template.spec
    const path = '/spec/template/spec/terminationGracePeriodSeconds'
    const patch = JSON.stringify([{ op: 'replace', path, value: MOST }])
    asJson(answer, grace > MOST ? patched(uid, patch) : review({ uid, allowed: true }))
  })

caseOf(
  'a policy that lowers the grace period after us: no fight over twenty applies',
  ['controllers'],
  async () => {
    const engine = await startPolicy()
    try {
      await behindLoadBalancer()
      await kubectlOk(['apply', '-f', '-'], policy(engine))
      await untilHeard('mutating')
      for (let round = 1; round <= 20; round++) {
        await apply(app({ replicas: 0, env: { ROUND: String(round) } }))
        // 45 of 50: 5 are left, and nothing is raised again.
        expect(await protection()).toEqual({ sleep: 45, grace: MOST })
        expect((await rolloutsOf({ namespace })).generation).toBe(round)
      }
      const { generation, templates } = await rolloutsOf({ namespace })
      await apply(app({ replicas: 0, env: { ROUND: '20' } }))
      expect(await rolloutsOf({ namespace })).toMatchObject({ generation, templates })
    } finally {
      await kubectl(['delete', 'mutatingwebhookconfiguration', POLICY, '--ignore-not-found'])
      await engine.stop()
    }
  },
)

caseOf(
  'a policy that is installed after the grace period was raised: what it leaves stays, and every apply passes',
  ['controllers'],
  async () => {
    const engine = await startPolicy()
    try {
      await behindLoadBalancer()
      await apply(app({ replicas: 0 }))
      expect(await protection()).toEqual({ sleep: 45, grace: 75 })
      await kubectlOk(['apply', '-f', '-'], policy(engine))
      await untilHeard('mutating')
      for (let round = 2; round <= 6; round++) {
        await apply(app({ replicas: 0, env: { ROUND: String(round) } }))
        expect(await protection()).toEqual({ sleep: 45, grace: MOST })
        expect((await rolloutsOf({ namespace })).generation).toBe(round)
      }
    } finally {
      await kubectl(['delete', 'mutatingwebhookconfiguration', POLICY, '--ignore-not-found'])
      await engine.stop()
    }
  },
)

caseOf('an autoscaler of a Deployment that is applied without replicas', ['controllers'], async () => {
  await behindLoadBalancer()
  await apply({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 3,
      maxReplicas: 6,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
        },
      ],
    },
  })
  const { spec, ...rest } = app()
  const { replicas: _, ...unstated } = spec
  // With one replica nobody could serve while it is replaced: of three, two do.
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }
  await waitFor(async () => {
    await apply({ ...rest, spec: { ...unstated, strategy } })
    const { sleep } = await protection()
    if (sleep !== undefined) return true
    await kubectlOk(['delete', 'deployment', 'web', '-n', namespace, '--wait'])
    return undefined
  })
  expect(await protection()).toEqual({ sleep: 45, grace: 75 })
  // The autoscaler writes `replicas` for itself, through its own subresource.
  await waitFor(async () => {
    const { spec } = await stored<
      { readonly spec: { readonly replicas: number } } & Awaited<ReturnType<typeof stored>>
    >(['deployment', 'web', '-n', namespace])
    return spec.replicas === 3 ? true : undefined
  }, 120_000)
  const env = entriesOf({ NAME: 'next' })
  const containers = unstated.template.spec.containers.map((one) => ({ ...one, env }))
  const template = { ...unstated.template, spec: { ...unstated.template.spec, containers } }
  const { err } = await apply({ ...rest, spec: { ...unstated, template, strategy } })
  expect(err).not.toContain('replica')
  expect(await protection()).toEqual({ sleep: 45, grace: 75 })
})

const HASH_LABEL = 'rollouts-pod-template-hash'

caseOf(
  'a blue-green Rollout: the Pods of the next template have their hook before the Service is switched to them',
  ['controllers'],
  async () => {
    const { spec } = app({ replicas: 1 })
    const [, live, entry] = behindAlb('web')
    const selector = (hash: string) => ({ ...live.spec.selector, [HASH_LABEL]: hash })
    const switched = (hash: string) => ({ ...live, spec: { ...live.spec, selector: selector(hash) } })
    await apply(switched('aaaa'), entry)
    await apply({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'web' },
      spec: { ...spec, strategy: { blueGreen: { activeService: 'web', autoPromotionEnabled: false } } },
    })
    const rollout = await stored(['rollouts.argoproj.io', 'web', '-n', namespace])
    const owner = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      name: 'web',
      uid: rollout.metadata.uid,
      controller: true,
    }
    /** As its controller makes it: a ReplicaSet of its own, of which Kubernetes makes the Pod. */
    const madeFor = async (hash: string) => {
      const labels = { app: 'web', [HASH_LABEL]: hash }
      await apply({
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: { name: `web-${hash}`, labels, ownerReferences: [owner] },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: spec.template.spec },
        },
      })
      const pods = ['pods', '-n', namespace, '-l', `${HASH_LABEL}=${hash}`]
      const pod = await waitFor(async () => (await storedAll(pods))[0])
      const { sleeps, grace } = protectionOf(pod)
      return { sleep: sleeps['app'], grace }
    }
    await exposed(namespace, selector('aaaa'))
    expect(await madeFor('aaaa')).toEqual({ sleep: 45, grace: 75 })
    // The Service selects the old hash while this Pod is created.
    expect(await madeFor('bbbb')).toEqual({ sleep: 45, grace: 75 })
    await apply(switched('bbbb'))
  },
)
