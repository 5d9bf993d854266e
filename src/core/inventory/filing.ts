import { ALB } from '../discovery/annotations/annotation-keys.ts'
import { refersTo } from '../discovery/discover.ts'
import { ingressRefsOf } from '../discovery/ingress/rollout.ts'
import type { DiscoveryObject, IngressObject } from '../discovery/objects/discovery-object.ts'
import { isRoute } from '../discovery/objects/gateway-api.ts'
import type { ObjectRef } from '../model/object-ref.ts'

/** Unique for each object; a NUL can stand in no name. */
export const keyOf = ({ kind, namespace, name }: ObjectRef): string => `${kind}\0${namespace}\0${name}`

/** Under what else than its own key an object is found. */
export const INDEXES = [
  /** By the Service of its own namespace that it refers to. */
  'referrers',
  /** By its namespace and the Service of another one that it refers to. */
  'guests',
  /** Rollouts, by the Ingress that they route through. */
  'rollouts',
  /** Ingresses, by the group that their annotation names. */
  'groups',
  /** Ingresses, by their class. */
  'classes',
  /** Kinds of which all are asked for, each under one key. */
  'kinds',
  /** Routes, by each parent that they name. */
  'routes',
  /** ListenerSets, by their Gateway. */
  'listenerSets',
  /** ReferenceGrants, by their namespace. */
  'grants',
  /** TargetGroupConfigurations, by the Service that they are for. */
  'configurations',
] as const
export type IndexName = (typeof INDEXES)[number]

type Place = readonly [IndexName, string]

/** Every place where an object is filed besides its own key; some may be named twice. */
export function filingOf(object: DiscoveryObject): readonly Place[] {
  const referred = refersTo(object).map((service) => referrerPlace(object.ref, service))
  return [...referred, ...ownPlaces(object)]
}

const referrerPlace = ({ namespace }: ObjectRef, service: ObjectRef): Place =>
  namespace === service.namespace ? ['referrers', keyOf(service)] : ['guests', guestKey(service, namespace)]

export const guestKey = (service: ObjectRef, namespace: string): string => `${namespace}\0${keyOf(service)}`

function ownPlaces(object: DiscoveryObject): readonly Place[] {
  if (isRoute(object)) return object.parents.map((parent) => ['routes', keyOf(parent.object)])
  switch (object.kind) {
    case 'IngressClass':
    case 'Namespace':
    case 'LbcDeployment':
    case 'GateWebhooks':
      return [['kinds', object.kind]]
    case 'Rollout':
      return ingressRefsOf(object).map((ref) => ['rollouts', keyOf(ref)])
    case 'Ingress':
      return ingressPlaces(object)
    case 'ListenerSet':
      return [['listenerSets', keyOf(object.gateway)]]
    case 'ReferenceGrant':
      return [['grants', object.ref.namespace]]
    case 'TargetGroupConfiguration':
      return object.service === undefined ? [] : [['configurations', keyOf(object.service)]]
    default:
      return []
  }
}

/** No class can have this name. */
const NO_CLASS = '\0'

export const classKey = (className: string | undefined): string => className ?? NO_CLASS

function ingressPlaces({ annotations, className }: IngressObject): readonly Place[] {
  const group = annotations[ALB.groupName]
  return [['classes', classKey(className)], ...(group === undefined ? [] : ([['groups', group]] as const))]
}
