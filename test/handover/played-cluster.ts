import { Readable } from 'node:stream'
import type { ApiAnswer, ApiServer } from '../../src/cluster/api-server.ts'
import { selectedBy } from '../../src/core/handover/leave-labels.ts'
import { HANDOVER_ANNOTATION } from '../../src/core/model/keys.ts'
import { seconds } from '../../src/core/model/seconds.ts'
import type { HandoverPlan } from '../../src/handover/plan.ts'
import type { Clock } from '../../src/pacing/clock.ts'
import { mergePatch } from '../cluster/merge-patch.ts'
import { addressOf } from '../cluster/object-address.ts'
import { type PlayedPod, toWire } from './played-pod.ts'
import { syncReplicaSet } from './played-replica-set.ts'

export const NAMESPACE = 'shop'
/** S and how long load balancers go on sending to a target that has left; the time a target needs to be healthy. */
export const [SLEEP, PROPAGATION, HEALTHY] = [20, 19, 6]
const COST = 'controller.kubernetes.io/pod-deletion-cost'
/** Between two turns of the controllers, milliseconds. */
const TURN = 500

export interface PlayedSet {
  readonly name: string
  readonly uid: string
  readonly hash: string
  readonly revision: string
  replicas: number
  /** It could not create a Pod when it last tried. */
  isRefused: boolean
}

interface Shape {
  readonly replicas?: number
  /** Seconds from its creation until a new Pod is ready; undefined: never. */
  readonly readyAfter?: number | undefined
  /** Whether admission gives new Pods their hook. */
  readonly hooks?: boolean
  readonly gates?: boolean
  /** Seconds. */
  readonly minReady?: number
  /** So many Pods a quota has room for; those that are being deleted count, too. */
  readonly room?: number
  /** Milliseconds by which each Pod's own time differs. */
  readonly jitter?: (name: string) => number
}

export interface PlayedRequest {
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

/**
 * A Deployment `web` in a played cluster: API server, ReplicaSet controller, kubelet and a load balancer, all in one time
 * that only sleeping moves on. Counts what would be lost.
 */
export class PlayedCluster implements ApiServer, Clock {
  readonly pods = new Map<string, PlayedPod>()
  readonly sets: PlayedSet[] = []
  readonly budget: { annotations: Record<string, string>; writes: number } = { annotations: {}, writes: 0 }
  /** By their selectors; the load balancer sends to whom one of them selects. */
  readonly services: Record<string, string>[] = [{ app: 'web' }]
  readonly requests: PlayedRequest[] = []
  readonly losses: string[] = []
  /** Called before a request is answered; what it returns is answered in its place, or it never comes back. */
  intercept: (request: PlayedRequest) => number | Promise<number> | undefined = () => undefined
  /** Called after a write has been stored: nothing comes back if it is a promise that never ends. */
  after: (request: PlayedRequest) => Promise<void> | undefined = () => undefined
  /** What others do, by the clock. */
  readonly events: { readonly at: number; readonly happens: () => void }[] = []
  readonly shape: Shape
  /** What must always be served. */
  floor: number
  rollout: 'none' | 'rolling' | 'done' = 'none'
  isControlled = true
  time = 0
  #version = 100
  #count = 0
  #generation = 1

  constructor(shape: Shape = {}) {
    this.shape = { readyAfter: 3, hooks: true, gates: true, ...shape }
    const replicas = shape.replicas ?? 3
    this.floor = replicas
    this.addSet('web-1', replicas)
    for (let index = 0; index < replicas; index++) this.createPod(this.current, false)
    for (const pod of this.pods.values()) Object.assign(pod, { ready: true, sentSince: 0 })
    this.check()
  }

  get current(): PlayedSet {
    const last = this.sets.at(-1)
    if (last === undefined) throw new Error('no ReplicaSet')
    return last
  }

