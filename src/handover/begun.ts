import type { ApiServer } from '../cluster/api-server.ts'
import type { HandoverTerms } from '../core/handover/change.ts'
import { type HandoverRecord, parseHandover } from '../core/handover/record.ts'
import type { PodView } from '../core/handover/scene.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { listPods } from './read-pods.ts'

/** A Pod whose replacement has begun, by this call or an earlier one. */
export interface BegunPod {
  readonly pod: PodView
  readonly record: HandoverRecord
}

interface Looked {
  readonly api: ApiServer
  readonly signal: AbortSignal
  /** A Pod of the namespace whose record cannot be read, whosever it is; a sentence. */
  readonly onUnreadable: (sentence: string) => void
}

/**
 * Pods of the workload with a record. Their labels do not show whose they are any more, so all Pods of the namespace
 * are listed. @throws ApiError; any error of the connection; ShapeError
 */
export async function findBegun(
  { kind, namespace, name }: ObjectRef,
  { api, signal, onUnreadable }: Looked,
): Promise<readonly BegunPod[]> {
  const pods = await listPods({ api, namespace, signal })
  return pods.flatMap((pod) => {
    const parsed = parseHandover(pod.handover)
    if (parsed.kind === 'problem')
      onUnreadable(`Pod ${namespace}/${pod.name} is left alone: ${parsed.problem}`)
    if (parsed.kind !== 'record') return []
    const { workload } = parsed.record
    return workload.kind === kind && workload.name === name ? [{ pod, record: parsed.record }] : []
  })
}

/** What a record says for all of its steps. */
export const termsOf = ({
  workload,
  replicaSet,
  releaseLabel,
  leaveLabels,
  sleep,
  healthy,
  gated,
  disruptionBudgets,
}: HandoverRecord): HandoverTerms => ({
  workload,
  replicaSet,
  releaseLabel,
  leaveLabels,
  sleep,
  healthy,
  gated,
  disruptionBudgets,
})
