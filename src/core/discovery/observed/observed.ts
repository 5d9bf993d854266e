import { warning } from '../../model/notice.ts'
import type { ObjectRef } from '../../model/object-ref.ts'
import type { Measured, WitnessedLoadBalancer, WitnessedTargetGroup } from '../../model/observed.ts'
import { isSame } from '../../model/same.ts'
import { MOST_ALTERNATIVES } from '../annotations/limits.ts'
import type { Claim } from '../claims/claim.ts'
import { NOTHING_OBSERVED, type ObservedEvidence } from '../claims/observed-evidence.ts'
import { discoveryRule } from '../claims/rule.ts'
import type { DiscoveryObject } from '../objects/discovery-object.ts'
import { ALL, type Drawer } from '../objects/drawer.ts'
import type { ObservedObject } from '../objects/observed-object.ts'
import { once } from '../objects/once.ts'
import type { DiscoveryContext, ObjectView } from '../objects/view.ts'
import { albAt } from './address.ts'
import { isCurrent, observedEvidence } from './observed-evidence.ts'
import { atAddress, byName, type PlacedMeasurement } from './same-name.ts'

/** All of them. There is one in a cluster; files may have several. */
const OBSERVED: Drawer<ObservedObject> = { name: 'observed', keysOf: () => [ALL] }

/** The ConfigMap makes no claim of its own: it knows target groups and load balancers, and not what they serve. */
export const observedRule = discoveryRule('Observed', {
  filedIn: [OBSERVED],
  notices: ({ ref, problems }) =>
    problems.map((problem) => warning('unreadable', ref, `${problem}; it is not used`)),
})

/**
 * What was measured of the target group of these claims and of its load balancers, and what AWS says of them. Looked up
 * by ARN and by name. It stays the same result while what is said of this target group stays the same.
 */
export function observedOf(claims: readonly Claim[], context: DiscoveryContext): ObservedEvidence {
  const isKnown = context.shared('observed', {
    make: () => context.view.count(OBSERVED, ALL) > 0,
    isSame: (one, other) => one === other,
  })
  if (!isKnown) return NOTHING_OBSERVED
  const groups = eachOnce(claims.flatMap(({ targetGroup }) => targetGroup ?? []))
  const addresses = eachOnce(claims.flatMap((claim) => addressesOf(claim, context.view)))
  if (groups.length + addresses.length === 0) return NOTHING_OBSERVED
  return context.shared(['observed', ...groups, ...addresses].join('\0'), {
    make: () => {
      const object = observedIn(context.view)
      return object === undefined ? NOTHING_OBSERVED : lookUp(object, groups, addresses)
    },
    isSame,
  })
}

const eachOnce = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts)].sort().slice(0, MOST_ALTERNATIVES)

/** Of several in files the first; the API server has one of this name in Slackwater's namespace. */
const observedIn = (view: ObjectView): ObservedObject | undefined => view.filed(OBSERVED, ALL)[0]

/** The host names of the load balancer that was created for the object with which a claim begins. */
function addressesOf({ because: [[first]] }: Claim, view: ObjectView): readonly string[] {
  if (first === undefined || !('object' in first)) return []
  return hostnamesOf(frontOf(first.object, view))
}

const frontOf = (ref: ObjectRef, view: ObjectView): DiscoveryObject | undefined =>
  view.find('Ingress', ref) ?? view.find('Gateway', ref) ?? view.find('Service', ref)

const hostnamesOf = (front: DiscoveryObject | undefined): readonly string[] =>
  front !== undefined && 'hostnames' in front && front.hostnames !== undefined
    ? front.hostnames.map((name) => name.toLowerCase())
    : []

/** Target groups and load balancers by their ARN, address or name. */
interface ObservedIndex {
  readonly targetGroups: ReadonlyMap<string, WitnessedTargetGroup>
  readonly loadBalancers: ReadonlyMap<string, WitnessedLoadBalancer>
  readonly byAddress: ReadonlyMap<string, WitnessedLoadBalancer>
  /** By the ARN of a target group, and by `app/NAME/ID`. */
  readonly measured: ReadonlyMap<string, Measured>
  readonly named: ReadonlyMap<string, readonly PlacedMeasurement[]>
}

const indexOf = once(({ measurements, witness }: ObservedObject): ObservedIndex => {
  const { targetGroups = [], loadBalancers = [] } = witness ?? {}
  const { entries = [] } = measurements ?? {}
  return {
    targetGroups: new Map(targetGroups.map((one) => [one.targetGroup, one])),
    loadBalancers: new Map(loadBalancers.map((one) => [one.loadBalancer, one])),
    byAddress: new Map(loadBalancers.map((one) => [one.address.toLowerCase(), one])),
    measured: new Map(entries.map((entry) => [entry.targetGroup ?? entry.loadBalancer, entry])),
    named: byName(entries),
  }
})

/** `app/NAME/ID` of an ARN. */
const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf(':loadbalancer/') + ':loadbalancer/'.length)

function lookUp(
  object: ObservedObject,
  groups: readonly string[],
  addresses: readonly string[],
): ObservedEvidence {
  const index = indexOf(object)
  const targetGroups = allIn(groups, index.targetGroups)
  const arns = eachOnce(targetGroups.flatMap(({ loadBalancers }) => loadBalancers))
  // An Ingress may show the address of an NLB in front of its ALB, too.
  const loadBalancers =
    arns.length > 0
      ? allIn(arns, index.loadBalancers)
      : addresses.flatMap((address) => index.byAddress.get(address) ?? [])
  // With their ids where AWS tells them: a load balancer of the same name may have been there before.
  const ids = eachOnce([...arns, ...loadBalancers.map((one) => one.loadBalancer)].map(nameIn))
  const ofBalancers =
    ids.length > 0 && isCurrent(object)
      ? ids.map((id) => index.measured.get(id) ?? [])
      : addresses
          .filter((address) => albAt(address) !== undefined)
          .map((address) => atAddress(address, index.named, groups))
  const measured = [...ofAll(groups.map((arn) => index.measured.get(arn) ?? [])), ...ofAll(ofBalancers)]
  return observedEvidence(object, { targetGroups, loadBalancers, measured })
}

/** An answer about some of several that may be meant is none about the others: all of them, or none. */
function allIn<T>(keys: readonly string[], index: ReadonlyMap<string, T>): readonly T[] {
  const found = keys.flatMap((key) => index.get(key) ?? [])
  return found.length < keys.length ? [] : found
}

/** The same of what was measured, where an address may mean several: all of them, the longest time first, or none. */
function ofAll(each: readonly (Measured | readonly Measured[])[]): readonly Measured[] {
  const found = each.map((some) => [some].flat())
  return found.some(({ length }) => length === 0)
    ? []
    : found.flat().sort((a, b) => longestOf(b) - longestOf(a))
}

const longestOf = ({ lastRequest, propagation }: Measured): number =>
  Math.max(lastRequest?.max ?? 0, propagation?.max ?? 0)
