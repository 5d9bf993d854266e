import type { ReplicaSetStanding } from '../core/handover/scene.ts'
import { at, integerAt, type JsonNode, optional, root } from '../kubernetes/json.ts'
import { rolloutProgress } from '../kubernetes/rollout-progress.ts'

/** On a Deployment and on each of its ReplicaSets: which template it is (pkg/controller/deployment/util). */
const REVISION = 'deployment.kubernetes.io/revision'

/** On ReplicaSets of an Argo Rollout (argo-rollouts, DefaultRolloutUniqueLabelKey). */
const ROLLOUT_HASH = 'rollouts-pod-template-hash'

/**
 * Whether the ReplicaSet is the one that its workload wants.
 * @param workload undefined: it is gone; a bare ReplicaSet is its own workload. @throws ShapeError
 */
export function standingOf(workload: unknown, replicaSet: unknown): ReplicaSetStanding {
  if (workload === undefined) return replicaSet === undefined ? 'replaced' : 'current'
  const node = root(workload)
  if (!isSeen(node)) return 'unsettled'
  const { value: kind } = at(node, 'kind')
  if (kind === 'ReplicaSet' || isCurrent(node, replicaSet)) return 'current'
  return rolloutProgress(workload).state === 'done' ? 'replaced' : 'rolling'
}

/** Argo Rollouts writes the generation as text; bare ReplicaSets and Deployments as a number. */
function isSeen(node: JsonNode): boolean {
  const observed = at(node, 'status', 'observedGeneration').value
  const generation = optional(integerAt, at(node, 'metadata', 'generation')) ?? 0
  return observed === undefined ? generation === 0 : Number(observed) >= generation
}

function isCurrent(workload: JsonNode, replicaSet: unknown): boolean {
  if (replicaSet === undefined) return false
  const metadata = at(root(replicaSet), 'metadata')
  if (at(workload, 'kind').value === 'Rollout') {
    const hash = at(metadata, 'labels', ROLLOUT_HASH).value
    const status = at(workload, 'status')
    return hash === at(status, 'currentPodHash').value && hash === at(status, 'stableRS').value
  }
  const wanted = at(workload, 'metadata', 'annotations', REVISION).value
  return at(metadata, 'annotations', REVISION).value === wanted
}
