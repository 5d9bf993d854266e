import type { Exposure, MeasuredExposure } from '../model/exposure.ts'
import type { Sample } from '../model/observed.ts'
import { type Candidate, type MeasuredProvenance, observed } from '../model/resolved.ts'
import { type Seconds, seconds, subtract } from '../model/seconds.ts'
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
 * @param isPropagationGiven by a setting: then C is not in it.
 */
export function measuredTerms(
  exposure: Exposure,
  settings: ObservedSettings,
  isPropagationGiven: boolean,
): MeasuredTerms {
  const { measured } = exposure.evidence
  if (measured.length === 0 || !isMeasurable(exposure)) return NONE
  const judged = measured.map((entry) => usableOf(entry, settings))
  const [own = [], whole = []] = [true, false].map((isOwn) =>
    judged.filter(({ entry }) => (entry.targetGroup !== undefined) === isOwn),
  )
  const used = longestUsable(own) ?? longestUsable(whole)
  const unused = judged.flatMap((one) => (one.unused === undefined ? [] : unusedOf(one, one.unused)))
  const parts = used && measuredParts(used)
  if (used === undefined || parts === undefined) return { C: [], P: () => unused }
  const thin = thinOf(used, settings)
  const P = (controller: Seconds): readonly Candidate<Seconds>[] => {
    const { value, of, sample } = parts.P(controller)
    // What is shorter is in the longer one.
    const longer = thin.filter((one) => one.value > value + controller)
    return [observed(value, sourceOf(used.entry, of, sample)), ...longer, ...unused]
  }
  if (parts.basis === 'deletion') return { C: isPropagationGiven ? [] : [observed(seconds(0), INCLUDED)], P }
  if (parts.C === undefined || used.controller === undefined) return { C: [], P }
  return { C: [observed(parts.C, sourceOf(used.entry, 'controller', used.controller))], P }
}

/** What was measured of some target groups, or load balancers, does not hold for the others: all of them may be used, or none. */
function longestUsable(judged: readonly Judged[]): Judged | undefined {
  if (judged.some(({ unused }) => unused !== undefined)) return undefined
  return judged.toSorted((a, b) => longestIn(b) - longestIn(a))[0]
}

const longestIn = ({ lastRequest, propagation, controller }: Judged): number =>
  Math.max(lastRequest?.max ?? 0, (propagation?.max ?? 0) + (controller?.max ?? 0))

/** C and P in whole seconds, as one measurement gives them. */
export interface MeasuredParts {
  /** From when on P counts: from the deletion, so that C is in it and 0; or from the deregistration. */
  readonly basis: 'deletion' | 'deregistration'
  /** Absent: only P was measured. */
  readonly C?: Seconds
  /** Given the C that counts. */
  readonly P: (controller: Seconds) => MeasuredPropagation
}

interface MeasuredPropagation {
  readonly value: Seconds
  readonly of: 'lastRequest' | 'propagation'
  readonly sample: Sample
}

/**
 * P counts from the deregistration if C was measured as well, or if that alone is the longer time, of other departures.
 * Otherwise P counts from the deletion, and C is in it.
 * @param samples those with enough departures.
 * @returns undefined: there is none of P.
 */
export function measuredParts({ lastRequest, propagation, controller }: Samples): MeasuredParts | undefined {
  const P = propagationOf(lastRequest, propagation)
  if (P === undefined) return undefined
  if (controller !== undefined && propagation !== undefined)
    return { basis: 'deregistration', C: wholeSeconds(controller), P }
  const [last, after] = [lastRequest, propagation].map((one) => one && wholeSeconds(one))
  const isFromDeletion = last !== undefined && (after === undefined || last >= after)
  return isFromDeletion ? { basis: 'deletion', C: seconds(0), P } : { basis: 'deregistration', P }
}

/**
 * The longer of the two: what follows the deregistration, and what C leaves of the time from the deletion on. Where only the
 * latter was measured, nothing is taken off: a C that a setting gives, for a drain of many Pods, is not the one in it.
 */
function propagationOf(
  lastRequest: Sample | undefined,
  propagation: Sample | undefined,
): MeasuredParts['P'] | undefined {
  const last = lastRequest && { sample: lastRequest, of: 'lastRequest' as const }
  const after = propagation && { sample: propagation, of: 'propagation' as const }
  if (last === undefined) return after && (() => ({ ...after, value: wholeSeconds(after.sample) }))
  const whole = wholeSeconds(last.sample)
  if (after === undefined) return () => ({ ...last, value: whole })
  const value = wholeSeconds(after.sample)
  return (controller) => {
    const rest = subtract(whole, controller)
    return rest > value ? { ...last, value: rest } : { ...after, value }
  }
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
  // Departures of tomorrow are used: clocks differ.
  if (ageDays < -1) return { ...all, unused: 'its last departure is in the future: a clock was wrong' }
  if (ageDays > maxAgeDays)
    return { ...all, unused: `${ageDays} days old, more than observed.maxAgeDays, ${maxAgeDays}` }
  const enough = enoughOf(entry, least)
  if (measuredParts(enough) !== undefined) return { entry, ...enough }
  return { ...all, unused: tooFew(least) }
}

const tooFew = (least: number): string => `fewer departures than observed.minimumDepartures, ${least}`

/** The times of an entry that is used which are not, as they are of too few departures. */
function thinOf(used: Judged, settings: ObservedSettings): readonly Candidate<Seconds>[] {
  const { minimumDepartures: least } = { ...DEFAULT_OBSERVED, ...settings }
  const { entry } = used
  return (['lastRequest', 'propagation'] as const).flatMap((what) => {
    const sample = used[what] === undefined ? entry[what] : undefined
    return sample === undefined ? [] : unusedOf({ entry, [what]: sample }, tooFew(least))
  })
}

type Samples = Pick<Judged, 'lastRequest' | 'propagation' | 'controller'>

/** The samples of at least so many departures. */
export function enoughOf({ lastRequest, propagation, controller }: Samples, least: number): Samples {
  const enough = (sample: Sample | undefined): Sample | undefined =>
    sample !== undefined && sample.n >= least ? sample : undefined
  return given({
    lastRequest: enough(lastRequest),
    propagation: enough(propagation),
    controller: enough(controller),
  })
}

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