  addSet(name: string, replicas: number): void {
    const count = this.sets.length + 1
    this.sets.push({
      name,
      uid: `uid-${name}`,
      hash: `h${count}`,
      revision: String(count),
      replicas,
      isRefused: false,
    })
  }

  createPod(set: PlayedSet, isNew = true): PlayedPod {
    this.#count += 1
    const name = `${set.name}-${String(this.#count).padStart(3, '0')}`
    const pod: PlayedPod = {
      name,
      uid: `uid-of-${name}`,
      version: this.bump(),
      labels: { app: 'web', tier: 'front', 'pod-template-hash': set.hash },
      annotations: {},
      owner: set.uid,
      created: this.time,
      hooked: isNew && this.shape.hooks === true,
      gated: isNew && this.shape.gates === true,
      ready: false,
    }
    this.pods.set(name, pod)
    return pod
  }

  bump(): string {
    this.#version += 1
    return String(this.#version)
  }

  /** As `kubectl delete pod`, by whomever. */
  deletePod(pod: PlayedPod): void {
    if (pod.deleted !== undefined) return
    pod.deleted = this.time
    pod.version = this.bump()
    this.check()
  }

  scale(replicas: number): void {
    this.current.replicas = replicas
    this.floor = Math.min(this.floor, replicas)
    this.#generation += 1
  }

  /** A new ReplicaSet takes over; the old one goes when all of its Pods are ready. */
  startRollout(): void {
    const { replicas } = this.current
    this.addSet(`web-${this.sets.length + 1}`, replicas)
    this.rollout = 'rolling'
    this.#generation += 1
  }

  // The clock.

  now(): number {
    return this.time
  }

  date(): Date {
    return new Date(Date.UTC(2026, 10, 29) + this.time)
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const end = this.time + ms
    while (this.time < end && !signal.aborted) {
      this.time = Math.min(end, this.time + TURN)
      this.turn()
      await Promise.resolve()
    }
  }

  // Controllers, kubelet and load balancer.

  turn(): void {
    for (const event of this.events.splice(0))
      if (event.at <= this.time) event.happens()
      else this.events.push(event)
    if (this.isControlled) for (const set of this.sets) syncReplicaSet(this, set)
    this.#rollOn()
    this.#kubelet()
    this.check()
  }

  #rollOn(): void {
    if (this.rollout !== 'rolling') return
    const { uid, replicas } = this.current
    const ready = [...this.pods.values()].filter((pod) => pod.owner === uid && pod.ready).length
    if (ready < replicas) return
    for (const set of this.sets) if (set !== this.current) set.replicas = 0
    this.rollout = 'done'
  }

  #kubelet(): void {
    const { readyAfter, jitter = () => 0 } = this.shape
    for (const pod of this.pods.values()) {
      const due = readyAfter === undefined ? undefined : pod.created + readyAfter * 1000 + jitter(pod.name)
      if (!pod.ready && !pod.broken && pod.deleted === undefined && due !== undefined && this.time >= due) {
        pod.ready = true
        pod.version = this.bump()
      }
      const lasts = pod.hooked ? SLEEP * 1000 : 0
      if (pod.deleted !== undefined && this.time >= pod.deleted + lasts) pod.ended ??= this.time
      if (pod.ended !== undefined && this.time >= pod.ended + 1_000) this.pods.delete(pod.name)
    }
  }

  /** Whom the load balancer sends to, whether they live, and whether they are enough. */
  check(): void {
    const isSent = [...this.pods.values()].filter((pod) => sees(pod, this.services, this.time))
    for (const pod of isSent)
      if (pod.deleted !== undefined && !pod.hooked)
        this.#lose(`${pod.name} was sent to and is dead${whose(pod)}`)
    const serving = isSent.filter(({ left }) => left === undefined).length
    if (serving < this.floor) this.#lose(`${serving} of ${this.floor} serve`)
  }

