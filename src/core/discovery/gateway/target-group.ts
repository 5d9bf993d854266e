import type { HealthCheck, LoadBalancer, TargetType } from '../../model/exposure.ts'
import { keyOf, type ObjectRef } from '../../model/object-ref.ts'
import { type Candidate, declared, type Provenance } from '../../model/resolved.ts'
import type { Seconds } from '../../model/seconds.ts'
import { DEFAULT_CHECK, withKubeProxy } from '../annotations/health-check.ts'
import {
  CONNECTION_TERMINATION,
  CROSS_ZONE,
  DEREGISTRATION_DELAY,
  HEALTH_INTERVAL,
  HEALTH_TIMEOUT,
  HEALTHY_THRESHOLD,
  UNHEALTHY_THRESHOLD,
} from '../annotations/limits.ts'
import {
  attributeValue,
  fieldCount,
  fieldSeconds,
  flagValue,
  type Place,
  UNWRITTEN,
  type Written,
} from '../annotations/written.ts'
import type { ServiceObject } from '../objects/discovery-object.ts'
import type {
  HealthProps,
  RouteObject,
  RouteProps,
  TargetGroupConfigurationObject,
  TargetGroupProps,
} from '../objects/gateway-api.ts'
import { once } from '../objects/once.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import type { Configuration } from './configuration.ts'
import { TARGET_GROUP_CONFIGURATIONS_BY_SERVICE } from './drawers.ts'

/** Properties of target groups, and the place where they are written. */
export interface PropsLayer {
  readonly props: TargetGroupProps
  readonly object: ObjectRef
  readonly path: string
}

interface Backed {
  readonly route: RouteObject
  readonly service: ServiceObject
  readonly configuration: Configuration
}

/**
 * The places with properties of a target group, the most binding first: the Service's TargetGroupConfiguration (its
 * entry for the route, then its defaults), then the Gateway's default one in the same way (LBC
 * pkg/gateway/tg_config_constructor.go and routeutils/backend_service.go). If class and Gateway each name a default,
 * only the general part of the losing one counts.
 */
export function propsLayers(
  { route, service, configuration }: Backed,
  { view }: DiscoveryContext,
): readonly PropsLayer[] {
  const [own] = view.filed(TARGET_GROUP_CONFIGURATIONS_BY_SERVICE, keyOf(service.ref))
  const [first, second] = configuration.defaultTargetGroups
  return [
    ...(own === undefined ? [] : layersOf(own, route)),
    ...(first === undefined ? [] : layersOf(first, route)),
    ...(second === undefined ? [] : [defaultsOf(second)]),
  ]
}

const layersOf = (
  configuration: TargetGroupConfigurationObject,
  route: RouteObject,
): readonly PropsLayer[] => [...entryFor(configuration, route), defaultsOf(configuration)]

const defaultsOf = ({ ref, defaults }: TargetGroupConfigurationObject): PropsLayer => ({
  props: defaults,
  object: ref,
  path: 'spec.defaultConfiguration',
})

/** The most specific entry for the route; if several are equally specific, the first. */
function entryFor(
  configuration: TargetGroupConfigurationObject,
  { kind, ref }: RouteObject,
): readonly PropsLayer[] {
  const entries = entriesOf(configuration)
  const { namespace, name } = ref
  const found =
    entries.get(identifier({ kind, namespace, name })) ??
    entries.get(identifier({ kind, namespace })) ??
    entries.get(identifier({ kind }))
  if (found === undefined) return []
  const path = `spec.routeConfigurations[${found.index}].targetGroupProps`
  return [{ props: found.props, object: configuration.ref, path }]
}

/** The key of an entry: kind, namespace and name; kind and namespace; or kind alone. */
const identifier = ({ kind, namespace, name }: Pick<RouteProps, 'kind' | 'namespace' | 'name'>): string =>
  JSON.stringify([kind, namespace ?? '', name ?? ''])

