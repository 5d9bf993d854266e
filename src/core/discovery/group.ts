import { compareRefs } from '../model/object-ref.ts'
import { ALB } from './annotation-keys.ts'
import type { IngressClassParamsObject, IngressObject } from './objects.ts'
import { ownershipOf } from './ownership.ts'
import type { Surroundings } from './view.ts'

/** An Ingress of the controller's, with the parameters of its class. */
export interface Member {
  readonly ingress: IngressObject
  readonly params?: IngressClassParamsObject
}

/** The explicit group: IngressClassParams over the annotation (LBC pkg/ingress/group_loader.go); undefined: alone. */
export const groupNameOf = ({ ingress, params }: Member): string | undefined =>
  params?.groupName || ingress.annotations[ALB.groupName] || undefined

/** The stack that a target group belongs to: its group, or the Ingress itself. */
export function ingressStackOf(member: Member): string {
  const { namespace, name } = member.ingress.ref
  const group = groupNameOf(member)
  return group === undefined ? `ingress ${namespace}/${name}` : groupStack(group)
}

export const groupStack = (group: string): string => `ingress group ${group}`

/** Every Ingress that shares the load balancer of this one, itself included, in a stable order. */
export function membersOf(member: Member, around: Surroundings): readonly Member[] {
  const group = groupNameOf(member)
  if (group === undefined) return [member]
  const members = candidatesFor(group, around).flatMap((ingress) => memberOf(ingress, around))
  return members.filter((one) => groupNameOf(one) === group)
}

/** The Ingress as the controller sees it; nothing if it is not the controller's. */
export function memberOf(ingress: IngressObject, around: Surroundings): readonly Member[] {
  const ownership = ownershipOf(ingress, around)
  if (!ownership.ours) return []
  const { params } = ownership
  return [params === undefined ? { ingress } : { ingress, params }]
}

/** Every Ingress that may be in the group: by its own annotation, or by a class whose parameters name it. */
function candidatesFor(group: string, { view }: Surroundings): readonly IngressObject[] {
  const found = new Set(view.ingressesNaming(group))
  for (const { ref, parameters, isDefault } of view.ingressClasses()) {
    if (parameters === undefined) continue
    if (view.ingressClassParams(parameters.name)?.groupName !== group) continue
    for (const ingress of view.ingressesOfClass(ref.name)) found.add(ingress)
    if (isDefault) for (const ingress of view.ingressesOfClass(undefined)) found.add(ingress)
  }
  return [...found].sort((a, b) => compareRefs(a.ref, b.ref))
}
