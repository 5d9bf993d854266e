import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import type { LiveFacts } from '../core/model/workload.ts'
import { at, isPresent, itemsOf, type JsonNode, stringsAt } from './json.ts'

/** Where the Deployment controller counts the templates that it has rolled out (pkg/controller/deployment/util). */
const REVISION = 'deployment.kubernetes.io/revision'

/** What a cluster tells of a workload; undefined for one that is no stored object, or is being deleted. */
export function liveFacts(node: JsonNode, kind: string): LiveFacts | undefined {
  const metadata = at(node, 'metadata')
  const { value: uid } = at(metadata, 'uid')
  const { value: timestamp } = at(metadata, 'creationTimestamp')
  const created = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN
  const isStored = typeof uid === 'string' && !Number.isNaN(created)
  if (!isStored || isPresent(at(metadata, 'deletionTimestamp'))) return undefined
  const template = at(node, 'spec', 'template')
  return {
    uid,
    created,
    rolledOut: isRolledOut(node, kind),
    paused: kind === 'Deployment' && at(node, 'spec', 'paused').value === true,
    templateLabels: stringsAt(at(template, 'metadata', 'labels')),
    recorded: isPresent(at(template, 'metadata', 'annotations', RECORD_ANNOTATION)),
    unhooked: itemsOf(at(template, 'spec', 'containers')).some(
      (container) => !isPresent(at(container, 'lifecycle', 'preStop')),
    ),
  }
}

/**
 * A Deployment counts its revisions, from 1. A StatefulSet's revisions are the same again once a rollout is over, so
 * its generation decides: any change of its spec counts, a scale too. Nothing tells of other kinds.
 */
function isRolledOut(node: JsonNode, kind: string): boolean {
  if (kind === 'Deployment') {
    const revision = at(node, 'metadata', 'annotations', REVISION)
    return isPresent(revision) && revision.value !== '1'
  }
  if (kind !== 'StatefulSet') return true
  const status = at(node, 'status')
  const isRolling = at(status, 'currentRevision').value !== at(status, 'updateRevision').value
  return isRolling || at(node, 'metadata', 'generation').value !== 1 || isOnDelete(node)
}

/** A change of the template then starts no rollout. */
const isOnDelete = (node: JsonNode): boolean =>
  at(node, 'spec', 'updateStrategy', 'type').value === 'OnDelete'
