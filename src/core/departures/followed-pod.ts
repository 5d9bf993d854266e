import type { ObjectRef } from '../model/object-ref.ts'
import type { Seconds } from '../model/seconds.ts'
import type {
  ContainerEnd,
  ContainerFacts,
  GateFacts,
  Need,
  PodDeletion,
  PodFacts,
  PodFailure,
} from './pod-facts.ts'

/** How a Pod leaves, as far as it was seen. Times are milliseconds since 1970. */
export interface Leave {
  /** The earliest that was told: the kubelet's last delete moves it to the end. Absent: its deletion was never seen. */
  deleted?: number | undefined
  /** The longest grace period that was told: later deletes only shorten it, and the kubelet's last one makes it 0. */
  given?: Seconds | undefined
  /** Its grace period was 0 while a container ran, as with a finalizer that holds a Pod which is removed by force. */
  isForced: boolean
  /** It ended without a delete; then what deletes its object later counts for nothing. */
  failure?: PodFailure | undefined
  /** In the order of its containers. */
  readonly ends: (ContainerEnd | undefined)[]
  gone?: number | undefined
  /** When the object was gone, or all containers had ended, by the ledger's own clock. */
  over?: number | undefined
  /** It was not in a list, or its deletion was never told. */
  isUnseen: boolean
  /** Its deletion was first seen when nothing had been watched before: who else was ready then is not known for sure. */
  isBlind: boolean
  /** The Pod that was created after it was deleted, and for no other. */
  successor?: FollowedPod | undefined
  /** Whether another was ready when it was deleted. */
  others: 'ready' | 'perhaps' | 'none'
}

/** A Pod behind a load balancer, in narrow form. What is known of it only grows, whatever the order of its states. */
export interface FollowedPod {
  readonly uid: string
  readonly ref: ObjectRef
  readonly created: number
  readonly stated: Seconds
  readonly revision: string | undefined
  ip: string | undefined
  node: string | undefined
  containers: readonly ContainerFacts[]
  gates: readonly GateFacts[]
  /** Before its gates passed. */
  containersReady: number | undefined
  /** The first and the last time since when it was ready, and the last since when it was not. */
  firstReady: number | undefined
  ready: number | undefined
  notReady: number | undefined
  disruption: string | undefined
  need: Need
  /** Since when nothing sends to it; absent: something does. */
  unneeded: number | undefined
  /** When the last of its containers had ended that did not run, as far as was told before it was to leave. */
  stopped: number | undefined
  /** The last that was told. */
  hookFailed: { readonly at: number; readonly message: string } | undefined
  isNodeGone: boolean
  /** It is the successor of one. */
  isSuccessor: boolean
  /** It was seen before its deletion. */
  isBorn: boolean
  /** One of its containers has run, or nobody knows. */
  hasRun: boolean
  /** Its gates had not passed when it was first seen, and nobody was told yet that they have. */
  isGateAwaited: boolean
  leave: Leave | undefined
}

/** @param containers its own, without how they ended. */
export const follow = (pod: PodFacts, need: Need, containers: FollowedPod['containers']): FollowedPod => ({
  uid: pod.uid,
  ref: pod.ref,
  created: pod.created,
  stated: pod.grace,
  revision: pod.revision,
  ip: pod.ip,
  node: pod.node,
  containers,
  gates: pod.gates,
  containersReady: undefined,
  firstReady: undefined,
  ready: undefined,
  notReady: undefined,
  disruption: undefined,
  need,
  unneeded: undefined,
  stopped: undefined,
  hookFailed: undefined,
  isNodeGone: false,
  isSuccessor: false,
  isBorn: pod.deletion === undefined,
  hasRun: pod.neverRan !== true,
  isGateAwaited: pod.gates.some(({ passed }) => passed === undefined),
  leave: undefined,
})

/** @returns how it leaves, and that it does. */
export const leaving = (pod: FollowedPod): Leave =>
  (pod.leave ??= {
    deleted: undefined,
    given: undefined,
    isForced: false,
    failure: undefined,
    ends: pod.containers.map(() => undefined),
    gone: undefined,
    over: undefined,
    isUnseen: false,
    isBlind: false,
    successor: undefined,
    others: 'none',
  })

