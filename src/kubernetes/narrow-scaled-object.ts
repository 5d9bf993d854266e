import type { ScaledObjectObject } from '../core/discovery/objects/scaled-object.ts'
import { at, given, integerAt, type JsonNode, optional } from './json.ts'
import { type Envelope, namespacedRef } from './narrow-metadata.ts'
import { scaleTargetAt } from './narrow-scale-target.ts'

/** KEDA's defaults (keda.sh/docs/latest/reference/scaledobject-spec). */
const TARGET = { apiVersion: 'apps/v1', kind: 'Deployment' }
const MIN_REPLICAS = 0
const MAX_REPLICAS = 100

/** KEDA's annotations (kedacore/keda apis/keda/v1alpha1/scaledobject_types.go). */
const PAUSED = 'autoscaling.keda.sh/paused'
const PAUSED_REPLICAS = 'autoscaling.keda.sh/paused-replicas'

/** What Go's strconv.ParseBool reads as false; KEDA takes any other text for true (there, getBoolAnnotation). */
const FALSE: readonly unknown[] = ['0', 'f', 'F', 'false', 'FALSE', 'False']

/** Its triggers are not read: they do not limit the number of replicas. */
export function narrowScaledObject(envelope: Envelope): ScaledObjectObject {
  const spec = at(envelope.document, 'spec')
  const ref = namespacedRef(envelope)
  return {
    kind: 'ScaledObject',
    ref,
    about: scaleTargetAt(at(spec, 'scaleTargetRef'), ref.namespace, TARGET),
    minReplicas: optional(integerAt, at(spec, 'minReplicaCount')) ?? MIN_REPLICAS,
    maxReplicas: optional(integerAt, at(spec, 'maxReplicaCount')) ?? MAX_REPLICAS,
    ...given('idleReplicas', optional(integerAt, at(spec, 'idleReplicaCount'))),
    ...given('paused', pausedBy(at(envelope.document, 'metadata', 'annotations'))),
  }
}

/** The annotation with a number comes before the other one. */
function pausedBy(annotations: JsonNode): ScaledObjectObject['paused'] {
  const { value: number } = at(annotations, PAUSED_REPLICAS)
  if (typeof number === 'string')
    return { ...given('replicas', /^\d{1,9}$/.test(number) ? Number(number) : undefined) }
  const { value: isPaused } = at(annotations, PAUSED)
  return typeof isPaused === 'string' && !FALSE.includes(isPaused) ? {} : undefined
}
