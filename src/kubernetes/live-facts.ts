import { adoptedFor } from '../core/injection/record.ts'
import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import type { LiveFacts } from '../core/model/workload.ts'
import { traitsOf, type WorkloadKind, workloadKindOf } from '../core/model/workload-kind.ts'
import { at, isPresent, itemsOf, type JsonNode, stringsAt } from './json.ts'

/** The Deployment controller's counter of the templates that it has rolled out (pkg/controller/deployment/util). */
const REVISION = 'deployment.kubernetes.io/revision'

/** What the cluster shows about a workload; undefined if it is not a stored object, or is being deleted. */
export function liveFacts(node: JsonNode, kind: string): LiveFacts | undefined {
  const metadata = at(node, 'metadata')
  const { value: uid } = at(metadata, 'uid')
  if (uid === undefined) return undefined
  const { value: timestamp } = at(metadata, 'creationTimestamp')
  const created = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN
  const isStored = typeof uid === 'string' && !Number.isNaN(created)
  if (!isStored || isPresent(at(metadata, 'deletionTimestamp'))) return undefined
  const template = at(node, 'spec', 'template')
  const record = at(template, 'metadata', 'annotations', RECORD_ANNOTATION)
  return {
    uid,
    created,
    rolledOut: isRolledOut(node, kind),
    paused: traitsOf(kind)?.isPausable === true && at(node, 'spec', 'paused').value === true,
    templateLabels: stringsAt(at(template, 'metadata', 'labels')),
    recorded: isPresent(record),
    adopted: typeof record.value === 'string' && adoptedFor(record.value) !== undefined,
    unhooked: itemsOf(at(template, 'spec', 'containers')).some(
      (container) => !isPresent(at(container, 'lifecycle', 'preStop')),
    ),
    unready: isUnready(at(node, 'status'), kind),
  }
}

/** Its controller counts the Pods that it has, and those that are ready; 0 is left out. */
function isUnready(status: JsonNode, kind: string): boolean {
  const [all, ready] =
    kind === 'DaemonSet' ? ['currentNumberScheduled', 'numberReady'] : ['replicas', 'readyReplicas']
  return countAt(status, all) > countAt(status, ready)
}

function countAt(status: JsonNode, field: string): number {
  const { value } = at(status, field)
  return typeof value === 'number' ? value : 0
}

/** Whether a workload may have been rolled out before. For most kinds nothing shows it; they count as rolled out. */
function isRolledOut(node: JsonNode, kind: string): boolean {
  const known = workloadKindOf(kind)
  return known === undefined || ROLLED_OUT[known](node)
}

const perhaps = (): boolean => true

const ROLLED_OUT: Readonly<Record<WorkloadKind, (node: JsonNode) => boolean>> = {
  Deployment: isRevised,
  StatefulSet: isChanged,
  DaemonSet: perhaps,
  ReplicaSet: perhaps,
  ReplicationController: perhaps,
  Rollout: perhaps,
  Job: perhaps,
  CronJob: perhaps,
}

/** A Deployment counts its revisions, from 1. */
function isRevised(node: JsonNode): boolean {
  const revision = at(node, 'metadata', 'annotations', REVISION)
  return isPresent(revision) && revision.value !== '1'
}

/**
 * Once a rollout of a StatefulSet is over, its two revisions are equal again. So its generation decides: any change
 * of its spec counts, also a change of replicas.
 */
function isChanged(node: JsonNode): boolean {
  const status = at(node, 'status')
  const isRolling = at(status, 'currentRevision').value !== at(status, 'updateRevision').value
  return isRolling || at(node, 'metadata', 'generation').value !== 1 || isOnDelete(node)
}

/** A change of the template then starts no rollout. */
const isOnDelete = (node: JsonNode): boolean =>
  at(node, 'spec', 'updateStrategy', 'type').value === 'OnDelete'
