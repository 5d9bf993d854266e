import { selectionOf } from '../assessment/assess.ts'
import type { Sink } from '../cluster/reflector.ts'
import { inSlices } from '../cluster/slices.ts'
import { workloadOfPod } from '../core/decision/pod-workload.ts'
import { excludedNamespaces } from '../core/decision/scope.ts'
import type { LedgerEvent } from '../core/departures/event.ts'
import type { Need, PodFacts } from '../core/departures/pod-facts.ts'
import { isInDoubt, type Selection } from '../core/inventory/inventory.ts'
import { ASSUME_ANNOTATION } from '../core/model/keys.ts'
import { refText } from '../core/model/object-ref.ts'
import { isSame } from '../core/model/same.ts'
import type { Settings } from '../core/model/settings.ts'
import type { Steps } from '../core/model/steps.ts'
import { traitsOf } from '../core/model/workload-kind.ts'
import {
  type FixedFacts,
  type PodHead,
  toFixedFacts,
  toPodFacts,
  toPodHead,
} from '../kubernetes/departing-pod.ts'
import { given, property, ShapeError } from '../kubernetes/json.ts'
import { groupKey, type KeptPod, PodGroup } from './pod-group.ts'
import { aroundPod, type ExposingView, modesAround, needOf } from './pod-need.ts'

interface FollowedPodsOptions {
  readonly known: ExposingView
  readonly settings: Settings
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly tell: (event: LedgerEvent) => void
  /** A Pod does not have the shape that Kubernetes gives it, and is skipped. */
  readonly onUnreadable: (problem: string) => void
}

/** Why the Pod garbage collector deletes a Pod whose node is gone (kubernetes pkg/controller/podgc/gc_controller.go). */
const NODE_GONE = 'DeletionByPodGC'

/**
 * All Pods of a cluster, as a list and a watch tell them: what is known of those behind load balancers goes to the
 * ledger. Of all others only the uid is kept, and of each group the labels, to see when a load balancer comes for them.
 */
export class FollowedPods implements Sink {
  readonly #options: FollowedPodsOptions
  readonly #excluded: ReadonlySet<string>
  readonly #groups = new Map<string, PodGroup>()
  readonly #pods = new Map<string, KeptPod>()
  /** Of the list that is being read; undefined: a list is complete, and nothing has been missed since. */
  #listed: Set<string> | undefined = new Set()
  #hasList = false
  /** Pods that were removed while one namespace was listed again: the list may still have them. */
  #removed: Set<string> | undefined

  constructor(options: FollowedPodsOptions) {
    this.#options = options
    this.#excluded = new Set(excludedNamespaces(options.settings))
  }

  /** Whether a first list is complete. */
  get hasList(): boolean {
    return this.#hasList
  }

  /** Whether nothing has been missed since the last list. */
  get isComplete(): boolean {
    return this.#listed === undefined
  }

