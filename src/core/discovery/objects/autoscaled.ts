import { keyOf, type ObjectRef } from '../../model/object-ref.ts'
import type { Autoscaled } from '../../model/replicas.ts'
import { RELATED, type RelatedObject } from './related.ts'
import type { ObjectView } from './view.ts'

/**
 * A minimum of 0 is for times without load, when nothing can be lost. As soon as there is a Pod to replace, there is
 * at least one: KEDA itself gives its HorizontalPodAutoscaler a minimum of 1 then (kedacore/keda
 * apis/keda/v1alpha1/scaledobject_types.go, GetHPAMinReplicas), whatever `idleReplicaCount` says.
 */
const FEWEST_IN_USE = 1

/**
 * Autoscalers of one workload that are read; of more none is. A choice: one is sensible, and a decision must not take
 * longer because a tenant has made thousands.
 */
const MOST_AUTOSCALERS = 100

/**
 * What the autoscalers of a workload make of its replicas; undefined if none acts. Several would undo each other's
 * work: the smallest minimum and the largest maximum count.
 */
export function autoscaledBy(workload: ObjectRef, view: ObjectView): Autoscaled | undefined {
  const key = keyOf(workload)
  if (view.count(RELATED, key) > MOST_AUTOSCALERS) return undefined
  let found: Autoscaled | undefined
  for (const object of view.filed(RELATED, key)) {
    const range = rangeOf(object)
    if (range !== undefined) found = found === undefined ? range : joined(found, range)
  }
  return found
}

const joined = (one: Autoscaled, other: Autoscaled): Autoscaled => ({
  ...(other.least < one.least ? other : one),
  most: Math.max(one.most, other.most),
})

function rangeOf(object: RelatedObject): Autoscaled | undefined {
  if (!('minReplicas' in object)) return undefined
  const { ref: by, minReplicas, maxReplicas } = object
  if (object.kind === 'ScaledObject' && object.paused !== undefined) {
    const { replicas } = object.paused
    return replicas === undefined ? undefined : { least: replicas, most: replicas, by }
  }
  const least = Math.max(FEWEST_IN_USE, minReplicas)
  return { least, most: Math.max(least, maxReplicas), by }
}
