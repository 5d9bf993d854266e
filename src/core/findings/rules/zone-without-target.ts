import { leastReplicas, ofMinimum } from '../../model/replicas.ts'
import { bestOf, type Candidate } from '../../model/resolved.ts'
import { attributePaste, writtenIn } from '../attribute-paste.ts'
import { pasteOf, type Rule, remarkIf } from '../rule.ts'

/** Zones that a cluster usually spans: AWS recommends three. A choice. */
const USUAL_ZONES = 3

/**
 * An NLB has an address in each zone; with cross-zone load balancing off, one sends only to targets of its own zone
 * (ELB user guide: NLB, cross-zone load balancing). With fewer pods than zones, or all of them in one, clients of
 * another address wait for DNS. Only where somebody wrote that it is off, and nothing makes the pods spread.
 */
export const zoneWithoutTarget: Rule = {
  id: 'zone-without-target',
  check: ({ exposures, workload, template }) => {
    const zonal = exposures.find(
      ({ loadBalancer, evidence: { crossZone } }) => loadBalancer.value === 'nlb' && isOff(bestOf(crossZone)),
    )
    if (zonal === undefined || workload === undefined || template.spreadsOverZones === true) return []
    const replicas = leastReplicas(workload) ?? USUAL_ZONES
    return remarkIf(replicas > 0 && replicas < USUAL_ZONES, () => ({
      message: `the NLB of ${zonal.service.name} sends within a zone only: ${replicas} ${replicas === 1 ? 'pod leaves' : 'pods may leave'} a zone without target${ofMinimum(workload)}: turn cross-zone on`,
      brief: `the NLB of ${zonal.service.name} sends within a zone, to ${replicas} ${replicas === 1 ? 'pod' : 'pods'}`,
      ...pasteOf(
        attributePaste(zonal, 'load_balancing.cross_zone.enabled=true', writtenIn(zonal.evidence.crossZone)),
      ),
    }))
  },
}

const isOff = (candidates: readonly Candidate<boolean>[]): boolean =>
  candidates.length > 0 && candidates.every(({ value }) => !value)
