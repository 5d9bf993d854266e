import type { Measured } from '../../model/observed.ts'
import { albAt } from './address.ts'

/** A load balancer's measurement, and where its target groups are, `REGION:ACCOUNT`: a name in access logs tells neither. */
export interface PlacedMeasurement {
  readonly entry: Measured
  /** Empty: unknown. */
  readonly places: ReadonlySet<string>
}

/** By `app/name`, in lower case as addresses are. */
export function byName(entries: readonly Measured[]): ReadonlyMap<string, readonly PlacedMeasurement[]> {
  const places = new Map<string, Set<string>>()
  for (const { loadBalancer, targetGroup } of entries) {
    const known = places.get(loadBalancer) ?? new Set()
    if (targetGroup !== undefined) known.add(placeOf(targetGroup))
    places.set(loadBalancer, known)
  }
  const whole = entries.filter(({ targetGroup }) => targetGroup === undefined)
  return Map.groupBy(
    whole.map((entry) => ({ entry, places: places.get(entry.loadBalancer) ?? new Set() })),
    ({ entry }) => withoutId(entry.loadBalancer),
  )
}

/** `REGION:ACCOUNT` of `arn:aws:elasticloadbalancing:REGION:ACCOUNT:…`. */
const placeOf = (arn: string): string => arn.split(':').slice(3, 5).join(':')

/** `app/name` of `app/NAME/ID`. */
const withoutId = (loadBalancer: string): string =>
  loadBalancer.slice(0, loadBalancer.lastIndexOf('/')).toLowerCase()

/**
 * What may be meant by an address: of load balancers that had its name one after the other, the newest; of those that had
 * it at the same time, which are in several accounts, all. None that is known to be elsewhere.
 * @param targetGroups ARNs of target groups that it sends to, if they are known.
 */
export function atAddress(
  address: string,
  named: ReadonlyMap<string, readonly PlacedMeasurement[]>,
  targetGroups: readonly string[],
): readonly Measured[] {
  const alb = albAt(address)
  if (alb === undefined) return []
  const own = targetGroups.map(placeOf)
  const isThere = (place: string): boolean =>
    place.startsWith(`${alb.region}:`) && (own.length === 0 || own.includes(place))
  const there = (named.get(alb.name) ?? []).filter(
    ({ places }) => places.size === 0 || [...places].some(isThere),
  )
  const newest = there.reduce(
    (last, { entry }) => (entry.to > (last?.to ?? 0) ? entry : last),
    there[0]?.entry,
  )
  return newest === undefined ? [] : there.map(({ entry }) => entry).filter(({ to }) => to >= newest.from)
}
