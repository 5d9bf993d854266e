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
import { albNameOf } from './address.ts'
import { observedEvidence } from './observed-evidence.ts'

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
  /** By the ARN of a target group, by `app/NAME/ID`, and the newest by `app/name`. */
  readonly measured: ReadonlyMap<string, Measured>
}

const indexOf = once(({ measurements, witness }: ObservedObject): ObservedIndex => {
  const { targetGroups = [], loadBalancers = [] } = witness ?? {}
  const measured = new Map<string, Measured>()
  for (const entry of measurements?.entries ?? []) {
    const { targetGroup, loadBalancer } = entry
    measured.set(targetGroup ?? loadBalancer, entry)
    if (targetGroup !== undefined) continue
    const name = withoutId(loadBalancer)
    if ((measured.get(name)?.to ?? 0) <= entry.to) measured.set(name, entry)
  }
  return {
    targetGroups: new Map(targetGroups.map((one) => [one.targetGroup, one])),
    loadBalancers: new Map(loadBalancers.map((one) => [one.loadBalancer, one])),
    byAddress: new Map(loadBalancers.map((one) => [one.address.toLowerCase(), one])),
    measured,
  }
})

/** `app/name` of `app/NAME/ID`: addresses are in lower case. */
const withoutId = (loadBalancer: string): string =>
  loadBalancer.slice(0, loadBalancer.lastIndexOf('/')).toLowerCase()

/** `app/NAME/ID` of an ARN. */
const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf(':loadbalancer/') + ':loadbalancer/'.length)

function lookUp(
  object: ObservedObject,
  groups: readonly string[],
  addresses: readonly string[],
): ObservedEvidence {
  const index = indexOf(object)
  const targetGroups = groups.flatMap((arn) => index.targetGroups.get(arn) ?? [])
  const arns = eachOnce(targetGroups.flatMap(({ loadBalancers }) => loadBalancers))
  const byArn = arns.flatMap((arn) => index.loadBalancers.get(arn) ?? [])
  const byAddress = addresses.flatMap((address) => index.byAddress.get(address) ?? [])
  const loadBalancers = [...new Set([...byArn, ...byAddress])]
  // With their ids where AWS tells them: a load balancer of the same name may have been there before.
  const ids = eachOnce([...arns, ...loadBalancers.map((one) => one.loadBalancer)].map(nameIn))
  const names = ids.length > 0 ? ids : addresses.flatMap((address) => albNameOf(address) ?? [])
  const measured = [...ofEach(groups, index), ...ofEach(names, index)]
  return observedEvidence(object, { targetGroups, loadBalancers, measured })
}

/** What was measured of some does not hold for the others: all of them, the longest time first, or none. */
function ofEach(keys: readonly string[], { measured }: ObservedIndex): readonly Measured[] {
  const found = keys.flatMap((key) => measured.get(key) ?? [])
  return found.length < keys.length ? [] : found.sort((a, b) => longestOf(b) - longestOf(a))
}

const longestOf = ({ lastRequest, propagation }: Measured): number =>
  Math.max(lastRequest?.max ?? 0, propagation?.max ?? 0)
