import { parseHandover } from '../core/handover/record.ts'
import type { Exposure } from '../core/model/exposure.ts'
import { compareText } from '../core/model/object-ref.ts'
import type { ReplicaSetFacts, RunningPod } from '../kubernetes/controlled.ts'
import { type Judged, judgePod } from './judged-pods.ts'
import type { ListedWorkload, NamespaceReading } from './read-namespace.ts'

export interface JudgedPod extends Judged {
  readonly pod: RunningPod
}

/** A workload with its ReplicaSets and Pods, each judged. */
export interface Handed {
  readonly workload: ListedWorkload
  /** Those that have Pods or want some; the one with most Pods first. */
  readonly replicaSets: readonly ReplicaSetFacts[]
  /** Without those that are going, or have been begun; the oldest first. */
  readonly pods: readonly JudgedPod[]
  /** With which an earlier call has begun: also those that no longer belong to the workload. The oldest first. */
  readonly begun: readonly RunningPod[]
  /** Every target group that sends to one of its Pods. */
  readonly exposures: readonly Exposure[]
  /** Pods that could not be judged, and why. */
  readonly cautions: readonly string[]
}

export function handedOf(workload: ListedWorkload, reading: NamespaceReading): Handed {
  const { namespace, knowledge } = reading
  const own = reading.replicaSets.filter((one) => isOwn(one, workload))
  const begun = reading.pods.filter((pod) => isBegun(pod, workload)).sort(byAge)
  const judged: JudgedPod[] = []
  const cautions: string[] = []
  const members = (set: ReplicaSetFacts): readonly RunningPod[] =>
    reading.pods.filter(({ controller, isDeleting }) => controller?.uid === set.uid && !isDeleting)
  for (const pod of own.flatMap(members).sort(byAge)) {
    if (begun.includes(pod)) continue
    const one = judgePod(pod.raw, namespace, knowledge)
    if ('problem' in one) cautions.push(`Pod ${pod.name} cannot be read and is left alone: ${one.problem}`)
    else judged.push({ pod, ...one })
  }
  const exposures = new Map(
    judged.flatMap(({ decision }) => decision.exposures).map((exposure) => [exposure.id, exposure]),
  )
  return {
    workload,
    replicaSets: own
      .map((set) => ({ set, count: members(set).length }))
      .filter(({ set, count }) => set.replicas > 0 || count > 0)
      .sort((a, b) => b.count - a.count || compareText(a.set.name, b.set.name))
      .map(({ set }) => set),
    pods: judged,
    begun,
    exposures: [...exposures.values()],
    cautions,
  }
}

const isOwn = (set: ReplicaSetFacts, { ref, uid }: ListedWorkload): boolean =>
  ref.kind === 'ReplicaSet' ? set.uid === uid : set.controller?.uid === uid

/** A record that cannot be read names nobody: its Pod is left to whoever looks at it. */
function isBegun({ handover }: RunningPod, { ref }: ListedWorkload): boolean {
  const parsed = parseHandover(handover)
  if (parsed.kind !== 'record') return false
  const { kind, name } = parsed.record.workload
  return kind === ref.kind && name === ref.name
}

const byAge = (a: RunningPod, b: RunningPod): number =>
  compareText(a.created, b.created) || compareText(a.name, b.name)
