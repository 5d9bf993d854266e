import { setTimeout as pause } from 'node:timers/promises'
import { call, pathOf } from './api.ts'
import { kubectl, kubectlOk } from './kubectl.ts'
import type { LoadBalancer } from './load-balancer.ts'
import { targetGroupBinding } from './shop.ts'
import { host, waitFor } from './slackwater.ts'
import { type AdmissionRequest, asJson, patched, review, startWebhook } from './webhook-server.ts'

/**
 * Plays the load balancer controller for the application of shop.ts: it makes the TargetGroupBinding of an Ingress,
 * gives new Pods of labelled namespaces their readiness gate, registers what is in the Service's EndpointSlices,
 * deregisters what is no longer there or about to end, and tells the Pod when its target is healthy.
 */
export interface LoadBalancerController {
  /** Serves one namespace more. */
  serve(namespace: string, loadBalancer: LoadBalancer, pace?: Pace): Served
  stop(): Promise<void>
}

/** How fast it is. Milliseconds. */
export interface Pace {
  /** From a Pod's deletion, or from its end as an endpoint, until DeregisterTargets has returned. */
  readonly controller: number
  /** From the registration until the target is healthy. */
  readonly healthy: number
}

/** What it did in one namespace. Times in milliseconds since 1970. */
export interface Served {
  /** When each Pod's target became healthy. */
  readonly healthy: ReadonlyMap<string, number>
  /** When each Pod was deleted: not sooner, and a second later at most; one that was gone at the next look, by then. */
  readonly deleted: ReadonlyMap<string, number>
  /** How many endpoints were ready, each time it looked. */
  readonly looks: readonly EndpointLook[]
}

interface EndpointLook {
  readonly at: number
  readonly ready: number
}

