import { keyOf } from '../../model/object-ref.ts'
import type { Drawer } from '../objects/drawer.ts'
import type {
  ListenerSetObject,
  ReferenceGrantObject,
  RouteObject,
  TargetGroupConfigurationObject,
} from '../objects/gateway-api.ts'

/** Routes, by each Gateway or ListenerSet that they name as a parent. */
export const ROUTES_BY_PARENT: Drawer<RouteObject> = {
  name: 'routes',
  keysOf: ({ parents }) => parents.map(({ object }) => keyOf(object)),
}

/** ListenerSets, by the Gateway that they want to add listeners to. */
export const LISTENER_SETS_BY_GATEWAY: Drawer<ListenerSetObject> = {
  name: 'listenerSets',
  keysOf: ({ gateway }) => [keyOf(gateway)],
}

/** ReferenceGrants, by their namespace. */
export const GRANTS_BY_NAMESPACE: Drawer<ReferenceGrantObject> = {
  name: 'grants',
  keysOf: ({ ref }) => [ref.namespace],
}

/** TargetGroupConfigurations, by the Service that they configure; the controller uses the first. */
export const TARGET_GROUP_CONFIGURATIONS_BY_SERVICE: Drawer<TargetGroupConfigurationObject> = {
  name: 'targetGroupConfigurations',
  keysOf: ({ service }) => (service === undefined ? [] : [keyOf(service)]),
}