  /** From now on nothing is seen, until a list is complete. */
  lose(): void {
    const { now, tell } = this.#options
    if (this.#listed === undefined) tell({ kind: 'gap', at: now() })
    this.#listed = new Set()
  }

  begin(): void {
    this.lose()
    for (const group of this.#groups.values()) group.reset()
  }

  end(): void {
    const listed = this.#listed ?? new Set()
    const uids = new Set<string>()
    for (const [uid, { followed }] of [...this.#pods]) {
      if (!listed.has(uid)) this.#forget(uid)
      else if (followed !== undefined) uids.add(uid)
    }
    this.#listed = undefined
    this.#hasList = true
    this.#options.tell({ kind: 'listed', at: this.#options.now(), uids })
  }

  async put(raw: unknown): Promise<void> {
    await this.#reading(raw, async (head) => {
      this.#listed?.add(head.uid)
      await this.#look(raw, head)
    })
  }

  async remove(raw: unknown): Promise<void> {
    const pod = await this.#reading(raw, (head) => this.#look(raw, head, true))
    const uid = property(property(raw, 'metadata'), 'uid')
    if (typeof uid !== 'string') return
    const { now, tell } = this.#options
    if (this.#pods.get(uid)?.followed !== undefined)
      tell({ kind: 'gone', at: now(), uid, ...given('pod', pod) })
    this.#forget(uid)
    this.#removed?.add(uid)
  }

  /**
   * Looks up again what sends to each group, in steps; the ledger hears where that has begun or ended.
   * @returns namespaces with Pods that were not followed, and now have to be: they must be listed.
   */
  *reconsider(): Steps<ReadonlySet<string>> {
    const found = new Set<string>()
    for (const group of [...this.#groups.values()]) {
      const selection = this.#selectionOf(group)
      yield* this.#options.known.readInSteps?.(selection) ?? []
      const isExposed = this.#isExposed(group, selection)
      group.assessed = undefined
      const { leftAloneBy } = group
      if (leftAloneBy !== undefined && !isSame(leftAloneBy, modesAround(group, this.#options.known)))
        group.reset()
      if (isExposed === group.isExposed) continue
      if (isInDoubt(this.#options.known)) break
      group.isExposed = isExposed
      if (this.#tellAgain(group) < group.size && isExposed) found.add(group.pod.ref.namespace)
      yield
    }
    return found
  }

  /** @param pods lists the Pods of one namespace, and puts each. */
  async listAgain(pods: () => Promise<void>): Promise<void> {
    this.#removed = new Set()
    try {
      await pods()
    } finally {
      this.#removed = undefined
    }
  }

  /** One Pod that cannot be read must not end the watch. */
  async #reading<T>(raw: unknown, read: (head: PodHead) => Promise<T>): Promise<T | undefined> {
    try {
      const head = toPodHead(raw)
      if (this.#excluded.has(head.ref.namespace) || endsByItself(head)) return undefined
      return this.#removed?.has(head.uid) === true ? undefined : await read(head)
    } catch (error) {
      const { onUnreadable } = this.#options
      const name = String(property(property(raw, 'metadata'), 'name'))
      const namespace = String(property(property(raw, 'metadata'), 'namespace'))
      const problem = error instanceof ShapeError ? error.message : `internal error: ${error}`
      onUnreadable(`${refText({ kind: 'Pod', namespace, name })}: ${problem}`)
      return undefined
    }
  }

  /**
   * @param isLast it is no longer there: whether anything sent to it is looked up now or never.
   * @returns what was told of it; undefined: nothing.
   */
  async #look(raw: unknown, head: PodHead, isLast = false): Promise<PodFacts | undefined> {
    const group = this.#file(head)
    const followed = this.#pods.get(head.uid)?.followed
    const leaves = (head.isBeingDeleted || isLast) && followed?.isBeingDeleted !== true
    if (leaves || group.isExposed === undefined) {
      const isExposed = await this.#isExposedNow(group, followed !== undefined)
      // Where that has changed since, `reconsider` sees to the others of the group.
      group.isExposed ??= isExposed
      return this.#follow(raw, head, isExposed)
    }
    return this.#follow(raw, head, group.isExposed)
  }

  async #isExposedNow(group: PodGroup, isFollowed: boolean): Promise<boolean> {
    const { known } = this.#options
    const selection = this.#selectionOf(group)
    const steps = known.readInSteps?.(selection)
    if (steps !== undefined) await inSlices(steps)
    // Whoever runs the watch ends it on doubt, and begins with a list: until then, what was known holds.
    return isInDoubt(known) ? isFollowed : this.#isExposed(group, selection)
  }

  #follow(raw: unknown, head: PodHead, isExposed: boolean): PodFacts | undefined {
    const { now, tell } = this.#options
    const kept = this.#pods.get(head.uid)
    if (kept === undefined || (!isExposed && kept.followed === undefined)) return undefined
    const { group, followed } = kept
    if (kept === group.leftAlone) return undefined
    const fixed = followed?.fixed ?? group.sharedFixed(toFixedFacts(raw))
    // A Pod that a handover takes off its ReplicaSet has no owner anymore: its workload stays what it was.
    const { workload, revision } = followed ?? group
    const facts = toPodFacts(raw, { head, workload, ...given('revision', revision), now: now(), fixed })
    const isBeingDeleted = facts.deletion !== undefined
    const need = (isExposed ? this.#newNeed(raw, fixed, isBeingDeleted, kept) : undefined) ?? followed?.need
    const { disruption, node, failure } = facts
    if (need === undefined || (failure !== undefined && followed === undefined)) {
      this.#leaveAlone(head.uid, group)
      return undefined
    }
    const state = { workload, revision, fixed, need, isBeingDeleted, disruption }
    // One that has ended by itself has left: what deletes its object, days later, is no departure.
    this.#pods.set(head.uid, failure === undefined ? group.keptAs(state) : group.leftAlone)
    tell({ kind: 'pod', at: now(), pod: facts, ...given('need', isExposed ? need : undefined) })
    if (disruption === NODE_GONE && node !== undefined && followed?.disruption !== disruption)
      tell({ kind: 'node-gone', at: now(), node })
    return facts
  }

  /**
   * At first sight and at its deletion; in between it keeps what it had. Pods of a group that are made alike need the same,
   * as long as nothing has changed that a decision looks at.
   */
  #newNeed(
    raw: unknown,
    fixed: FixedFacts,
    isBeingDeleted: boolean,
    { group, followed }: KeptPod,
  ): Need | undefined {
    if (followed !== undefined && (!isBeingDeleted || followed.isBeingDeleted)) return undefined
    const { assessed } = group
    const { known, settings } = this.#options
    const around = aroundPod(group, this.#selectionOf(group), known)
    if (assessed?.fixed === fixed && isSame(assessed.around, around)) return assessed.need
    const need = needOf(raw, known, settings)
    group.assessed = { fixed, around, need }
    return need
  }

  /** On doubt nothing is decided: its next change shows it again. */
  #leaveAlone(uid: string, group: PodGroup): void {
    const { known } = this.#options
    if (isInDoubt(known)) return
    group.leftAloneBy = modesAround(group, known)
    this.#pods.set(uid, group.leftAlone)
  }

  /** What an annotation assumes is left to the assessment. */
  #isExposed({ pod, assume }: PodGroup, selection: Selection): boolean {
    const { known } = this.#options
    const { annotations = {} } = known.namespace(pod.ref.namespace) ?? {}
    const isAssumed = assume !== undefined || annotations[ASSUME_ANNOTATION] !== undefined
    return isAssumed || known.exposuresOf(selection).exposures.length > 0
  }

  #selectionOf({ pod }: PodGroup): Selection {
    const workload = workloadOfPod(pod, this.#options.known)
    return selectionOf({ what: 'pod', ref: pod.ref, template: pod.template, ...given('workload', workload) })
  }

  /** @returns how many of the group's Pods are followed. */
  #tellAgain(group: PodGroup): number {
    const { now, tell } = this.#options
    let count = 0
    for (const [uid, { group: own, followed }] of this.#pods) {
      if (own !== group || followed === undefined) continue
      count++
      tell({
        kind: 'need',
        at: now(),
        uid,
        ...given('need', group.isExposed === true ? followed.need : undefined),
      })
    }
    return count
  }

  #file(head: PodHead): PodGroup {
    const key = groupKey(head)
    const before = this.#pods.get(head.uid)
    if (before?.group.key === key) return before.group
    const group = this.#groups.get(key) ?? new PodGroup(head, key)
    this.#groups.set(key, group)
    group.size++
    if (before !== undefined) this.#leave(before.group)
    this.#pods.set(
      head.uid,
      before?.followed === undefined ? group.unfollowed : group.keptAs(before.followed),
    )
    return group
  }

  #forget(uid: string): void {
    const kept = this.#pods.get(uid)
    if (kept === undefined) return
    this.#pods.delete(uid)
    this.#leave(kept.group)
  }

  #leave(group: PodGroup): void {
    group.size--
    if (group.size === 0) this.#groups.delete(group.key)
  }
}

/** Pods of a Job end on their own: no hook ever runs for them. */
const endsByItself = ({ owner }: PodHead): boolean =>
  owner !== undefined && traitsOf(owner.kind)?.endsByItself === true
