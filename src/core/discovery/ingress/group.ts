import { INGRESS_CONTROLLERS } from '../../model/aws-controllers.ts'
import type { AwsController } from '../../model/exposure.ts'
import { compareRefs } from '../../model/object-ref.ts'
import { ALB } from '../annotations/annotation-keys.ts'
import { attempt, together } from '../claims/attempt.ts'
import { ofController } from '../claims/identity.ts'
import type { IngressObject } from '../objects/discovery-object.ts'
import { ALL } from '../objects/drawer.ts'
import type { DiscoveryContext, Making } from '../objects/view.ts'
import { INGRESS_CLASSES, INGRESSES_BY_CLASS, INGRESSES_BY_GROUP, NO_CLASS } from './drawers.ts'
import { ingressClassParams, type Owned, ownershipOf } from './ownership.ts'

/** An Ingress of an AWS controller's. */
export interface Member extends Owned {
  readonly ingress: IngressObject
}

/**
 * The explicit group: IngressClassParams over the annotation (LBC pkg/ingress/group_loader.go), which EKS Auto Mode
 * does not read (EKS user guide: migrate-auto); undefined: alone.
 */
export function groupNameOf({ ingress, params, controller }: Member): string | undefined {
  const annotated = controller === 'lbc' ? ingress.annotations[ALB.groupName] : undefined
  return params?.groupName || annotated || undefined
}

/** The stack that a target group belongs to: its group, or the Ingress itself. */
export function ingressStackOf(member: Member): string {
  const { namespace, name } = member.ingress.ref
  const group = groupNameOf(member)
  return group === undefined ? `ingress ${namespace}/${name}` : groupStack(group, member.controller)
}

export const groupStack = (group: string, controller: AwsController): string =>
  ofController(`ingress group ${group}`, controller)

/**
 * What the Ingresses that share a load balancer with this one come to together, worked out once for all of them: a
 * group may have thousands.
 * @param what names it among what is made of groups.
 */
export function ofGroup<T>(
  member: Member,
  { what, make, isSame }: Making<T, readonly Member[]> & { readonly what: string },
  context: DiscoveryContext,
): T {
  const group = groupNameOf(member)
  if (group === undefined) return make([member])
  const { controller } = member
  return context.shared(`${what}\0${groupStack(group, controller)}`, {
    make: () => together(membersOf(group, controller, context), make, ({ ingress }) => ingress),
    isSame,
  })
}

/** Every Ingress of a group, in a stable order. */
function membersOf(group: string, controller: AwsController, context: DiscoveryContext): readonly Member[] {
  const isMember = (one: Member): boolean => one.controller === controller && groupNameOf(one) === group
  return candidatesFor(group, context).flatMap((ingress) => {
    const read = attempt(ingress, () => memberOf(ingress, context).filter(isMember))
    return read.ok ? read.value : []
  })
}

/** The Ingress as the controller sees it; nothing if it is not the controller's. */
export function memberOf(ingress: IngressObject, context: DiscoveryContext): readonly Member[] {
  const ownership = ownershipOf(ingress, context)
  return ownership.served ? [{ ...ownership, ingress }] : []
}

/** Every Ingress that may be in the group: by its own annotation, or by a class whose parameters name it. */
function candidatesFor(group: string, { view }: DiscoveryContext): readonly IngressObject[] {
  const found = new Set(view.filed(INGRESSES_BY_GROUP, group))
  for (const { ref, parameters, isDefault, controller: name } of view.filed(INGRESS_CLASSES, ALL)) {
    const controller = INGRESS_CONTROLLERS.get(name)
    if (parameters === undefined || controller === undefined) continue
    if (ingressClassParams(controller, parameters.name, view)?.groupName !== group) continue
    for (const ingress of view.filed(INGRESSES_BY_CLASS, ref.name)) found.add(ingress)
    if (isDefault) for (const ingress of view.filed(INGRESSES_BY_CLASS, NO_CLASS)) found.add(ingress)
  }
  return [...found].sort((a, b) => compareRefs(a.ref, b.ref))
}
