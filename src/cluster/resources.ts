import { KINDS, type Resource } from '../kubernetes/kinds.ts'

/** Every kind that discovery and the decisions read (docs/discovery.md); no other is followed. */
export const RESOURCES: readonly Resource[] = KINDS.filter(({ isFollowed }) => isFollowed)

/** A resource that is listed on demand, and which of its objects. */
export interface ListedResource {
  readonly resource: Resource
  readonly labelSelector?: string
}

/** Workloads and Pods, for a report or a removal. */
export const REPORTED: readonly ListedResource[] = KINDS.flatMap((resource) =>
  resource.listed === undefined ? [] : [{ resource, ...resource.listed }],
)

/** `services`, `ingresses.networking.k8s.io`: as kubectl names them. */
export const resourceName = ({ plural, group }: Resource): string =>
  group === '' ? plural : `${plural}.${group}`

export const apiVersionOf = ({ group }: Pick<Resource, 'group'>, version: string): string =>
  group === '' ? version : `${group}/${version}`

/** Path for listing and watching a resource, in all namespaces or in one. */
export function pathOf(
  resource: Pick<Resource, 'group' | 'plural'>,
  version: string,
  namespace?: string,
): string {
  const base = `${resource.group === '' ? '/api' : '/apis'}/${apiVersionOf(resource, version)}`
  return `${base}/${namespace === undefined ? '' : `namespaces/${namespace}/`}${resource.plural}`
}
