import { type WorkloadKind, workloadKindOf } from '../core/model/workload-kind.ts'
import { at, integerAt, itemsOf, type JsonNode, optional, root, stringAt } from './json.ts'

/**
 * How many of a workload's Pods have its current template, and why the rollout is not done.
 * - `done`: every replica has it and is available;
 * - `by-itself-never`: no controller replaces Pods because of the template change;
 * - `rolling`: in progress; `waiting`: for a user; `stuck`: its controller has given up.
 */
export type RolloutProgress =
  | { readonly state: 'done' }
  | { readonly state: 'by-itself-never' | 'rolling' | 'waiting' | 'stuck'; readonly why: string }

const DONE: RolloutProgress = { state: 'done' }
const rolling = (why: string): RolloutProgress => ({ state: 'rolling', why })
const never = (why: string): RolloutProgress => ({ state: 'by-itself-never', why })
const UNSEEN = rolling('its controller has not seen the change yet')

/** As `kubectl rollout status` (kubectl, pkg/polymorphichelpers/rollout_status.go). @throws ShapeError */
export function rolloutProgress(raw: unknown): RolloutProgress {
  const node = root(raw)
  const kind = workloadKindOf(String(at(node, 'kind').value))
  return kind === undefined ? ofPods() : PROGRESS[kind](node)
}

const ofPods = (): RolloutProgress => never('its Pods do not change until each is deleted')

const PROGRESS: Readonly<Record<WorkloadKind, (node: JsonNode) => RolloutProgress>> = {
  Deployment: ofDeployment,
  StatefulSet: ofStatefulSet,
  DaemonSet: ofDaemonSet,
  ReplicaSet: ofPods,
  ReplicationController: ofPods,
  Rollout: ofRollout,
  Job: ofPods,
  CronJob: ofPods,
}

const number = (node: JsonNode, ...keys: readonly string[]): number =>
  optional(integerAt, at(node, ...keys)) ?? 0

const isSeen = (node: JsonNode): boolean =>
  number(node, 'status', 'observedGeneration') >= number(node, 'metadata', 'generation')

/** The API server sets `spec.replicas` to 1 if it is left out. */
const wantedReplicas = (node: JsonNode): number => optional(integerAt, at(node, 'spec', 'replicas')) ?? 1

function ofDeployment(node: JsonNode): RolloutProgress {
  if (at(node, 'spec', 'paused').value === true) return never('it is paused: run kubectl rollout resume')
  if (!isSeen(node)) return UNSEEN
  const updated = number(node, 'status', 'updatedReplicas')
  const why = notAll({
    wanted: wantedReplicas(node),
    updated,
    available: number(node, 'status', 'availableReplicas'),
    old: number(node, 'status', 'replicas') - updated,
  })
  if (why === undefined) return DONE
  return isPastDeadline(node) ? { state: 'stuck', why: `past its progress deadline: ${why}` } : rolling(why)
}

const isPastDeadline = (node: JsonNode): boolean =>
  itemsOf(at(node, 'status', 'conditions')).some(
    (one) =>
      at(one, 'type').value === 'Progressing' && at(one, 'reason').value === 'ProgressDeadlineExceeded',
  )

interface Counts {
  readonly wanted: number
  readonly updated: number
  readonly available: number
  /** Replicas with another template. */
  readonly old: number
}

function notAll({ wanted, updated, available, old }: Counts): string | undefined {
  if (updated < wanted) return `${updated} of ${wanted} replicas are new`
  if (old > 0) return `${old} old replicas are left`
  if (available < updated) return `${available} of ${updated} new replicas are available`
  return undefined
}

function ofStatefulSet(node: JsonNode): RolloutProgress {
  const strategy = at(node, 'spec', 'updateStrategy')
  if (at(strategy, 'type').value === 'OnDelete') return ON_DELETE
  if (!isSeen(node)) return UNSEEN
  const wanted = wantedReplicas(node)
  const ready = number(node, 'status', 'readyReplicas')
  if (ready < wanted) return rolling(`${ready} of ${wanted} replicas are ready`)
  const partition = number(strategy, 'rollingUpdate', 'partition')
  const updated = number(node, 'status', 'updatedReplicas')
  const due = Math.max(0, wanted - partition)
  if (partition > 0) return updated >= due ? DONE : rolling(`${updated} of ${due} replicas are new`)
  const status = at(node, 'status')
  const isWhole = at(status, 'updateRevision').value === at(status, 'currentRevision').value
  return isWhole ? DONE : rolling(`${updated} of ${wanted} replicas are new`)
}

const ON_DELETE = never('its update strategy is OnDelete: each Pod is as it is until it is deleted')

function ofDaemonSet(node: JsonNode): RolloutProgress {
  if (at(node, 'spec', 'updateStrategy', 'type').value === 'OnDelete') return ON_DELETE
  if (!isSeen(node)) return UNSEEN
  const wanted = number(node, 'status', 'desiredNumberScheduled')
  const updated = number(node, 'status', 'updatedNumberScheduled')
  const available = number(node, 'status', 'numberAvailable')
  if (updated < wanted) return rolling(`${updated} of ${wanted} Pods are new`)
  return available < wanted ? rolling(`${available} of ${wanted} Pods are available`) : DONE
}

/** Argo Rollouts writes the generation as text, and the state as a phase (argo-rollouts, types.go RolloutPhase). */
function ofRollout(node: JsonNode): RolloutProgress {
  const status = at(node, 'status')
  const observed = at(status, 'observedGeneration').value
  if (observed !== String(number(node, 'metadata', 'generation'))) return UNSEEN
  const phase = optional(stringAt, at(status, 'phase')) ?? ''
  const message = optional(stringAt, at(status, 'message')) ?? ''
  const why = message === '' ? `its phase is ${phase || 'unknown'}` : `${phase}: ${message}`
  if (phase === 'Healthy') return DONE
  if (phase === 'Paused') return { state: 'waiting', why: `${why}: run kubectl argo rollouts promote` }
  return phase === 'Degraded' ? { state: 'stuck', why } : rolling(why)
}
