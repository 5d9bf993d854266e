import type { Planned } from '../../src/handover/make-plan.ts'
import type { HandoverPlan, Refusal } from '../../src/handover/plan.ts'
import { type PlansInputs, planAll } from '../../src/handover/plan-all.ts'
import {
  ACCESS_REVIEWS,
  apiAt,
  BUILT_IN,
  DEPLOYMENTS,
  FakeApiServer,
  type FakeObject,
  INGRESS_CLASSES,
  INGRESSES,
  NAMESPACES,
  NETWORK_POLICIES,
  PODS,
  REPLICA_SETS,
  ROLLOUTS,
  SERVICES,
  VOLUME_CLAIMS,
} from '../cluster/fake-api-server.ts'
import { settingsWith } from '../core/exposures.ts'

/**
 * A namespace `shop` in which an ALB with ip targets sends to `web`, of three Pods that have neither hook nor gate. A
 * Pod that is created now gets both, as from Slackwater and AWS's controller.
 */

const HASH = 'pod-template-hash'
const GATE = 'target-health.elbv2.k8s.aws/k8s-shop-web-0123456789'

export type Json = Readonly<Record<string, unknown>>

export class Shop {
  readonly server = new FakeApiServer()
  /** What admission makes of a new Pod's spec. */
  admit: (spec: Json) => Json = protectedSpec
  /** Rights that the caller does not have: `delete pods`. */
  readonly denied = new Set<string>()
  #port = 0

  async start(): Promise<number> {
    const { server } = this
    server.serve(...BUILT_IN, REPLICA_SETS, PODS, NETWORK_POLICIES, VOLUME_CLAIMS, ACCESS_REVIEWS)
    server.admission = (object) => this.#admission(object)
    server.put(NAMESPACES, { metadata: { name: 'shop', labels: { team: 'red' } } })
    server.put(INGRESS_CLASSES, { metadata: { name: 'alb' }, spec: { controller: 'ingress.k8s.aws/alb' } })
    this.service('web')
    this.ingress('web')
    this.deployment('web')
    this.#port = await server.start()
    return this.#port
  }

