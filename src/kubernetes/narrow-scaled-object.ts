import type { ScaledObjectObject } from '../core/discovery/objects/scaled-object.ts'
import { at, given, integerAt, optional } from './json.ts'
import { type Envelope, namespacedRef } from './narrow-metadata.ts'
import { scaleTargetAt } from './narrow-scale-target.ts'

/** KEDA's defaults (keda.sh/docs/latest/reference/scaledobject-spec). */
const TARGET = { apiVersion: 'apps/v1', kind: 'Deployment' }
const MIN_REPLICAS = 0
const MAX_REPLICAS = 100

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
  }
}