  #lose(what: string): void {
    const line = `${this.time / 1000}: ${what}`
    if (this.losses.at(-1) !== line) this.losses.push(line)
  }

  // The API server.

  async get(path: string, query: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    return await this.#answer({ method: 'GET', path }, () => this.#read(path, query))
  }

  async send({ method, path, body }: Parameters<ApiServer['send']>[0]): Promise<ApiAnswer> {
    return await this.#answer({ method, path, body }, () => this.#write(method, path, body))
  }

  async #answer(request: PlayedRequest, answer: () => readonly [number, unknown]): Promise<ApiAnswer> {
    this.requests.push(request)
    const refused = await this.intercept(request)
    const reason = (status: number) => ({
      kind: 'Status',
      status: 'Failure',
      message: `played ${status}`,
      code: status,
    })
    const [status, body] = refused === undefined ? answer() : [refused, reason(refused)]
    this.check()
    await this.after(request)
    return { status, body: Readable.from([Buffer.from(JSON.stringify(body))]) }
  }

  #read(path: string, { labelSelector }: Readonly<Record<string, string>>): readonly [number, unknown] {
    const { collection, name } = addressOf(path)
    if (collection === '/api/v1/pods' && name === undefined) {
      const [key = '', value] = (labelSelector ?? '').split('=')
      const items = [...this.pods.values()].filter(({ labels }) => key === '' || labels[key] === value)
      return [
        200,
        { metadata: { resourceVersion: this.bump() }, items: items.map((pod) => toWire(pod, this.sets)) },
      ]
    }
    if (collection === '/api/v1/services') {
      const items = this.services.map((selector, index) => ({
        metadata: { name: `web-${index}` },
        spec: { selector },
      }))
      return [200, { metadata: { resourceVersion: this.bump() }, items }]
    }
    if (collection === '/apis/policy/v1/poddisruptionbudgets' && name === undefined) {
      const metadata = { name: 'web', annotations: this.budget.annotations }
      return [200, { metadata: { resourceVersion: this.bump() }, items: [{ metadata }] }]
    }
    const object = this.#object(collection, name ?? '')
    return object === undefined
      ? [404, { kind: 'Status', message: 'not found', reason: 'NotFound' }]
      : [200, object]
  }

  #object(collection: string, name: string): unknown {
    if (collection === '/api/v1/pods') {
      const pod = this.pods.get(name)
      return pod && toWire(pod, this.sets)
    }
    if (collection === '/apis/apps/v1/deployments') return this.#deployment()
    const set = this.sets.find((one) => one.name === name)
    return (
      set && {
        kind: 'ReplicaSet',
        metadata: { name, uid: set.uid, annotations: { 'deployment.kubernetes.io/revision': set.revision } },
        spec: {
          replicas: set.replicas,
          minReadySeconds: this.shape.minReady ?? 0,
          selector: { matchLabels: { app: 'web', 'pod-template-hash': set.hash } },
        },
        status: {
          conditions: set.isRefused
            ? [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: pods' }]
            : [],
        },
      }
    )
  }

  #deployment(): unknown {
    const { replicas, revision } = this.current
    const isDone = this.rollout !== 'rolling'
    return {
      kind: 'Deployment',
      metadata: {
        name: 'web',
        generation: this.#generation,
        annotations: { 'deployment.kubernetes.io/revision': revision },
      },
      spec: { replicas },
      status: {
        observedGeneration: this.#generation,
        replicas: isDone ? replicas : replicas + 1,
        updatedReplicas: replicas,
        availableReplicas: isDone ? replicas : 0,
      },
    }
  }

  #write(method: string, path: string, body: unknown): readonly [number, unknown] {
    const { collection, name = '' } = addressOf(path)
    if (collection !== '/api/v1/pods') return this.#wake(body)
    const pod = this.pods.get(name)
    if (pod === undefined) return [404, { kind: 'Status', message: 'not found', reason: 'NotFound' }]
    const conflict = [409, { kind: 'Status', message: 'modified', reason: 'Conflict' }] as const
    if (method === 'DELETE') {
      const { uid, resourceVersion } = (body as { preconditions: Record<string, string> }).preconditions
      if (uid !== pod.uid || (resourceVersion ?? pod.version) !== pod.version) return conflict
      this.deletePod(pod)
      return [200, { kind: 'Status' }]
    }
    const { metadata } = body as { metadata: { uid?: string; resourceVersion?: string } }
    if ((metadata.uid ?? pod.uid) !== pod.uid || (metadata.resourceVersion ?? pod.version) !== pod.version)
      return conflict
    const merged = mergePatch({ labels: pod.labels, annotations: pod.annotations }, metadata) as PlayedPod
    pod.labels = merged.labels
    pod.annotations = merged.annotations
    pod.version = this.bump()
    return [200, toWire(pod, this.sets)]
  }

  #wake(body: unknown): readonly [number, unknown] {
    const { metadata } = body as { metadata: object }
    const merged = mergePatch({ annotations: this.budget.annotations }, metadata) as typeof this.budget
    this.budget.annotations = merged.annotations
    this.budget.writes += 1
    return [200, { kind: 'PodDisruptionBudget' }]
  }

  // What tests ask.

  /** Everything that a handover may leave behind. */
  get leftovers(): readonly string[] {
    const alive = [...this.pods.values()].filter(({ deleted }) => deleted === undefined)
    return [
      ...alive
        .filter(({ annotations }) => HANDOVER_ANNOTATION in annotations)
        .map(({ name }) => `${name}: record`),
      ...alive.filter(({ annotations }) => COST in annotations).map(({ name }) => `${name}: cost`),
      ...alive.filter(({ owner }) => owner === undefined).map(({ name }) => `${name}: orphan`),
      ...alive.filter(({ labels }) => Object.keys(labels).length !== 3).map(({ name }) => `${name}: labels`),
      ...(HANDOVER_ANNOTATION in this.budget.annotations ? ['PodDisruptionBudget: annotation'] : []),
    ]
  }

  /** Of Pods that are not being deleted. */
  get unprotected(): readonly PlayedPod[] {
    return [...this.pods.values()].filter(({ hooked, deleted }) => !hooked && deleted === undefined)
  }

  plan(): HandoverPlan {
    const old = this.unprotected.filter(({ owner }) => owner === this.current.uid)
    return {
      workload: { kind: 'Deployment', namespace: NAMESPACE, name: 'web' },
      replicaSet: { kind: 'ReplicaSet', namespace: NAMESPACE, name: this.current.name },
      releaseLabel: 'pod-template-hash',
      leaveLabels: ['app'],
      services: ['web'],
      disruptionBudgets: ['web'],
      sleep: seconds(SLEEP),
      healthy: seconds(HEALTHY),
      gated: this.shape.gates === true,
      pods: old.map(({ name, uid }) => ({ name, uid, lacks: ['no hook'] })),
      cautions: [],
    }
  }
}

const whose = ({ owner }: PlayedPod): string => (owner === undefined ? ', released' : '')

/** What the load balancer knows of a Pod by now. @returns whether it sends to it. */
function sees(pod: PlayedPod, services: readonly Record<string, string>[], now: number): boolean {
  const isSelected =
    services.some((selector) => selectedBy(selector, pod.labels)) && pod.ready && pod.deleted === undefined
  if (isSelected) {
    // A gate holds readiness until the target is healthy.
    pod.sentSince ??= now + (pod.gated ? 0 : HEALTHY * 1000)
    delete pod.left
  } else if (pod.sentSince !== undefined) pod.left ??= now
  if (pod.left !== undefined && now >= pod.left + PROPAGATION * 1000) {
    delete pod.sentSince
    delete pod.left
  }
  return pod.sentSince !== undefined && now >= pod.sentSince
}
