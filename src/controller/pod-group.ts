import { namedWorkload, type OwnedPod } from '../core/decision/pod-workload.ts'
import type { Need } from '../core/departures/pod-facts.ts'
import { keyOf, type ObjectRef } from '../core/model/object-ref.ts'
import { isSame } from '../core/model/same.ts'
import type { Labels } from '../core/model/workload.ts'
import { HASH_LABELS } from '../core/model/workload-kind.ts'
import type { FixedFacts, PodHead } from '../kubernetes/departing-pod.ts'
import { given } from '../kubernetes/json.ts'

/** What is kept of a Pod; nothing in it is its own: a group has one for nearly all of its Pods. */
export interface KeptPod {
  readonly group: PodGroup
  /** Absent: it is not followed. */
  readonly followed?: FollowedState
}

/** The rest is in the ledger. */
interface FollowedState {
  readonly workload: ObjectRef
  readonly revision: string | undefined
  readonly fixed: FixedFacts
  readonly need: Need
  readonly isBeingDeleted: boolean
  /** As in its facts. */
  readonly disruption: string | undefined
}

/** What a Pod needs, and what that rests on. */
interface AssessedPod {
  readonly fixed: FixedFacts
  /** What else the decision looks at: plain values, compared as such. */
  readonly around: unknown
  readonly need: Need | undefined
}

/** Pods of one workload with the same labels: what sends to one sends to all. */
export class PodGroup {
  readonly key: string
  readonly pod: OwnedPod & { readonly ref: ObjectRef }
  /** What the Pods say of themselves, as with the annotation `slackwater.dev/assume`; absent: nothing. */
  readonly assume?: string
  readonly workload: ObjectRef
  readonly revision?: string
  /** Whether anything sent to its Pods when that was last looked up; undefined: it was not. */
  isExposed: boolean | undefined
  /** Its Pods, followed or not. */
  size = 0
  /** Of the Pod that was read last: nearly always those of all others, so they are kept once. */
  #fixed: FixedFacts | undefined
  #kept: KeptPod | undefined
  /** What the Pod needed that was assessed last, and by what; undefined: it has to be assessed again. */
  assessed: AssessedPod | undefined
  readonly unfollowed: KeptPod = { group: this }
  /** What is kept of one that Slackwater leaves alone, whatever sends to it; of those before a `reset` that is not known. */
  leftAlone: KeptPod = { group: this }
  /** What the last of them was left alone by: plain values, compared as such; undefined: there is none. */
  leftAloneBy: unknown

  constructor({ ref, labels, owner, isOwnerForeign, assume }: PodHead, key: string) {
    this.key = key
    this.pod = {
      ref,
      ...given('owner', owner),
      ...given('isOwnerForeign', isOwnerForeign),
      template: { labels },
    }
    this.workload = namedWorkload(this.pod) ?? ref
    const revision = revisionIn(labels)
    if (revision !== undefined) this.revision = revision
    if (assume !== undefined) this.assume = assume
  }

  /** @returns these, or equal ones that another Pod has. */
  sharedFixed(fixed: FixedFacts): FixedFacts {
    if (!isSame(this.#fixed, fixed)) this.#fixed = fixed
    return this.#fixed ?? fixed
  }

  /** What is kept of a Pod that is followed. */
  keptAs(followed: FollowedState): KeptPod {
    const last = this.#kept
    if (last?.followed !== undefined && isSameState(last.followed, followed)) return last
    this.#kept = { group: this, followed }
    return this.#kept
  }

  /** What sends to its Pods, and what they need, is to be looked up again. */
  reset(): void {
    this.isExposed = undefined
    this.assessed = undefined
    this.leftAlone = { group: this }
    this.leftAloneBy = undefined
  }
}

/** By identity: what is equal is shared. */
const isSameState = (one: FollowedState, other: FollowedState): boolean =>
  one.workload === other.workload &&
  one.revision === other.revision &&
  one.fixed === other.fixed &&
  one.need === other.need &&
  one.isBeingDeleted === other.isBeingDeleted &&
  one.disruption === other.disruption

/** The same for all Pods of a group. */
export function groupKey({ ref: { namespace, name }, labels, owner, assume = '' }: PodHead): string {
  const pairs = Object.entries(labels)
    .map((pair) => pair.join('='))
    .sort()
  return `${namespace}\n${owner === undefined ? name : keyOf(owner)}\n${assume}\n${pairs.join()}`
}

/** Labels that tell the templates of one workload apart; `controller-revision-hash`: of StatefulSets and DaemonSets. */
const REVISION_LABELS: readonly string[] = [
  ...HASH_LABELS.map(([label]) => label),
  'controller-revision-hash',
]

const revisionIn = (labels: Labels): string | undefined =>
  REVISION_LABELS.map((label) => labels[label]).find((value) => value !== undefined)
