import { serviceRef } from '../core/discovery/objects/discovery-object.ts'
import type {
  HealthProps,
  ListenerRuleConfigurationObject,
  LoadBalancerConfigurationObject,
  RouteProps,
  TargetGroupConfigurationObject,
  TargetGroupProps,
} from '../core/discovery/objects/gateway-api.ts'
import {
  at,
  booleanAt,
  given,
  integerAt,
  isPresent,
  itemsOf,
  type JsonNode,
  optional,
  portAt,
  stringAt,
} from './json.ts'
import { attributesAt } from './narrow-attributes.ts'
import { type Envelope, namespacedRef } from './narrow-metadata.ts'
import { targetTypeAt } from './narrow-target-type.ts'

/** gateway.k8s.aws, v1beta1 and v1 alike (LBC apis/gateway/v1/targetgroupconfig_types.go). */
export function narrowTargetGroupConfiguration(envelope: Envelope): TargetGroupConfigurationObject {
  const spec = at(envelope.document, 'spec')
  const ref = namespacedRef(envelope)
  const target = at(spec, 'targetReference')
  const isService = (optional(stringAt, at(target, 'kind')) ?? 'Service') === 'Service'
  const name = optional(stringAt, at(target, 'name'))
  return {
    kind: 'TargetGroupConfiguration',
    ref,
    ...given('service', isService && name !== undefined ? serviceRef(ref.namespace, name) : undefined),
    hasTarget: isPresent(target),
    defaults: propsAt(at(spec, 'defaultConfiguration')),
    routes: itemsOf(at(spec, 'routeConfigurations')).map(routePropsAt),
  }
}

function routePropsAt(node: JsonNode): RouteProps {
  const route = at(node, 'routeIdentifier')
  const text = (key: string) => optional(stringAt, at(route, key)) || undefined
  return {
    kind: text('kind') ?? '',
    ...given('namespace', text('namespace')),
    ...given('name', text('name')),
    props: propsAt(at(node, 'targetGroupProps')),
  }
}

const propsAt = (node: JsonNode): TargetGroupProps => ({
  ...given('targetType', optional(targetTypeAt, at(node, 'targetType'))),
  attributes: attributesAt(at(node, 'targetGroupAttributes')),
  ...given('health', optional(healthAt, at(node, 'healthCheckConfig'))),
  ...given('multiCluster', optional(booleanAt, at(node, 'enableMultiCluster'))),
  ...(optional(stringAt, at(node, 'protocolVersion')) === 'GRPC' ? { isGrpc: true } : {}),
})

const healthAt = (node: JsonNode): HealthProps => ({
  ...given('interval', optional(integerAt, at(node, 'healthCheckInterval'))),
  ...given('timeout', optional(integerAt, at(node, 'healthCheckTimeout'))),
  ...given('unhealthyThreshold', optional(integerAt, at(node, 'unhealthyThresholdCount'))),
  ...given('healthyThreshold', optional(integerAt, at(node, 'healthyThresholdCount'))),
  check: {
    ...given('protocol', optional(stringAt, at(node, 'healthCheckProtocol'))),
    ...given('path', optional(stringAt, at(node, 'healthCheckPath'))),
    ...given('port', optional(portAt, at(node, 'healthCheckPort'))),
    ...given('codes', optional(stringAt, at(node, 'matcher', 'httpCode'))),
  },
})

/** gateway.k8s.aws, v1beta1 and v1 alike (LBC apis/gateway/v1/loadbalancerconfig_types.go). */
export function narrowLoadBalancerConfiguration(envelope: Envelope): LoadBalancerConfigurationObject {
  const spec = at(envelope.document, 'spec')
  const listeners = itemsOf(at(spec, 'listenerConfigurations')).map((node) => [
    stringAt(at(node, 'protocolPort')).toUpperCase(),
    attributesAt(at(node, 'listenerAttributes')),
  ])
  return {
    kind: 'LoadBalancerConfiguration',
    ref: namespacedRef(envelope),
    prefersGateway: optional(stringAt, at(spec, 'mergingMode')) === 'prefer-gateway',
    attributes: attributesAt(at(spec, 'loadBalancerAttributes')),
    listeners: Object.fromEntries(listeners),
    ...given('defaultTargetGroups', optional(stringAt, at(spec, 'defaultTargetGroupConfiguration', 'name'))),
  }
}

/** gateway.k8s.aws, v1beta1 and v1 alike (LBC apis/gateway/v1/listenerruleconfig_types.go). */
export function narrowListenerRuleConfiguration(envelope: Envelope): ListenerRuleConfigurationObject {
  const actions = itemsOf(at(envelope.document, 'spec', 'actions'))
  const types = actions.map((action) => optional(stringAt, at(action, 'type')) ?? '')
  return {
    kind: 'ListenerRuleConfiguration',
    ref: namespacedRef(envelope),
    answers: types.includes('fixed-response'),
  }
}
