import type { SelectingService } from '../core/handover/leave-labels.ts'
import type { Spare } from '../core/handover/record.ts'
import type { PodView, Scene } from '../core/handover/scene.ts'
import { withServicesOf } from '../core/handover/still-selected.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { HandoverOptions } from './options.ts'
import { listServices, readPod } from './read-pods.ts'
import { readScene } from './read-scene.ts'
import { ServingTargets } from './serving.ts'
import type { TrackedPod } from './tracked-pod.ts'

/** One old Pod and what stands around it, as read just now. */
export interface Look {
  readonly tracked: TrackedPod
  /** Absent: it does not exist any more. */
  readonly pod: PodView | undefined
  readonly scene: Scene
  /** Of the namespace. */
  readonly services: readonly SelectingService[]
}

/** Reads what each step is decided by, and keeps what only whoever watches for longer can know. */
export class HandoverSurroundings {
  readonly #options: HandoverOptions
  readonly #workload: ObjectRef
  readonly #old: ReadonlySet<string>
  readonly #serving = new ServingTargets()
  /** Uids of the Pods that were there at first. */
  #first: ReadonlySet<string> | undefined

  constructor(options: HandoverOptions, workload: ObjectRef, pods: readonly TrackedPod[]) {
    this.#options = options
    this.#workload = workload
    this.#old = new Set(pods.map(({ uid }) => uid))
  }

  /** @throws ApiError; any error of the connection; ShapeError */
  async look(pods: readonly TrackedPod[]): Promise<readonly Look[]> {
    const scenes = new Map<string, Scene>()
    const looks: Look[] = []
    const { api, signal } = this.#options
    const { namespace } = this.#workload
    // A Service may have been created or changed meanwhile.
    const services = await listServices({ api, namespace, signal })
    for (const tracked of pods) {
      const { terms } = tracked
      const around = scenes.get(terms.replicaSet) ?? (await this.#sceneOf(terms))
      scenes.set(terms.replicaSet, around)
      const pod = await this.podOf(tracked)
      const scene = pod === undefined ? around : sceneFor(pod, around, terms.releaseLabel)
      looks.push({ tracked, pod: pod && withServicesOf(namespace, pod, services), scene, services })
    }
    return looks
  }

  async podOf({ name, uid }: Pick<Spare, 'name' | 'uid'>): Promise<PodView | undefined> {
    const { api, signal } = this.#options
    return await readPod(api, { namespace: this.#workload.namespace, name, uid }, signal)
  }

  async #sceneOf(terms: TrackedPod['terms']): Promise<Scene> {
    const { api, signal, clock } = this.#options
    const { replicaSet, releaseLabel } = terms
    const scene = await readScene({ api, workload: this.#workload, replicaSet, releaseLabel, signal })
    const serving = this.#serving.among(scene.members, {
      terms,
      now: clock.now(),
      minReady: scene.replicaSet?.minReady ?? 0,
    })
    this.#first ??= new Set(scene.members.map(({ uid }) => uid))
    return { ...scene, serving }
  }

  /** A Pod that came meanwhile without the protection that it was to have. */
  unfitIn({ members }: Scene, { gated }: TrackedPod['terms']): PodView | undefined {
    const isNew = ({ uid }: PodView): boolean => !this.#old.has(uid) && this.#first?.has(uid) === false
    return members.find((one) => isNew(one) && (one.hook === undefined || (gated && !one.isGated)))
  }

  /** The Pod that came for it: the oldest new one that came for no other. For people to see, nothing rests on it. */
  replacementOf(
    tracked: TrackedPod,
    { members }: Scene,
    others: ReadonlySet<string | undefined>,
  ): string | undefined {
    const isNew = ({ uid, name, hook }: PodView): boolean =>
      hook !== undefined && !others.has(name) && !this.#old.has(uid) && tracked.known?.has(uid) !== true
    const came = members.filter(isNew)
    // What an earlier call has released has its replacement among the newest.
    const sign = tracked.known === undefined ? -1 : 1
    return came.toSorted((a, b) => (a.created < b.created ? -sign : sign))[0]?.name
  }
}

/** The members were listed before: one that another call has released since is none. */
const sceneFor = ({ uid, labels }: PodView, scene: Scene, releaseLabel: string): Scene =>
  Object.hasOwn(labels, releaseLabel)
    ? scene
    : { ...scene, members: scene.members.filter((one) => one.uid !== uid) }
