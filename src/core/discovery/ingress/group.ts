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

/** An Ingress that an AWS controller serves. */
export interface Member extends Owned {
  readonly ingress: IngressObject
}

/**
 * The explicit group: IngressClassParams take precedence over the annotation (LBC pkg/ingress/group_loader.go), which
 * EKS Auto Mode does not read (EKS user guide: migrate-auto). Undefined: the Ingress is in no group.
 */
export function groupNameOf({ ingress, params, controller }: Member): string | undefined {
  const annotated = controller === 'lbc' ? ingress.annotations[ALB.groupName] : undefined
  return params?.groupName || annotated || undefined
}

/** The stack of a target group: its group, or the Ingress itself. */
export function ingressStackOf(member: Member): string {
  const { namespace, name } = member.ingress.ref
  const group = groupNameOf(member)
  return group === undefined ? `ingress ${namespace}/${name}` : groupStack(group, member.controller)
}

export const groupStack = (group: string, controller: AwsController): string =>
  ofController(`ingress group ${group}`, controller)

/**
 * A result of all Ingresses that share a load balancer with this one. Computed once for all of them, because a group
 * may have thousands.
 * @param what its name among the results of groups.
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

/** The Ingress as the controller reads it; empty if no AWS controller serves it. */
export function memberOf(ingress: IngressObject, context: DiscoveryContext): readonly Member[] {
  const ownership = ownershipOf(ingress, context)
  return ownership.served ? [{ ...ownership, ingress }] : []
}

/** Every Ingress that may be in the group: through its own annotation, or through a class whose parameters name it. */
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