/** Adds what one of its states says. */
export function learn(pod: FollowedPod, state: PodFacts): void {
  pod.ip ??= state.ip
  pod.node ??= state.node
  pod.disruption = state.disruption ?? pod.disruption
  pod.hasRun ||= state.neverRan !== true
  pod.ready = latest(pod.ready, state.ready)
  pod.firstReady = earliest(pod.firstReady, state.ready)
  pod.notReady = latest(pod.notReady, state.notReady)
  if (!hasPassed(pod.gates)) {
    pod.containersReady = state.containersReady ?? pod.containersReady
    pod.gates = passing(pod.gates, state.gates)
  }
  if (state.failure !== undefined) learnFailure(leaving(pod), state.failure)
  if (state.deletion !== undefined) learnDeletion(leaving(pod), state.deletion, state.containers)
  if (state.deletion !== undefined || state.failure !== undefined) learnEnds(pod, leaving(pod), state)
  else for (const { end } of state.containers) pod.stopped = latest(pod.stopped, end?.at)
}

function learnFailure(leave: Leave, failure: PodFailure): void {
  leave.failure ??= failure
  leave.deleted = undefined
  leave.given = undefined
}

function learnDeletion(
  leave: Leave,
  { at, grace }: PodDeletion,
  containers: readonly ContainerFacts[],
): void {
  if (leave.failure !== undefined) return
  leave.isForced ||= grace === 0 && containers.some(({ end }) => end === undefined)
  leave.deleted = earliest(leave.deleted, at)
  leave.given = leave.given === undefined || grace > leave.given ? grace : leave.given
}

function learnEnds(pod: FollowedPod, leave: Leave, state: PodFacts): void {
  // A container that had ended before it may have been started again; only ends of a Pod that is being deleted last.
  pod.containers.forEach(({ name }, index) => {
    leave.ends[index] ??= state.containers.find((container) => container.name === name)?.end
  })
}

/** What stands in front of it now; after its deletion nothing changes what was needed then. */
export function learnNeed(pod: FollowedPod, need: Need | undefined, at: number): void {
  if (pod.leave !== undefined) return
  pod.need = need ?? pod.need
  pod.unneeded = need === undefined ? (pod.unneeded ?? at) : undefined
}

export const hasPassed = (gates: readonly GateFacts[]): boolean =>
  gates.every(({ passed }) => passed !== undefined)

/** A gate stays passed, since the first time: what its condition says later does not undo that the target was healthy. */
function passing(known: readonly GateFacts[], told: readonly GateFacts[]): readonly GateFacts[] {
  if (told.every(({ passed }) => passed === undefined)) return known
  return known.map((gate) => {
    const passed = earliest(gate.passed, told.find(({ type }) => type === gate.type)?.passed)
    return passed === gate.passed || passed === undefined ? gate : { type: gate.type, passed }
  })
}

/** Whether it was ready at a moment. */
export function readyAt(pod: FollowedPod, moment: number): 'yes' | 'perhaps' | 'no' {
  const { ready, notReady, firstReady } = pod
  if (ready === undefined) return notReady === undefined || notReady >= moment ? 'perhaps' : 'no'
  // Seconds are cut off from both: a later one began later.
  if (ready > moment) return firstReady !== undefined && firstReady <= moment ? 'perhaps' : 'no'
  if (notReady === undefined || notReady <= ready || notReady > moment) return 'yes'
  return notReady === moment ? 'perhaps' : 'no'
}

export const earliest = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || (other !== undefined && other < one) ? other : one

export const latest = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || (other !== undefined && other > one) ? other : one

/** Since when it leaves; absent: that was never told. */
export const leftFrom = ({ deleted, failure }: Leave): number | undefined => deleted ?? failure?.at

/** When the last of its containers ended; absent: one has not, or it was never told. */
export function lastEnd({ ends }: Leave): number | undefined {
  let last: number | undefined
  for (const end of ends) {
    if (end === undefined) return undefined
    last = latest(last, end.at)
  }
  return last
}
