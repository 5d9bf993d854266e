import type { ObjectRef } from '../../model/object-ref.ts'
import type { Surroundings } from '../view.ts'
import type { ReferenceGrantObject, RouteObject } from './objects.ts'

const GATEWAY_API_GROUP = 'gateway.networking.k8s.io'

/**
 * Whether a route may send to a Service: of its own namespace, or by a ReferenceGrant in the Service's
 * (LBC pkg/shared_utils/cross_namespace_validator.go).
 */
export const isGranted = (route: RouteObject, service: ObjectRef, { view }: Surroundings): boolean =>
  route.ref.namespace === service.namespace ||
  view.grantsIn(service.namespace).some((grant) => allowsFrom(grant, route) && allowsTo(grant, service))

const allowsFrom = ({ from }: ReferenceGrantObject, { kind, ref }: RouteObject): boolean =>
  from.some((one) => one.group === GATEWAY_API_GROUP && one.kind === kind && one.namespace === ref.namespace)

const allowsTo = ({ to }: ReferenceGrantObject, { name }: ObjectRef): boolean =>
  to.some(
    (one) => one.group === '' && one.kind === 'Service' && (one.name === undefined || one.name === name),
  )
