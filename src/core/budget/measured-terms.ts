import type { Exposure, MeasuredExposure } from '../model/exposure.ts'
import type { Sample } from '../model/observed.ts'
import { type Candidate, type MeasuredProvenance, observed } from '../model/resolved.ts'
import { longer, type Seconds, seconds } from '../model/seconds.ts'
import type { ObservedSettings } from '../model/settings.ts'

/**
 * Which measurements are used, where no setting says it. Both are choices. Of 20 departures without a longer time, one in
 * seven may still have one (3/n at 95 %), which the margin is for. Half a year: AWS changes its load balancers without
 * saying so.
 */
export const DEFAULT_OBSERVED = { maxAgeDays: 180, minimumDepartures: 20 } as const

/** C and P of an exposure, as far as they were measured: at most one of each may be used. */
interface MeasuredTerms {
  readonly C: readonly Candidate<Seconds>[]
  /** Given the value of C: together they are never shorter than the longest time from a deletion to the last request. */
  readonly P: (controller: Seconds) => readonly Candidate<Seconds>[]
}

const NONE: MeasuredTerms = { C: [], P: () => [] }

/** Access logs are those of an ALB, and only with ip targets is it a Pod that leaves a target group. */
const isMeasurable = ({ loadBalancer, targetType }: Exposure): boolean =>
  loadBalancer.value === 'alb' && targetType.value === 'ip'

/**
 * From the target group's own measurement, or else from that of its load balancer; whichever is the first that may be
 * used. Where C and P were not measured apart, P is from the deletion on, and C is included in it.
 * @param isGiven whether a setting gives C or P, so that the other is not counted twice.
 */
export function measuredTerms(
  exposure: Exposure,
  settings: ObservedSettings,
  isGiven: { readonly C: boolean; readonly P: boolean },
): MeasuredTerms {
  const { measured } = exposure.evidence
  if (measured.length === 0 || !isMeasurable(exposure)) return NONE
  const judged = measured.map((entry) => usableOf(entry, settings))
  const used = judged.find(({ unused }) => unused === undefined)
  const unused = judged.flatMap((one) => (one.unused === undefined ? [] : unusedOf(one, one.unused)))
  if (used === undefined) return { C: [], P: () => unused }
  const { entry, lastRequest, propagation, controller } = used
  const isApart = controller !== undefined && propagation !== undefined
  const included = observed(seconds(0), INCLUDED)
  const P = (given: Seconds): readonly Candidate<Seconds>[] => {
    const what =
      propagation === undefined || (!isApart && lastRequest !== undefined) ? 'lastRequest' : 'propagation'
    const sample = what === 'lastRequest' ? lastRequest : propagation
    if (sample === undefined) return unused
    const whole = what === 'lastRequest' ? seconds(0) : wholeSeconds(sample)
    const rest = lastRequest === undefined ? seconds(0) : seconds(wholeSeconds(lastRequest) - given)
    return [observed(longer(whole, longer(rest, seconds(0))), sourceOf(entry, what, sample)), ...unused]
  }
  if (isApart)
    return { C: [observed(wholeSeconds(controller), sourceOf(entry, 'controller', controller))], P }
  return { C: lastRequest === undefined || isGiven.P ? [] : [included], P }
}

const INCLUDED = { kind: 'derived', text: 'included in P, measured from the deletion' } as const

/** No time is shortened by rounding. */
const wholeSeconds = ({ max }: Sample): Seconds => seconds(Math.ceil(max))

interface Judged {
  readonly entry: MeasuredExposure
  /** The samples with enough departures; all of them if the entry is not used. */
  readonly lastRequest?: Sample
  readonly propagation?: Sample
  readonly controller?: Sample
  /** Why it is not used, a clause. */
  readonly unused?: string
}

function usableOf(entry: MeasuredExposure, settings: ObservedSettings): Judged {
  const { maxAgeDays, minimumDepartures: least } = { ...DEFAULT_OBSERVED, ...settings }
  const { lastRequest, propagation, controller, ageDays = 0 } = entry
  const all = { entry, ...given({ lastRequest, propagation, controller }) }
  if (ageDays > maxAgeDays)
    return { ...all, unused: `${ageDays} days old, more than observed.maxAgeDays, ${maxAgeDays}` }
  const isEnough = (sample: Sample | undefined): boolean => sample !== undefined && sample.n >= least
  const enough = given({
    lastRequest: isEnough(lastRequest) ? lastRequest : undefined,
    propagation: isEnough(propagation) ? propagation : undefined,
    controller: isEnough(controller) ? controller : undefined,
  })
  if (isEnough(lastRequest) || isEnough(propagation)) return { entry, ...enough }
  return { ...all, unused: `fewer departures than observed.minimumDepartures, ${least}` }
}

type Samples = Pick<Judged, 'lastRequest' | 'propagation' | 'controller'>

const given = ({
  lastRequest,
  propagation,
  controller,
}: { readonly [K in keyof Samples]: Sample | undefined }): Samples => ({
  ...(lastRequest === undefined ? {} : { lastRequest }),
  ...(propagation === undefined ? {} : { propagation }),
  ...(controller === undefined ? {} : { controller }),
})

/** What it would have said of P. */
function unusedOf(
  { entry, lastRequest, propagation }: Judged,
  unused: string,
): readonly Candidate<Seconds>[] {
  const sample = lastRequest ?? propagation
  if (sample === undefined) return []
  const what = lastRequest === undefined ? 'propagation' : 'lastRequest'
  const candidate = observed(wholeSeconds(sample), sourceOf(entry, what, sample))
  return [{ ...candidate, origin: { ...candidate.origin, unused } }]
}

const sourceOf = (
  { targetGroup, loadBalancer, to, measuredAt, by, object }: MeasuredExposure,
  what: MeasuredProvenance['what'],
  { n, max }: Sample,
): MeasuredProvenance => ({
  kind: 'measured',
  what,
  resource: targetGroup ?? loadBalancer,
  n,
  max,
  until: new Date(to).toISOString(),
  measured: measuredAt,
  by,
  object,
})
