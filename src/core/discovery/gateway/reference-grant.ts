import type { ObjectRef } from '../../model/object-ref.ts'
import type { ReferenceGrantObject, RouteObject } from '../objects/gateway-api.ts'
import { once } from '../objects/once.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { GRANTS_BY_NAMESPACE } from './drawers.ts'

const GATEWAY_API_GROUP = 'gateway.networking.k8s.io'

/**
 * Whether a route may send to a Service: one in its own namespace, or one that a ReferenceGrant in the Service's
 * namespace allows (LBC pkg/shared_utils/cross_namespace_validator.go).
 */
export function isGranted(
  { ref }: Pick<RouteObject, 'ref'>,
  service: ObjectRef,
  context: DiscoveryContext,
): boolean {
  if (ref.namespace === service.namespace) return true
  const grants = grantsTo(service.namespace, context).get(guest(ref))
  if (grants === undefined) return false
  const { every, names } = mergedOf(grants)
  return every || names.has(service.name)
}

const guest = ({ kind, namespace }: { readonly kind: string; readonly namespace: string }): string =>
  `${kind} ${namespace}`

/** The grants of a namespace, by the kind and namespace that they allow. */
const grantsTo = (
  namespace: string,
  { view, shared }: DiscoveryContext,
): ReadonlyMap<string, readonly ReferenceGrantObject[]> =>
  shared(`grants\0${namespace}`, {
    make: () => {
      const all = view
        .filed(GRANTS_BY_NAMESPACE, namespace)
        .flatMap((grant) => guestsOf(grant).map((whom) => ({ whom, grant })))
      const groups = Map.groupBy(all, ({ whom }) => whom)
      return new Map([...groups].map(([whom, some]) => [whom, some.map(({ grant }) => grant)]))
    },
  })

const guestsOf = ({ from }: ReferenceGrantObject): readonly string[] => [
  ...new Set(from.filter(({ group }) => group === GATEWAY_API_GROUP).map(guest)),
]

/** Services that are allowed. */
interface Allowed {
  /** A grant without names allows all of them. */
  readonly every: boolean
  readonly names: ReadonlySet<string>
}

/** All grants to one kind and namespace, merged. Computed once, because each backend of a route needs it. */
const mergedOf = once((grants: readonly ReferenceGrantObject[]): Allowed => {
  const services = grants.flatMap(({ to }) =>
    to.filter(({ group, kind }) => group === '' && kind === 'Service'),
  )
  return {
    every: services.some(({ name }) => name === undefined),
    names: new Set(services.flatMap(({ name }) => name ?? [])),
  }
})
