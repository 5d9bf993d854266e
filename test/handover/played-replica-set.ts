import type { PlayedCluster, PlayedSet } from './played-cluster.ts'
import type { PlayedPod } from './played-pod.ts'

const COST = 'controller.kubernetes.io/pod-deletion-cost'

/** One turn of the ReplicaSet controller: releases, adopts, makes and deletes (pkg/controller/replicaset). */
export function syncReplicaSet(cluster: PlayedCluster, set: PlayedSet): void {
  const isSelected = ({ labels }: PlayedPod): boolean =>
    labels['app'] === 'web' && labels['pod-template-hash'] === set.hash
  for (const pod of cluster.pods.values()) {
    const isReleased = pod.owner === set.uid && !isSelected(pod)
    const isAdopted = pod.owner === undefined && isSelected(pod) && pod.deleted === undefined
    if (isReleased || isAdopted) {
      pod.owner = isAdopted ? set.uid : undefined
      pod.version = cluster.bump()
    }
  }
  const active = [...cluster.pods.values()].filter(
    ({ owner, deleted }) => owner === set.uid && deleted === undefined,
  )
  const { room = Number.POSITIVE_INFINITY } = cluster.shape
  set.isRefused = false
  for (let count = active.length; count < set.replicas; count++) {
    if (cluster.pods.size < room) cluster.createPod(set)
    else set.isRefused = true
  }
  for (const pod of active.toSorted(byRank).slice(0, Math.max(0, active.length - set.replicas)))
    cluster.deletePod(pod)
}

/**
 * The order of pkg/controller, ActivePodsWithRanks, for Pods that run: not ready, the lowest cost, and then, which the
 * real one decides by the other Pods of the node, the oldest: the worst that may happen.
 */
const byRank = (a: PlayedPod, b: PlayedPod): number =>
  Number(a.ready) - Number(b.ready) || costOf(a) - costOf(b) || a.created - b.created

const costOf = ({ annotations }: PlayedPod): number => Number(annotations[COST] ?? 0)
