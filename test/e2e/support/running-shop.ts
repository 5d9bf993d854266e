import { setTimeout as pause } from 'node:timers/promises'
import { call, pathOf } from './api.ts'
import { kubectlOk, type Namespaces, type StoredObject, stored, storedAll } from './kubectl.ts'
import { createLoadBalancer, type LoadBalancer } from './load-balancer.ts'
import type { LoadBalancerController, Pace, Served } from './load-balancer-controller.ts'
import { app, ingress, service } from './shop.ts'
import { HIDDEN, waitFor } from './slackwater.ts'

/** A shop as it stands in a cluster in which Slackwater is installed later: it runs, without hooks and gates. */
export interface RunningShop {
  readonly namespace: string
  /** `deployment/web`. */
  readonly target: string
  readonly replicas: number
  readonly loadBalancer: LoadBalancer
  readonly served: Served
  /** From a Pod's end as an endpoint until no node of the load balancer sends to it. Milliseconds. */
  readonly forgotten: number
  /** What a handover must leave as it is. */
  readonly before: Remains
}

export interface ShopShape {
  readonly replicas?: number
  readonly requestsPerSecond?: number
  /** Milliseconds. */
  readonly propagation?: number
  readonly pace?: Pace
  /** Of the template. */
  readonly annotations?: Readonly<Record<string, string>>
  readonly kind?: 'Deployment' | 'ReplicaSet'
  /** Besides workload, PodDisruptionBudget, Service and Ingress. */
  readonly others?: readonly object[]
  /** Of the Ingress. */
  readonly health?: Readonly<Record<string, string>>
}

export const PORT = 8080

/** Of the Pods of the shop. */
export const ENV = { NAME: 'app', PORT: String(PORT) } as const

/** Of the load balancer's conditions: as slow as the budget allows for, C = 5 s and P = 25 s. */
const SLOW: Pace = { controller: 5_000, healthy: 3_000 }

export const budget = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'web' },
  spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
} as const

/** Pods first; what leads a load balancer to them later, when they are ready. Hidden from the webhook all the while. */
export async function openRunning(
  namespaces: Namespaces,
  controller: LoadBalancerController,
  shape: ShopShape = {},
): Promise<RunningShop> {
  const { replicas = 2, requestsPerSecond = 20, propagation = 25_000, pace = SLOW } = shape
  const namespace = await namespaces.with()
  const label = (value: string) => kubectlOk(['label', 'namespace', namespace, `slackwater-e2e${value}`])
  await label(`=${HIDDEN['slackwater-e2e']}`)
  const { annotations, kind = 'Deployment' } = shape
  const made = app({ replicas, env: ENV, ...(annotations === undefined ? {} : { annotations }) })
  const workload = kind === 'ReplicaSet' ? bare(made) : made
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], workload, budget, ...(shape.others ?? []))
  const running = async () =>
    (await podsOf(namespace)).filter(isReady).length === replicas ? true : undefined
  await waitFor(running, 300_000, `${replicas} Pods in ${namespace}`)
  const loadBalancer = createLoadBalancer({ namespace, port: PORT, requestsPerSecond, propagation })
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], service(), ingressWith(shape.health ?? {}))
  const served = controller.serve(namespace, loadBalancer, pace)
  const target = `${kind.toLowerCase()}/web`
  const shop = { namespace, target, replicas, loadBalancer, served, forgotten: pace.controller + propagation }
  await allHealthy(shop)
  await label('-')
  const before = await remainsOf(shop)
  return { ...shop, before }
}

/** A ReplicaSet of nobody's: a label that no Service has tells its Pods from others. */
const bare = (made: ReturnType<typeof app>) => {
  const { metadata, spec: pod } = made.spec.template
  const labels = { app: 'web', release: 'first' }
  return {
    ...made,
    kind: 'ReplicaSet',
    spec: {
      replicas: made.spec.replicas,
      selector: { matchLabels: labels },
      template: { metadata: { ...metadata, labels }, spec: pod },
    },
  }
}

