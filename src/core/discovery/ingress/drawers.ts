import { keyOf, type ObjectRef } from '../../model/object-ref.ts'
import { ALB } from '../annotations/annotation-keys.ts'
import {
  type IngressClassObject,
  type IngressObject,
  objectRef,
  type RolloutObject,
  serviceRef,
} from '../objects/discovery-object.ts'
import { ALL, type Drawer } from '../objects/drawer.ts'

/** Ingresses, by the group in their annotation. */
export const INGRESSES_BY_GROUP: Drawer<IngressObject> = {
  name: 'groups',
  keysOf: ({ annotations }) => groupKeys(annotations[ALB.groupName]),
}

const groupKeys = (group: string | undefined): readonly string[] => (group === undefined ? [] : [group])

/** Ingresses, by their `spec.ingressClassName`. */
export const INGRESSES_BY_CLASS: Drawer<IngressObject> = {
  name: 'classes',
  keysOf: ({ className }) => [className ?? NO_CLASS],
}

/** Not a valid class name. */
export const NO_CLASS = '\0'

export const INGRESS_CLASSES: Drawer<IngressClassObject> = { name: 'ingressClasses', keysOf: () => [ALL] }

/** Rollouts, by the Ingresses whose traffic they shift. */
export const ROLLOUTS_BY_INGRESS: Drawer<RolloutObject> = {
  name: 'rollouts',
  keysOf: (rollout) => ingressRefsOf(rollout).map(keyOf),
}

/** Rollouts, by the Services that they switch. */
export const ROLLOUTS_BY_SWITCHED: Drawer<RolloutObject> = {
  name: 'switched',
  keysOf: ({ ref, switched }) => switched.map((name) => keyOf(serviceRef(ref.namespace, name))),
}

export const ingressRefsOf = ({ ref, ingresses }: RolloutObject): readonly ObjectRef[] =>
  ingresses.map((name) => objectRef('Ingress', ref.namespace, name))