/** Entries by key. An entry with a name but no namespace matches no route. */
const entriesOf = once(({ routes }: TargetGroupConfigurationObject) => {
  const entries = new Map<string, { readonly props: TargetGroupProps; readonly index: number }>()
  for (const [index, entry] of routes.entries()) {
    const key = identifier(entry)
    const namesARoute = entry.name === undefined || entry.namespace !== undefined
    if (namesARoute && !entries.has(key)) entries.set(key, { props: entry.props, index })
  }
  return entries
})

export const writtenTypes = (layers: readonly PropsLayer[]): readonly Candidate<TargetType>[] =>
  layers.flatMap((layer) => {
    const { targetType } = layer.props
    return targetType === undefined ? [] : [declared(targetType, placeOf(layer, 'targetType').source)]
  })

export const writtenDelay = (layers: readonly PropsLayer[]): Written<Seconds> =>
  merged(layers, DEREGISTRATION_DELAY.name, (text, place) =>
    attributeValue(text, DEREGISTRATION_DELAY, place),
  )

export const writtenTermination = (layers: readonly PropsLayer[]): Written<boolean> =>
  merged(layers, CONNECTION_TERMINATION, flagValue)

/** What the target group writes wins over the load balancer's. */
export function writtenCrossZone(
  layers: readonly PropsLayer[],
  { loadBalancers }: Configuration,
): Written<boolean> {
  const ofGroup = merged(layers, CROSS_ZONE, flagValue)
  if (ofGroup.candidates.length > 0) return ofGroup
  const found = loadBalancers.find(({ attributes }) => attributes[CROSS_ZONE] !== undefined)
  if (found === undefined) return UNWRITTEN
  const key = 'spec.loadBalancerAttributes'
  const source: Provenance = { kind: 'field', path: key, object: found.ref }
  return flagValue(found.attributes[CROSS_ZONE], { key, object: found.ref, source })
}

/** Attributes are merged by key. */
function merged<T>(
  layers: readonly PropsLayer[],
  name: string,
  readText: (text: string | undefined, place: Place) => Written<T>,
): Written<T> {
  const layer = layers.find(({ props }) => props.attributes[name] !== undefined)
  if (layer === undefined) return UNWRITTEN
  return readText(layer.props.attributes[name], placeOf(layer, 'targetGroupAttributes'))
}

/** What the layers write of a check. By default, that of an NLB asks kube-proxy about a Service with `Local`. */
export function writtenHealthCheck(
  layers: readonly PropsLayer[],
  {
    service,
    route,
    loadBalancer,
  }: Pick<Backed, 'service' | 'route'> & { readonly loadBalancer: LoadBalancer },
): HealthCheck {
  const written = layers.find(({ props }) => props.health !== undefined)?.props.health?.check
  const check = withKubeProxy(written ?? DEFAULT_CHECK, service, loadBalancer === 'nlb')
  const isGrpc = route.kind === 'GRPCRoute' || layers.some(({ props }) => props.isGrpc === true)
  return isGrpc ? { ...check, protocol: 'GRPC' } : check
}

/** The health check is one field: what the first written one leaves out gets the controller's default. */
export function writtenHealth(layers: readonly PropsLayer[]) {
  const layer = layers.find(({ props }) => props.health !== undefined)
  const health: Partial<HealthProps> = layer?.props.health ?? {}
  const place = (field: string): Place | undefined => layer && placeOf(layer, `healthCheckConfig.${field}`)
  return {
    interval: fieldSeconds(health.interval, HEALTH_INTERVAL, place('healthCheckInterval')),
    timeout: fieldSeconds(health.timeout, HEALTH_TIMEOUT, place('healthCheckTimeout')),
    threshold: fieldCount(health.unhealthyThreshold, UNHEALTHY_THRESHOLD, place('unhealthyThresholdCount')),
    healthy: fieldCount(health.healthyThreshold, HEALTHY_THRESHOLD, place('healthyThresholdCount')),
  }
}

export const isMultiCluster = (layers: readonly PropsLayer[]): boolean =>
  layers.find(({ props }) => props.multiCluster !== undefined)?.props.multiCluster ?? false

function placeOf({ object, path }: PropsLayer, field: string): Place {
  const key = `${path}.${field}`
  const source: Provenance = { kind: 'field', path: key, object }
  return { key, object, source }
}
