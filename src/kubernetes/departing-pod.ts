import type {
  ContainerEnd,
  ContainerFacts,
  PodDeletion,
  PodFacts,
  PodFailure,
} from '../core/departures/pod-facts.ts'
import { knownLength } from '../core/injection/hooks.ts'
import { ownedWorkIn } from '../core/injection/owned-work.ts'
import { ASSUME_ANNOTATION } from '../core/model/keys.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { seconds } from '../core/model/seconds.ts'
import { TARGET_GATE } from '../core/model/stuck-gate.ts'
import { DEFAULT_GRACE, type Labels, type Pod } from '../core/model/workload.ts'
import {
  at,
  given,
  integerAt,
  isPresent,
  itemsOf,
  type JsonNode,
  optional,
  root,
  ShapeError,
  stringAt,
  stringsAt,
} from './json.ts'
import { secondsAt, toPodTemplate } from './template.ts'
import { toOwnedPod } from './workload.ts'

/** By what a Pod is told from others, and found in the inventory: read of every Pod that changes. */
export interface PodHead extends Pick<Pod, 'ref' | 'owner' | 'isOwnerForeign'> {
  readonly uid: string
  readonly labels: Labels
  /** Its annotation `slackwater.dev/assume`. */
  readonly assume?: string
  readonly isBeingDeleted: boolean
}

/** @throws ShapeError naming the field, what was expected and what is there. */
export function toPodHead(raw: unknown): PodHead {
  const node = root(raw)
  const metadata = at(node, 'metadata')
  return {
    ...toOwnedPod(node),
    uid: stringAt(at(metadata, 'uid')),
    labels: stringsAt(at(metadata, 'labels')),
    ...given('assume', optional(stringAt, at(metadata, 'annotations', ASSUME_ANNOTATION))),
    isBeingDeleted: isPresent(at(metadata, 'deletionTimestamp')),
  }
}

interface KnownOfPod {
  readonly head: PodHead
  readonly workload: ObjectRef
  readonly revision?: string
  /** Milliseconds since 1970: the time of a failure, where nothing in the Pod tells a better one. */
  readonly now: number
  /** What cannot change in a Pod, if it was read before. */
  readonly fixed?: FixedFacts
}

/**
 * What a departure is judged by.
 * @throws ShapeError naming the field, what was expected and what is there.
 */
export function toPodFacts(
  raw: unknown,
  { head, workload, revision, now, fixed = toFixedFacts(raw) }: KnownOfPod,
): PodFacts {
  const node = root(raw)
  const status = at(node, 'status')
  const conditions = conditionsIn(status)
  const met = (type: string): Condition | undefined => {
    const condition = conditions.get(type)
    return condition?.isTrue === true ? condition : undefined
  }
  const ready = met('Ready')?.since
  const ends = endsIn(at(status, 'containerStatuses'))
  const deletion = deletionAt(at(node, 'metadata'))
  return {
    uid: head.uid,
    ref: head.ref,
    workload,
    ...given('revision', revision),
    created: timeAt(at(node, 'metadata', 'creationTimestamp')),
    ...given('ip', optional(stringAt, at(status, 'podIP'))),
    ...given('node', optional(stringAt, at(node, 'spec', 'nodeName'))),
    grace: fixed.grace,
    ...given('deletion', deletion),
    ...given('failure', deletion === undefined ? failureIn(status, conditions, { ends, now }) : undefined),
    containers: ends.size === 0 ? fixed.containers : fixed.containers.map((one) => endedOf(one, ends)),
    ...(hasRun(at(status, 'containerStatuses')) ? {} : { neverRan: true }),
    gates: fixed.gates.map((type) => ({ type, ...given('passed', passedAt(conditions.get(type), ready)) })),
    ...given('containersReady', met('ContainersReady')?.since),
    ...given('ready', ready),
    ...given('notReady', met('Ready') === undefined ? conditions.get('Ready')?.since : undefined),
    ...given('disruption', met('DisruptionTarget')?.reason),
  }
}

const endedOf = (container: ContainerFacts, ends: ReadonlyMap<string, ContainerEnd>): ContainerFacts => ({
  ...container,
  ...given('end', ends.get(container.name)),
})

/** What the API server does not let change in a stored Pod. */
export interface FixedFacts extends Pick<PodFacts, 'grace'> {
  /** Without how they ended. */
  readonly containers: readonly ContainerFacts[]
  /** Types of its readiness gates of target groups. */
  readonly gates: readonly string[]
}

/** @throws ShapeError naming the field, what was expected and what is there. */
export function toFixedFacts(raw: unknown): FixedFacts {
  const template = toPodTemplate(root(raw))
  const ours = ownedWorkIn(template).sleeps
  return {
    grace: template.grace ?? DEFAULT_GRACE,
    containers: template.containers.map(({ name, preStop }) => ({
      name,
      ...given('hook', preStop && { ...given('length', knownLength(preStop)), isOurs: ours.has(name) }),
    })),
    gates: template.readinessGates.filter((type) => TARGET_GATE.test(type)),
  }
}

