import type { Exposure, Progress, Reason } from '../model/exposure.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import { memberOf, membersOf } from './ingress/group.ts'
import type { DiscoveryObject, ServiceObject, TargetGroupBindingObject } from './objects.ts'
import { mayHaveLoadBalancer } from './service/load-balancer-service.ts'
import { isMadeByHand } from './target-group-binding.ts'
import type { Surroundings } from './view.ts'

/** An object whose status tells the address of a load balancer. */
type Front = Extract<DiscoveryObject, { readonly hasAddress: boolean }>

export interface ProgressInputs {
  readonly exposure: Exposure
  /** The TargetGroupBindings of the exposure's Service. */
  readonly bindings: readonly TargetGroupBindingObject[]
  /** Whether the address of this object came a moment ago. */
  readonly cameNow: (object: ObjectRef) => boolean
}

/** How far the load balancer of an exposure has come; one that is not seen may have an address. */
export function progressOf({ exposure, bindings, cameNow }: ProgressInputs, around: Surroundings): Progress {
  const named = bindings.filter(({ ref }) => exposure.because.some((reason) => beginsWith(reason, ref)))
  return {
    address: addressOf(
      exposure.because.flatMap((reason) => frontsOf(reason, around)),
      cameNow,
    ),
    isBound: named.some((binding) => !isMadeByHand(binding)),
    isMadeByHand: named.some(isMadeByHand),
  }
}

function addressOf(fronts: readonly Front[], cameNow: ProgressInputs['cameNow']): Progress['address'] {
  if (fronts.length === 0) return 'known'
  const addressed = fronts.filter(({ hasAddress }) => hasAddress)
  if (addressed.length === 0) return 'none'
  return addressed.every(({ ref }) => cameNow(ref)) ? 'new' : 'known'
}

const beginsWith = ([first]: Reason, { kind, namespace, name }: ObjectRef): boolean =>
  first !== undefined &&
  'object' in first &&
  first.object.kind === kind &&
  first.object.namespace === namespace &&
  first.object.name === name

/** The object that makes the load balancer, and those that share it with one. */
function frontsOf([first]: Reason, around: Surroundings): readonly Front[] {
  if (first === undefined || !('object' in first)) return []
  const { view } = around
  const { object } = first
  const found = object.kind === 'Gateway' ? view.gateway(object) : serviceFront(view.service(object))
  return found === undefined ? ingressFronts(object, around) : [found]
}

const serviceFront = (service: ServiceObject | undefined): Front | undefined =>
  service !== undefined && mayHaveLoadBalancer(service) ? service : undefined

/** A group has one load balancer: its first member brought it, whichever Ingress is new. */
function ingressFronts(ref: ObjectRef, around: Surroundings): readonly Front[] {
  const ingress = around.view.ingress(ref)
  if (ingress === undefined) return []
  const members = memberOf(ingress, around).flatMap((member) => membersOf(member, around))
  return [ingress, ...members.map((member) => member.ingress)]
}
