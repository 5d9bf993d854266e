import { setTimeout as pause } from 'node:timers/promises'
import { call, pathOf } from './api.ts'
import { kubectl, kubectlOk } from './kubectl.ts'
import { isTrue, type WatchedPod, watchPods } from './pod-watch.ts'
import { targetGroupBinding } from './shop.ts'
import { host } from './slackwater.ts'
import { type AdmissionRequest, asJson, patched, review, startWebhook } from './webhook-server.ts'

/**
 * Plays the load balancer controller for many applications at a time, each of which has one target group and is named by
 * the label `app` of its Pods: in labelled namespaces they get a readiness gate, and its condition once they are healthy.
 */
export interface PlayedGates {
  /** The Pods of an application, as they are now. */
  pods(app: App): readonly WatchedPod[]
  /** Those that have left, each as it was last. */
  left(app: App): readonly LeftPod[]
  /** From now on Pods of new templates stay unhealthy. */
  hold(app: App): void
  /** They become healthy. */
  release(app: App): void
  /** Its webhook is away for an application, and its failurePolicy lets Pods pass without a gate. */
  letPass(app: App): void
  /** The controller does not run: no target is registered. */
  stop(): void
  goOn(): void
  end(): Promise<void>
}

export interface App {
  readonly namespace: string
  readonly name: string
}

export interface LeftPod {
  readonly pod: WatchedPod
  /** When it was asked to leave, by the clock of the API server: whole seconds. Milliseconds since 1970. */
  readonly asked: number
}

/** From ready containers until the target is healthy. Milliseconds; a choice: AWS's defaults are 15 s × 2 or more. */
const HEALTHY = 500

const LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'
/** Not LBC's own name: it may be in the cluster. */
const CONFIGURATION = 'slackwater-e2e-played-gates'

/** @param labels of the Pods that it looks after. */
export async function playGates(labels: string): Promise<PlayedGates> {
  const targets = new Targets()
  const passing = new Set<string>()
  const webhook = await startWebhook((request, response) => asJson(response, gated(request, passing)))
  await kubectlOk(['apply', '--server-side', '-f', '-'], configuration(webhook))
  const unwatch = watchPods({ labels }, ({ type, object }) => targets.see(object, type === 'DELETED'))
  return {
    pods: (app) => targets.of(app),
    left: (app) => targets.left(app),
    hold: (app) => targets.hold(app),
    release: (app) => targets.release(app),
    letPass: (app) => void passing.add(keyOf(app)),
    stop: () => targets.run(false),
    goOn: () => targets.run(true),
    end: async () => {
      unwatch()
      await kubectl(['delete', 'mutatingwebhookconfiguration', CONFIGURATION, '--ignore-not-found'])
      await webhook.stop()
    },
  }
}

const keyOf = ({ namespace, name }: App): string => `${namespace}/${name}`

const appOf = ({ metadata }: WatchedPod): App => ({
  namespace: metadata.namespace,
  name: metadata.labels?.['app'] ?? '',
})

export const hashOf = ({ metadata }: WatchedPod): string => metadata.labels?.['pod-template-hash'] ?? ''

class Targets {
  /** By uid. */
  readonly #pods = new Map<string, WatchedPod>()
  /** When each was first seen to be asked to leave, by uid. Milliseconds since 1970. */
  readonly #asked = new Map<string, number>()
  readonly #left: LeftPod[] = []
  readonly #registered = new Set<string>()
  /** Templates whose Pods need not wait, by application. */
  readonly #held = new Map<string, ReadonlySet<string>>()
  #isRunning = true

  of(app: App): readonly WatchedPod[] {
    return [...this.#pods.values()].filter((pod) => keyOf(appOf(pod)) === keyOf(app))
  }

  left(app: App): readonly LeftPod[] {
    return this.#left.filter(({ pod }) => keyOf(appOf(pod)) === keyOf(app))
  }

  see(pod: WatchedPod, isGone: boolean): void {
    const { uid } = pod.metadata
    if (!this.#asked.has(uid)) this.#ask(pod)
    if (isGone) {
      this.#pods.delete(uid)
      this.#left.push({ pod, asked: this.#asked.get(uid) ?? Number.NaN })
      return
    }
    this.#pods.set(uid, pod)
    this.#register(pod)
  }

  #ask({ metadata: { uid, deletionTimestamp, deletionGracePeriodSeconds = 0 } }: WatchedPod): void {
    if (deletionTimestamp !== undefined)
      this.#asked.set(uid, Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1_000)
  }

  hold(app: App): void {
    this.#held.set(keyOf(app), new Set(this.of(app).map(hashOf)))
  }

  release(app: App): void {
    this.#held.delete(keyOf(app))
    this.#registerAll()
  }

  run(isRunning: boolean): void {
    this.#isRunning = isRunning
    this.#registerAll()
  }

  #registerAll(): void {
    for (const pod of this.#pods.values()) this.#register(pod)
  }

  #register(pod: WatchedPod): void {
    const { uid, name, namespace, deletionTimestamp } = pod.metadata
    const type = pod.spec.readinessGates?.[0]?.conditionType
    const isHeld = this.#held.get(keyOf(appOf(pod)))?.has(hashOf(pod)) === false
    if (type === undefined || !this.#isRunning || isHeld || this.#registered.has(uid)) return
    if (!isTrue(pod, 'ContainersReady') || deletionTimestamp !== undefined) return
    this.#registered.add(uid)
    void pause(HEALTHY).then(() => becomeHealthy({ namespace, name, type }))
  }
}

/** How often it is tried: the API server may be away. */
const TRIES = 30

async function becomeHealthy({ namespace, name, type }: App & { readonly type: string }): Promise<void> {
  // As LBC writes it (pkg/targetgroupbinding/resource_manager.go).
  const condition = {
    type,
    status: 'True',
    lastTransitionTime: new Date().toISOString().replace(/\.\d+/, ''),
  }
  const path = `${pathOf({ apiVersion: 'v1', plural: 'pods' }, namespace, name)}/status`
  const contentType = 'application/strategic-merge-patch+json'
  for (let nth = 0; nth < TRIES; nth++) {
    const body = { status: { conditions: [condition] } }
    const answer = await call({ method: 'PATCH', path, contentType, body }).catch(() => undefined)
    if (answer !== undefined && [200, 404].includes(answer.status)) return
    await pause(1_000)
  }
}

function gated({ uid, namespace, object }: AdmissionRequest, passing: ReadonlySet<string>): string {
  const { metadata } = object as { readonly metadata: { readonly labels?: Readonly<Record<string, string>> } }
  const name = metadata.labels?.['app']
  if (name === undefined || passing.has(keyOf({ namespace, name }))) return review({ uid, allowed: true })
  const conditionType = `target-health.elbv2.k8s.aws/${targetGroupBinding(namespace, name).metadata.name}`
  return patched(
    uid,
    JSON.stringify([{ op: 'add', path: '/spec/readinessGates', value: [{ conditionType }] }]),
  )
}

/**
 * As LBC's chart has it (helm/aws-load-balancer-controller/templates/webhook.yaml), but for its name and address, and that
 * Pods need not wait for a controller that cannot be found: with Fail, Slackwater would not label (`paused`).
 */
const configuration = ({ port, caBundle }: { readonly port: number; readonly caBundle: string }) => ({
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
      timeoutSeconds: 30,
      namespaceSelector: { matchExpressions: [{ key: LABEL, operator: 'In', values: ['enabled'] }] },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
    },
  ],
})