/** C of the budget, its default. Milliseconds. */
export const CONTROLLER = 5_000
/** `healthy`: a choice; AWS's defaults are 15 s × 2 or more. */
const PACE: Pace = { controller: CONTROLLER, healthy: 3_000 }
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
    serve: (namespace, loadBalancer, pace = PACE) => {
      const served = new Serving({ namespace, loadBalancer, pace })
      const loop = served.follow(stopping.signal)
      // Whoever stops it hears of what went wrong.
      loop.catch(() => undefined)
      loops.push(loop)
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

interface Options {
  readonly namespace: string
  readonly loadBalancer: LoadBalancer
  readonly pace: Pace
}

class Serving implements Served {
  readonly healthy = new Map<string, number>()
  readonly deleted = new Map<string, number>()
  readonly looks: EndpointLook[] = []
  readonly #options: Options
  /** Pods whose targets are registered. */
  readonly #registered = new Set<string>()
  /** Pods that were there at the last look. */
  #known: readonly string[] = []

  constructor(options: Options) {
    this.#options = options
  }

  async follow(signal: AbortSignal): Promise<void> {
    const { namespace } = this.#options
    await bind(namespace, signal)
    while (!signal.aborted) {
      const [pods, endpoints] = await Promise.all([podsOf(namespace), endpointsOf(namespace)])
      // Where no answer comes, everything may be as it was.
      if (pods !== undefined && endpoints !== undefined) this.#look(pods, endpoints)
      await pause(LOOK)
    }
  }

  #look(pods: readonly Pod[], endpoints: readonly Endpoint[]): void {
    const now = Date.now()
    this.looks.push({ at: now, ready: endpoints.filter(({ conditions }) => conditions.ready).length })
    this.#noteDeleted(pods, now)
    const staying = new Set(endpoints.filter(({ conditions }) => conditions.terminating !== true).map(nameOf))
    const targets = pods.filter((pod) => isReady(pod) && staying.has(pod.metadata.name))
    const wanted = new Set(targets.map(({ metadata }) => metadata.name))
    for (const pod of targets)
      if (!this.#registered.has(pod.metadata.name))
        // One that failed is tried again at the next look.
        void this.#register(pod).catch(() => this.#registered.delete(pod.metadata.name))
    for (const name of this.#registered) if (!wanted.has(name)) void this.#deregister(name)
  }

  #noteDeleted(pods: readonly Pod[], now: number): void {
    const note = (name: string, at: number): void => {
      if (!this.deleted.has(name)) this.deleted.set(name, Math.min(now, at))
    }
    for (const { metadata } of pods) {
      const { name, deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata
      if (deletionTimestamp === undefined) continue
      // The API server cuts off what is less than a second.
      note(name, Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1_000 + 1_000)
    }
    const names = pods.map(({ metadata }) => metadata.name)
    for (const name of this.#known) if (!names.includes(name)) note(name, now)
    this.#known = names
  }

  async #register(pod: Pod): Promise<void> {
    const { loadBalancer, pace } = this.#options
    const { name } = pod.metadata
    this.#registered.add(name)
    await pause(pace.healthy)
    // It has left meanwhile.
    if (!this.#registered.has(name)) return
    await loadBalancer.register(name)
    this.healthy.set(name, Date.now())
    await this.#pass(pod)
  }

  async #deregister(name: string): Promise<void> {
    const { loadBalancer, pace } = this.#options
    this.#registered.delete(name)
    await pause(pace.controller)
    // It has come back meanwhile.
    if (this.#registered.has(name)) return
    this.healthy.delete(name)
    loadBalancer.deregister(name)
  }

  /** Only a Pod that has the gate gets its condition. */
  async #pass({ metadata, spec }: Pod): Promise<void> {
    const { namespace } = this.#options
    const gate = spec.readinessGates?.find(({ conditionType }) => conditionType === gateOf(namespace))
    if (gate === undefined) return
    // As LBC says it (pkg/targetgroupbinding, updateTargetHealthPodConditionForPod).
    const lastTransitionTime = new Date().toISOString().replace(/\.\d+/, '')
    const asked = {
      method: 'PATCH',
      path: `${pathOf(PODS, namespace, metadata.name)}/status`,
      contentType: 'application/strategic-merge-patch+json',
      body: { status: { conditions: [{ type: gate.conditionType, status: 'True', lastTransitionTime }] } },
    } as const
    const isDone = async () => {
      const answer = await call(asked).catch(() => undefined)
      return [200, 404].includes(answer?.status ?? 0) || undefined
    }
    await waitFor(isDone, undefined, `the gate of ${metadata.name}`)
  }
}

const INGRESSES = { apiVersion: 'networking.k8s.io/v1', plural: 'ingresses' } as const

/** Once there is an Ingress. */
async function bind(namespace: string, signal: AbortSignal): Promise<void> {
  const path = pathOf(INGRESSES, namespace, 'web')
  const isThere = async () => (await call({ method: 'GET', path }).catch(() => undefined))?.status === 200
  while (!(await isThere()) && !signal.aborted) await pause(LOOK)
  if (signal.aborted) return
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], targetGroupBinding(namespace))
}

interface Pod {
  readonly metadata: {
    readonly name: string
    readonly deletionTimestamp?: string
    /** Seconds. */
    readonly deletionGracePeriodSeconds?: number
  }
  readonly spec: { readonly readinessGates?: readonly { readonly conditionType: string }[] }
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some(({ type, status: value }) => type === 'ContainersReady' && value === 'True') ??
  false

const PODS = { apiVersion: 'v1', plural: 'pods' } as const

/** Also those that no Service selects any longer: their end is told too. */
const podsOf = (namespace: string): Promise<readonly Pod[] | undefined> => itemsAt(pathOf(PODS, namespace))

interface Endpoint {
  readonly conditions: { readonly ready?: boolean; readonly terminating?: boolean }
  readonly targetRef?: { readonly name: string }
}

const nameOf = ({ targetRef }: Endpoint): string => targetRef?.name ?? ''

const SLICES = { apiVersion: 'discovery.k8s.io/v1', plural: 'endpointslices' } as const

async function endpointsOf(namespace: string): Promise<readonly Endpoint[] | undefined> {
  const labelSelector = 'kubernetes.io/service-name=web'
  const slices = await itemsAt<{ readonly endpoints?: readonly Endpoint[] | null }>(
    pathOf(SLICES, namespace),
    { labelSelector },
  )
  return slices?.flatMap(({ endpoints }) => endpoints ?? [])
}

/** @returns undefined where no answer came. */
async function itemsAt<T>(
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<readonly T[] | undefined> {
  const answer = await call({ method: 'GET', path, query }).catch(() => undefined)
  return answer?.status === 200 ? (answer.body as { readonly items: readonly T[] }).items : undefined
}
