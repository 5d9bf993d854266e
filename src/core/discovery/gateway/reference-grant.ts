import type { ObjectRef } from '../../model/object-ref.ts'
import type { Surroundings } from '../view.ts'
import type { ReferenceGrantObject, RouteObject } from './objects.ts'

const GATEWAY_API_GROUP = 'gateway.networking.k8s.io'

/**
 * Whether a route may send to a Service: of its own namespace, or by a ReferenceGrant in the Service's
 * (LBC pkg/shared_utils/cross_namespace_validator.go).
 */
export function isGranted(
  { ref }: Pick<RouteObject, 'ref'>,
  service: ObjectRef,
  around: Surroundings,
): boolean {
  if (ref.namespace === service.namespace) return true
  const grants = grantsTo(service.namespace, around).get(guest(ref))
  return grants?.some((names) => names === EVERY_SERVICE || names.has(service.name)) === true
}

const guest = ({ kind, namespace }: { readonly kind: string; readonly namespace: string }): string =>
  `${kind} ${namespace}`

/** A grant without names. */
const EVERY_SERVICE = 'every'
type Names = ReadonlySet<string> | typeof EVERY_SERVICE

/** What the grants of a namespace allow, by the kind and the namespace that they allow it to. */
const grantsTo = (namespace: string, { view, shared }: Surroundings): ReadonlyMap<string, readonly Names[]> =>
  shared(`grants\0${namespace}`, {
    make: () => {
      const all = view.grantsIn(namespace).flatMap((grant) => {
        const names = namesIn(grant)
        return grant.from
          .filter(({ group }) => group === GATEWAY_API_GROUP)
          .map((from) => [guest(from), names] as const)
      })
      const groups = Map.groupBy(all, ([whom]) => whom)
      return new Map([...groups].map(([whom, some]) => [whom, some.map(([, names]) => names)]))
    },
  })

function namesIn({ to }: ReferenceGrantObject): Names {
  const services = to.filter(({ group, kind }) => group === '' && kind === 'Service')
  if (services.some(({ name }) => name === undefined)) return EVERY_SERVICE
  return new Set(services.flatMap(({ name }) => name ?? []))
}
