import type { Exposure, Progress, Reason } from '../model/exposure.ts'
import { type ObjectRef, refText } from '../model/object-ref.ts'
import { MOST_REASONS } from './annotations/limits.ts'
import { isMadeByHand } from './binding/target-group-binding.ts'
import { referrersOf } from './claims/referrers.ts'
import { type Member, memberOf, ofGroup } from './ingress/group.ts'
import type { DiscoveryObject, ServiceObject, TargetGroupBindingObject } from './objects/discovery-object.ts'
import type { DiscoveryContext } from './objects/view.ts'
import { mayHaveLoadBalancer } from './service/load-balancer-service.ts'

/** An object whose status has the address of a load balancer. */
type Front = Extract<DiscoveryObject, { readonly hasAddress: boolean }>

interface ProgressInputs {
  readonly exposure: Exposure
  /** Whether the address of this object appeared a moment ago. */
  readonly cameNow: (object: ObjectRef) => boolean
}

/** How far the creation of an exposure's load balancer has come. One that is not seen counts as having an address. */
export function progressOf({ exposure, cameNow }: ProgressInputs, context: DiscoveryContext): Progress {
  const bindings = referrersOf(exposure.service, context.view).filter(isBinding)
  const named = bindings.filter(({ ref }) => exposure.because.some((reason) => beginsWith(reason, ref)))
  const firsts = new Map(exposure.because.flatMap(firstOf).map((ref) => [refText(ref), ref]))
  const addresses = [...firsts.values()].map((ref) => addressesOf(ref, context))
  return {
    address: addressOf(addresses, cameNow),
    isBound: named.some((binding) => !isMadeByHand(binding)),
    isMadeByHand: named.some(isMadeByHand),
  }
}

const isBinding = (object: DiscoveryObject): object is TargetGroupBindingObject =>
  object.kind === 'TargetGroupBinding'

/** The objects whose status has the address of one load balancer; undefined if no object that could have it is known. */
type Addresses = readonly ObjectRef[] | undefined

function addressOf(all: readonly Addresses[], cameNow: ProgressInputs['cameNow']): Progress['address'] {
  const seen = all.filter((one) => one !== undefined)
  if (seen.length === 0) return 'known'
  const addressed = seen.flat()
  if (addressed.length === 0) return 'none'
  return addressed.length <= MOST_REASONS && addressed.every(cameNow) ? 'new' : 'known'
}

const firstOf = ([first]: Reason): readonly ObjectRef[] =>
  first !== undefined && 'object' in first ? [first.object] : []

const beginsWith = ([first]: Reason, { kind, namespace, name }: ObjectRef): boolean =>
  first !== undefined &&
  'object' in first &&
  first.object.kind === kind &&
  first.object.namespace === namespace &&
  first.object.name === name

/** The object that a load balancer is created for, and those that share it. */
function addressesOf(ref: ObjectRef, context: DiscoveryContext): Addresses {
  const { view } = context
  const found = ref.kind === 'Gateway' ? view.find('Gateway', ref) : serviceFront(view.find('Service', ref))
  return found === undefined ? ingressAddresses(ref, context) : addressed([found])
}

const addressed = (fronts: readonly Front[]): readonly ObjectRef[] =>
  fronts.flatMap(({ hasAddress, ref }) => (hasAddress ? [ref] : []))

const serviceFront = (service: ServiceObject | undefined): Front | undefined =>
  service !== undefined && mayHaveLoadBalancer(service) ? service : undefined

/** A group has one load balancer, created for its first Ingress: an address on any of its Ingresses counts. */
function ingressAddresses(ref: ObjectRef, context: DiscoveryContext): Addresses {
  const ingress = context.view.find('Ingress', ref)
  if (ingress === undefined) return undefined
  const [member] = memberOf(ingress, context)
  return member === undefined ? addressed([ingress]) : ofGroup(member, GROUP_ADDRESSES, context)
}

const GROUP_ADDRESSES = {
  what: 'addresses',
  make: (members: readonly Member[]): readonly ObjectRef[] =>
    addressed(members.map(({ ingress }) => ingress)),
}
