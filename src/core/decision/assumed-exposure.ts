import { type Exposure, NO_EVIDENCE } from '../model/exposure.ts'
import { ASSUME_ANNOTATION } from '../model/keys.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import { ASSUMED_CONTROLLER, ASSUMED_GROUP, type Assumption } from '../model/overrides.ts'
import type { Candidate } from '../model/resolved.ts'
import type { Subject } from './subject.ts'

/** The exposures that count for a subject: those of its `assume` annotation, else the discovered ones. */
export function exposuresFor(
  { ref, overrides: { assume } }: Subject,
  discovered: readonly Exposure[],
): readonly Exposure[] {
  return assume === undefined ? discovered : assumedExposures(assume, ref)
}

/** The exposures that `slackwater.dev/assume` on a template or a namespace stands for: one, or none. */
function assumedExposures(assume: Candidate<Assumption>, object: ObjectRef): readonly Exposure[] {
  const group = ASSUMED_GROUP[assume.value]
  if (group === undefined) return []
  return [
    {
      id: `assumed/${assume.value}`,
      service: object,
      loadBalancer: { value: group.loadBalancer, origin: assume.origin, alternatives: [] },
      targetType: { value: group.targetType, origin: assume.origin, alternatives: [] },
      externalTrafficPolicy: 'Cluster',
      controller: ASSUMED_CONTROLLER,
      evidence: NO_EVIDENCE,
      because: [[{ object }, { via: `${ASSUME_ANNOTATION}: ${assume.value}` }]],
      assumptions: [],
      publishNotReadyAddresses: false,
      selectsOnePod: false,
      otherClusters: false,
    },
  ]
}