/** The API server adds the grace period of the delete to the moment of the delete (apiserver registry/rest/delete.go). */
function deletionAt(metadata: JsonNode): PodDeletion | undefined {
  const end = optional(timeAt, at(metadata, 'deletionTimestamp'))
  if (end === undefined) return undefined
  const grace = optional(secondsAt, at(metadata, 'deletionGracePeriodSeconds')) ?? seconds(0)
  return { at: end - grace * 1000, grace }
}

/** KEP-3329. */
const BY_KUBELET = 'TerminationByKubelet'

/**
 * A Pod that the kubelet ends by itself, for its node's memory or disk or at the node's shutdown, has the phase Failed and the
 * condition DisruptionTarget, and nobody deletes it for long (kubernetes pkg/kubelet/eviction and nodeshutdown).
 */
function failureIn(
  status: JsonNode,
  conditions: ReadonlyMap<string, Condition>,
  { ends, now }: { readonly ends: ReadonlyMap<string, ContainerEnd>; readonly now: number },
): PodFailure | undefined {
  if (at(status, 'phase').value !== 'Failed') return undefined
  const disruption = conditions.get('DisruptionTarget')
  const target = disruption?.isTrue === true ? disruption : undefined
  // The Pod garbage collector writes both just before its delete, of a Pod whose node is gone.
  if (target !== undefined && target.reason !== BY_KUBELET) return undefined
  const times = [...ends.values()].map((end) => end.at)
  const last = times.length === 0 ? now : Math.max(...times)
  return {
    at: target?.since ?? last,
    why: target?.reason ?? optional(stringAt, at(status, 'reason')) ?? 'Failed',
  }
}

interface Condition {
  readonly isTrue: boolean
  /** Absent: its writer gave no time. */
  readonly since?: number
  readonly reason?: string
}

/**
 * When a gate passed; absent: it has not, or its time is not known yet. The kubelet makes no Pod ready while a gate is not
 * True (kubernetes pkg/kubelet/status/generate.go, GeneratePodReadyCondition): of a ready Pod, a gate whose condition has no
 * time, as LBC writes it at first, or that has become False since, passed when the Pod became ready, at the latest.
 */
function passedAt(gate: Condition | undefined, ready: number | undefined): number | undefined {
  if (gate?.isTrue === true) return gate.since ?? ready
  const wasTrue = ready !== undefined && gate?.since !== undefined && gate.since > ready
  return wasTrue ? ready : undefined
}

/** By type. */
function conditionsIn(status: JsonNode): ReadonlyMap<string, Condition> {
  const conditions = itemsOf(at(status, 'conditions')).map((condition) => {
    const facts: Condition = {
      isTrue: at(condition, 'status').value === 'True',
      ...given('since', optional(timeAt, at(condition, 'lastTransitionTime'))),
      ...given('reason', optional(stringAt, at(condition, 'reason'))),
    }
    return [stringAt(at(condition, 'type')), facts] as const
  })
  return new Map(conditions)
}

function endsIn(statuses: JsonNode): ReadonlyMap<string, ContainerEnd> {
  const ends = new Map<string, ContainerEnd>()
  for (const status of itemsOf(statuses)) {
    const end = endOf(status)
    if (end !== undefined) ends.set(stringAt(at(status, 'name')), end)
  }
  return ends
}

/** What the kubelet writes of a container that it did not find again: how and when it ended is unknown. */
const NOT_FOUND = 'ContainerStatusUnknown'

const hasRun = (statuses: JsonNode): boolean =>
  itemsOf(statuses).some(
    (status) =>
      isPresent(at(status, 'state', 'running')) ||
      ['state', 'lastState'].some((key) => hasRunUntil(at(status, key, 'terminated'), status)),
  )

/**
 * At the end of a Pod, the kubelet writes it of containers that were never created, too (pkg/kubelet/status/status_manager.go,
 * TerminatePod): those have no id.
 */
function hasRunUntil(ended: JsonNode, status: JsonNode): boolean {
  if (at(ended, 'reason').value !== NOT_FOUND) return isPresent(ended)
  return at(status, 'containerID').value !== undefined && at(status, 'containerID').value !== ''
}

/** A container that waits for its next start ended as its last state says. */
function endOf(status: JsonNode): ContainerEnd | undefined {
  const state = at(status, 'state')
  if (isPresent(at(state, 'running'))) return undefined
  const own = at(state, 'terminated')
  const ended = isPresent(own) ? own : at(status, 'lastState', 'terminated')
  const when = optional(timeAt, at(ended, 'finishedAt'))
  const reason = optional(stringAt, at(ended, 'reason'))
  if (when === undefined || reason === NOT_FOUND) return undefined
  return { at: when, exitCode: integerAt(at(ended, 'exitCode')), ...given('reason', reason) }
}

/** Milliseconds since 1970. @throws ShapeError */
export function timeAt(node: JsonNode): number {
  const text = stringAt(node)
  const time = Date.parse(text)
  if (Number.isNaN(time))
    throw new ShapeError({ path: node.path, keys: node.keys, expected: 'a time', got: `"${text}"` })
  return time
}
