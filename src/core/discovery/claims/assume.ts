import { type LoadBalancer, NO_EVIDENCE, type TargetType } from '../../model/exposure.ts'
import { ASSUME_ANNOTATION } from '../../model/keys.ts'
import { type Notice, warning } from '../../model/notice.ts'
import { ASSUMED_GROUP, ASSUMPTIONS, type Assumption, isAssumption } from '../../model/overrides.ts'
import { type Candidate, explicit } from '../../model/resolved.ts'
import { shortened } from '../annotations/quote.ts'
import type { ServiceObject } from '../objects/discovery-object.ts'
import type { Claim } from './claim.ts'

/** The value of `slackwater.dev/assume` on the Service; undefined if absent or not a known value. */
function assumptionOf({ annotations }: ServiceObject): Assumption | undefined {
  const text = annotations[ASSUME_ANNOTATION]
  return text !== undefined && isAssumption(text) ? text : undefined
}

interface Settled {
  readonly loadBalancer: Candidate<LoadBalancer>
  readonly targetType: Candidate<TargetType>
}

/** The kind of target group that the annotation sets for every exposure of this Service. */
export function assumedOf(service: ServiceObject): Settled | undefined {
  const assumption = assumptionOf(service)
  const group = assumption === undefined ? undefined : ASSUMED_GROUP[assumption]
  if (group === undefined) return undefined
  const source = { kind: 'annotation', key: ASSUME_ANNOTATION, object: service.ref } as const
  return {
    loadBalancer: explicit(group.loadBalancer, source),
    targetType: explicit(group.targetType, source),
  }
}

/** The claims that count: none for `none`. If there is no other claim, the annotation itself makes one. */
export function settledClaims(claims: readonly Claim[], service: ServiceObject): readonly Claim[] {
  const assumption = assumptionOf(service)
  if (assumption === 'none') return []
  const settled = assumedOf(service)
  if (settled === undefined || claims.length > 0) return claims
  const { namespace, name } = service.ref
  return [
    {
      id: `assumed → ${namespace}/${name}`,
      port: '',
      controller: 'lbc',
      loadBalancer: [settled.loadBalancer],
      targetType: [settled.targetType],
      evidence: NO_EVIDENCE,
      because: [[{ object: service.ref }, { via: `${ASSUME_ANNOTATION}: ${assumption}` }]],
      assumed: [],
    },
  ]
}

export function assumeNotices({ ref, annotations }: ServiceObject): readonly Notice[] {
  const text = annotations[ASSUME_ANNOTATION]
  if (text === undefined || isAssumption(text)) return []
  const said = `${ASSUME_ANNOTATION}: "${shortened(text)}" is not one of ${ASSUMPTIONS.join(', ')}; it is ignored`
  return [warning('bad-assume-annotation', ref, said)]
}