const ingressWith = (health: Readonly<Record<string, string>>) => {
  const plain = ingress()
  const annotations = { ...plain.metadata.annotations, ...health }
  return { ...plain, metadata: { ...plain.metadata, annotations } }
}

type Opened = Pick<RunningShop, 'namespace' | 'replicas' | 'served' | 'forgotten'>

/** Those that stay are targets, all of them. */
export const allHealthy = ({ namespace, replicas, served }: Opened): Promise<readonly string[]> =>
  waitFor(
    async () => {
      const names = (await podsOf(namespace)).filter(isStaying).map(({ metadata }) => metadata.name)
      return names.length === replicas && names.every((name) => served.healthy.has(name)) ? names : undefined
    },
    180_000,
    'healthy targets',
  )

export interface Pod extends StoredObject {
  readonly metadata: StoredObject['metadata'] & {
    readonly deletionTimestamp?: string
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[]
  }
  readonly spec: { readonly readinessGates?: readonly { readonly conditionType: string }[] }
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

/** Of the shop; another one's are asked for by name. */
export async function podsOf(namespace: string, of = 'web'): Promise<readonly Pod[]> {
  const path = pathOf({ apiVersion: 'v1', plural: 'pods' }, namespace)
  // One that has left its Services has no label of the shop's anymore.
  const { body } = await call({ method: 'GET', path })
  const { items = [] } = body as { readonly items?: readonly Pod[] }
  return items.filter(({ metadata }) => metadata.name.startsWith(`${of}-`))
}

export const isStaying = ({ metadata }: Pod): boolean => metadata.deletionTimestamp === undefined

export const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false

/** What stands of a shop, but for the names of its Pods. */
export interface Remains {
  /** Labels and annotations of each Pod that stays, and what owns it; as text. */
  readonly pods: readonly string[]
  readonly ready: number
  readonly budget: { readonly annotations: unknown; readonly labels: unknown; readonly numbers: Numbers }
  readonly service: unknown
  readonly generation: number
  /** Names, with their generations. */
  readonly replicaSets: readonly string[]
}

interface Numbers {
  readonly expectedPods?: number | undefined
  readonly currentHealthy?: number | undefined
  readonly desiredHealthy?: number | undefined
  readonly disruptionsAllowed?: number | undefined
}

export async function remainsOf({
  namespace,
  target,
}: Pick<RunningShop, 'namespace' | 'target'>): Promise<Remains> {
  const pods = (await podsOf(namespace)).filter(isStaying)
  const { metadata, status } = await stored<{ readonly status: Numbers }>(['pdb', 'web', '-n', namespace])
  const { expectedPods, currentHealthy, desiredHealthy, disruptionsAllowed } = status
  const { spec } = await stored<{ readonly spec: unknown }>(['service', 'web', '-n', namespace])
  const { generation } = (await stored([target, '-n', namespace])).metadata
  const replicaSets = await storedAll(['replicasets', '-n', namespace])
  return {
    pods: pods.map(textOf).toSorted(),
    ready: pods.filter(isReady).length,
    budget: {
      annotations: metadata.annotations,
      labels: metadata.labels,
      numbers: { expectedPods, currentHealthy, desiredHealthy, disruptionsAllowed },
    },
    service: spec,
    generation,
    replicaSets: replicaSets.map(({ metadata: { name, generation: own } }) => `${name}: ${own}`),
  }
}

/** Our record comes with the hook, and is to be there. */
const RECORD = 'slackwater.dev/injected'

const textOf = ({ metadata }: Pod): string => {
  const { [RECORD]: _, ...annotations } = metadata.annotations ?? {}
  const owners = metadata.ownerReferences?.map(({ kind, name }) => `${kind} ${name}`) ?? ['nobody']
  return JSON.stringify({ labels: metadata.labels, annotations, owners })
}

/** Until the last node of the load balancer has forgotten whoever left last, and a second more. */
export const allForgotten = ({ forgotten }: Opened): Promise<void> => pause(forgotten + 1_000)
