import { setTimeout as pause } from 'node:timers/promises'
import { call, pathOf } from './api.ts'
import { kubectl, kubectlOk } from './kubectl.ts'
import type { LoadBalancer } from './load-balancer.ts'
import { targetGroupBinding } from './shop.ts'
import { host } from './slackwater.ts'
import { type AdmissionRequest, asJson, patched, review, startWebhook } from './webhook-server.ts'

/**
 * Plays the load balancer controller for the application of shop.ts: it makes the TargetGroupBinding of an Ingress,
 * gives new Pods of labelled namespaces their readiness gate, registers and deregisters targets, and tells the Pod when
 * its target is healthy.
 */
export interface LoadBalancerController {
  /** Serves one namespace more. */
  serve(namespace: string, loadBalancer: LoadBalancer): Served
  stop(): Promise<void>
}

/** What it did in one namespace. Times in milliseconds since 1970. */
export interface Served {
  /** When each Pod's target became healthy. */
  readonly healthy: ReadonlyMap<string, number>
  /** When it saw each Pod's deletion. */
  readonly deleted: ReadonlyMap<string, number>
}

/** From a Pod's deletion until DeregisterTargets has returned: C of the budget, its default. Milliseconds. */
export const CONTROLLER = 5_000
/** From the registration until the target is healthy. A choice: AWS's defaults are 15 s × 2 or more. Milliseconds. */
const HEALTHY = 3_000
/** How often it looks. Milliseconds. */
const LOOK = 250

const LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'
/** Not LBC's own name: it may be in the cluster. */
const CONFIGURATION = 'slackwater-e2e-gates'

const gateOf = (namespace: string): string =>
  `target-health.elbv2.k8s.aws/${targetGroupBinding(namespace).metadata.name}`

export async function startLoadBalancerController(): Promise<LoadBalancerController> {
  const stopping = new AbortController()
  const loops: Promise<void>[] = []
  const webhook = await startWebhook((request, response) => asJson(response, gated(request)))
  await kubectlOk(['apply', '--server-side', '-f', '-'], gateWebhook(webhook))
  return {
    serve: (namespace, loadBalancer) => {
      const served = { healthy: new Map<string, number>(), deleted: new Map<string, number>() }
      loops.push(follow({ namespace, loadBalancer, ...served }, stopping.signal))
      return served
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(loops)
      await kubectl(['delete', 'mutatingwebhookconfiguration', CONFIGURATION, '--ignore-not-found'])
      await webhook.stop()
    },
  }
}

/** As LBC's chart has it (helm/aws-load-balancer-controller/templates/webhook.yaml), but for name and address. */
const gateWebhook = ({ port, caBundle }: { readonly port: number; readonly caBundle: string }) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: CONFIGURATION },
  webhooks: [
    {
      name: 'mpod.elbv2.k8s.aws',
      clientConfig: { url: `https://${host()}:${port}/mutate-v1-pod`, caBundle },
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Ignore',
      namespaceSelector: { matchExpressions: [{ key: LABEL, operator: 'In', values: ['enabled'] }] },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
    },
  ],
})

function gated({ uid, namespace, object }: AdmissionRequest): string {
  const { metadata } = object as { readonly metadata: { readonly labels?: Readonly<Record<string, string>> } }
  if (metadata.labels?.['app'] !== 'web') return review({ uid, allowed: true })
  const value = [{ conditionType: gateOf(namespace) }]
  return patched(uid, JSON.stringify([{ op: 'add', path: '/spec/readinessGates', value }]))
}

interface Namespace {
  readonly namespace: string
  readonly loadBalancer: LoadBalancer
  readonly healthy: Map<string, number>
  readonly deleted: Map<string, number>
}

async function follow(served: Namespace, signal: AbortSignal): Promise<void> {
  const { namespace } = served
  await bind(namespace, signal)
  const begun = new Set<string>()
  while (!signal.aborted) {
    for (const pod of await podsOf(namespace)) {
      if (isReady(pod) && !begun.has(pod.metadata.name)) {
        begun.add(pod.metadata.name)
        void pause(HEALTHY).then(() => becomeHealthy(served, pod))
      }
      if (pod.metadata.deletionTimestamp !== undefined && !served.deleted.has(pod.metadata.name)) {
        served.deleted.set(pod.metadata.name, Date.now())
        void pause(CONTROLLER).then(() => served.loadBalancer.deregister(pod.metadata.name))
      }
    }
    await pause(LOOK)
  }
}

/** Once there is an Ingress. */
async function bind(namespace: string, signal: AbortSignal): Promise<void> {
  const isThere = async () => (await kubectl(['get', 'ingress', 'web', '-n', namespace])).code === 0
  while (!(await isThere()) && !signal.aborted) await pause(LOOK)
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], targetGroupBinding(namespace))
}

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string }
  readonly spec: { readonly readinessGates?: readonly { readonly conditionType: string }[] }
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some(({ type, status: value }) => type === 'ContainersReady' && value === 'True') ??
  false

const PODS = { apiVersion: 'v1', plural: 'pods' } as const

async function podsOf(namespace: string): Promise<readonly Pod[]> {
  const { body } = await call({
    method: 'GET',
    path: pathOf(PODS, namespace),
    query: { labelSelector: 'app=web' },
  })
  return (body as { readonly items?: readonly Pod[] }).items ?? []
}

/** Only a Pod that has the gate gets its condition. */
async function becomeHealthy({ namespace, loadBalancer, healthy }: Namespace, pod: Pod): Promise<void> {
  const { name } = pod.metadata
  loadBalancer.register(name)
  healthy.set(name, Date.now())
  const gate = pod.spec.readinessGates?.find(({ conditionType }) => conditionType === gateOf(namespace))
  if (gate === undefined) return
  await call({
    method: 'PATCH',
    path: `${pathOf(PODS, namespace, name)}/status`,
    contentType: 'application/strategic-merge-patch+json',
    body: { status: { conditions: [{ type: gate.conditionType, status: 'True' }] } },
  })
}