  #admission(object: FakeObject): FakeObject {
    const { resourceAttributes } = (object['spec'] ?? {}) as { resourceAttributes?: Json }
    if (resourceAttributes !== undefined) {
      const { verb, resource } = resourceAttributes
      return { ...object, status: { allowed: !this.denied.has(`${verb} ${resource}`) } }
    }
    return object['kind'] === 'Pod' ? { ...object, spec: this.admit(object['spec'] as Json) } : object
  }

  service(name: string, selector: Json = { app: 'web' }, spec: Json = {}): void {
    this.server.put(SERVICES, {
      metadata: { name, namespace: 'shop' },
      spec: { selector, ports: [{ port: 80 }], ...spec },
    })
  }

  ingress(name: string, targetType = 'ip'): void {
    this.server.put(INGRESSES, {
      metadata: {
        ...{ name, namespace: 'shop' },
        annotations: { 'alb.ingress.kubernetes.io/target-type': targetType },
      },
      spec: { ingressClassName: 'alb', defaultBackend: { service: { name, port: { number: 80 } } } },
    })
  }

  /** With its ReplicaSet and three Pods, rolled out. */
  deployment(name: string, { labels = {}, template = {}, spec = {}, podSpec }: Further = {}): void {
    const own = { app: name, ...labels }
    this.server.put(DEPLOYMENTS, {
      metadata: { name, namespace: 'shop', uid: `uid-of-${name}`, generation: 1, labels: { app: name } },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: own }, spec: bareSpec(template) },
        ...spec,
      },
      status: { observedGeneration: 1, replicas: 3, updatedReplicas: 3, availableReplicas: 3 },
    })
    this.replicaSet(`${name}-6d4b`, {
      owner: { kind: 'Deployment', name },
      labels: { ...own, [HASH]: '6d4b' },
      template,
    })
    for (const index of [0, 1, 2])
      this.pod(`${name}-6d4b-${index}`, {
        set: `${name}-6d4b`,
        labels: { ...own, [HASH]: '6d4b' },
        minute: index,
        ...(podSpec === undefined ? { spec: bareSpec(template) } : { spec: podSpec }),
      })
  }

  replicaSet(name: string, { owner, labels, template = {}, replicas = 3 }: OfReplicaSet): void {
    const owners = owner && [
      { apiVersion: 'apps/v1', ...owner, uid: `uid-of-${owner.name}`, controller: true },
    ]
    this.server.put(REPLICA_SETS, {
      metadata: {
        ...{ name, namespace: 'shop', uid: `uid-of-${name}`, labels },
        ...(owners === undefined ? {} : { ownerReferences: owners }),
      },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: bareSpec(template) },
      },
      status: { replicas, readyReplicas: replicas },
    })
  }

  pod(name: string, { set, labels, minute = 0, spec = bareSpec(), annotations = {} }: OfPod): void {
    const owners =
      set === undefined
        ? []
        : [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: set, uid: `uid-of-${set}`, controller: true }]
    this.server.put(PODS, {
      metadata: {
        ...{ name, namespace: 'shop', uid: `uid-of-${name}`, labels, annotations },
        creationTimestamp: `2026-03-02T10:0${minute}:00Z`,
        ownerReferences: owners,
      },
      spec,
      status: {
        phase: 'Running',
        conditions: ['ContainersReady', 'Ready'].map((type) => ({ type, status: 'True' })),
      },
    })
  }

  rollout(name: string): void {
    this.server.serve(ROLLOUTS)
    this.server.put(ROLLOUTS, {
      metadata: { name, namespace: 'shop', uid: `uid-of-${name}`, generation: 1 },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: bareSpec() },
        strategy: { canary: {} },
      },
      status: { observedGeneration: '1', phase: 'Healthy' },
    })
    const labels = { app: name, 'rollouts-pod-template-hash': '77f8' }
    this.replicaSet(`${name}-77f8`, { owner: { kind: 'Rollout', name }, labels, replicas: 1 })
    this.pod(`${name}-77f8-0`, { set: `${name}-77f8`, labels })
  }

  get api() {
    return apiAt(this.#port)
  }

  async plans(inputs: Partial<PlansInputs> = {}): Promise<readonly Planned[]> {
    const found = await planAll({
      api: this.api,
      namespace: 'shop',
      settings: settingsWith(),
      isUndo: false,
      signal: new AbortController().signal,
      onStep: () => undefined,
      ...inputs,
    })
    if (!('plans' in found)) throw new Error(JSON.stringify(found))
    return found.plans
  }

  async one(name = 'web', kind = 'Deployment', inputs: Partial<PlansInputs> = {}): Promise<Planned> {
    const [planned] = await this.plans({ target: { kind, name }, ...inputs })
    if (planned === undefined) throw new Error('nothing was planned')
    return planned
  }

  async plan(name = 'web', kind = 'Deployment'): Promise<HandoverPlan> {
    const planned = await this.one(name, kind)
    if (planned.kind !== 'plan') throw new Error(JSON.stringify(planned))
    return planned.plan
  }

  async refusal(name = 'web', kind = 'Deployment'): Promise<Refusal> {
    const planned = await this.one(name, kind)
    if (planned.kind !== 'refused') throw new Error(JSON.stringify(planned))
    return planned.refusal
  }
}

interface Further {
  readonly labels?: Readonly<Record<string, string>>
  /** Fields of the template's spec. */
  readonly template?: Json
  /** Fields of the workload's spec. */
  readonly spec?: Json
  /** The spec of its Pods, where it is not the template's. */
  readonly podSpec?: Json
}

interface OfReplicaSet {
  readonly owner?: { readonly kind: string; readonly name: string }
  readonly labels: Readonly<Record<string, string>>
  readonly template?: Json
  readonly replicas?: number
}

interface OfPod {
  /** Its ReplicaSet; absent: nobody's. */
  readonly set?: string
  readonly labels: Readonly<Record<string, string>>
  readonly minute?: number
  readonly spec?: Json
  readonly annotations?: Readonly<Record<string, string>>
}

export const bareSpec = (further: Json = {}): Json => ({
  containers: [{ name: 'app', image: 'app:1', readinessProbe: { httpGet: { path: '/' } } }],
  terminationGracePeriodSeconds: 30,
  ...further,
})

/** 45 s is what an ALB with ip targets needs with the terms that these tests state (core/exposures.ts). */
export const protectedSpec = (spec: Json): Json => ({ ...gatedSpec(hookedSpec(spec)) })

export const hookedSpec = (spec: Json): Json => ({
  ...spec,
  terminationGracePeriodSeconds: 75,
  containers: (spec['containers'] as readonly Json[]).map((one) => ({
    ...one,
    lifecycle: { preStop: { sleep: { seconds: 45 } } },
  })),
})

export const gatedSpec = (spec: Json): Json => ({ ...spec, readinessGates: [{ conditionType: GATE }] })
