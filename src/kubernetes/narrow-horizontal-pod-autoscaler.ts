import type { HorizontalPodAutoscalerObject } from '../core/discovery/objects/horizontal-pod-autoscaler.ts'
import { at, integerAt, optional } from './json.ts'
import { type Envelope, namespacedRef } from './narrow-metadata.ts'
import { scaleTargetAt } from './narrow-scale-target.ts'

/** Kubernetes' default of minReplicas (autoscaling/v2 HorizontalPodAutoscalerSpec). */
const MIN_REPLICAS = 1

/** Its metrics and behavior are not read: they do not limit the number of replicas. */
export function narrowHorizontalPodAutoscaler(envelope: Envelope): HorizontalPodAutoscalerObject {
  const spec = at(envelope.document, 'spec')
  const ref = namespacedRef(envelope)
  return {
    kind: 'HorizontalPodAutoscaler',
    ref,
    about: scaleTargetAt(at(spec, 'scaleTargetRef'), ref.namespace),
    minReplicas: optional(integerAt, at(spec, 'minReplicas')) ?? MIN_REPLICAS,
    maxReplicas: integerAt(at(spec, 'maxReplicas')),
  }
}
