import { objectRef } from '../core/discovery/objects/discovery-object.ts'
import type {
  GatewayClassObject,
  GatewayObject,
  Listener,
  ListenerSetObject,
  NamespacePolicy,
  ParametersRef,
  ReferenceGrantObject,
} from '../core/discovery/objects/gateway-api.ts'
import { at, given, integerAt, isPresent, itemsOf, type JsonNode, optional, stringAt } from './json.ts'
import {
  awsHostnames,
  clusterRef,
  createdAt,
  type Envelope,
  hasAddress,
  isDeleting,
  namespacedRef,
} from './narrow-metadata.ts'
import { selectorAt } from './narrow-selector.ts'

export function narrowGatewayClass(envelope: Envelope): GatewayClassObject {
  const spec = at(envelope.document, 'spec')
  return {
    kind: 'GatewayClass',
    ref: clusterRef(envelope),
    controller: optional(stringAt, at(spec, 'controllerName')) ?? '',
    ...given('parameters', optional(parametersAt, at(spec, 'parametersRef'))),
  }
}

const parametersAt = (node: JsonNode): ParametersRef => ({
  group: optional(stringAt, at(node, 'group')) ?? '',
  kind: optional(stringAt, at(node, 'kind')) ?? '',
  name: stringAt(at(node, 'name')),
  ...given('namespace', optional(stringAt, at(node, 'namespace'))),
})

export function narrowGateway(envelope: Envelope): GatewayObject {
  const spec = at(envelope.document, 'spec')
  const addresses = at(envelope.document, 'status', 'addresses')
  return {
    kind: 'Gateway',
    ref: namespacedRef(envelope),
    className: optional(stringAt, at(spec, 'gatewayClassName')) ?? '',
    ...given('parameters', optional(parametersAt, at(spec, 'infrastructure', 'parametersRef'))),
    listeners: itemsOf(at(spec, 'listeners')).map(listenerAt),
    allowedListeners: policyAt(at(spec, 'allowedListeners', 'namespaces'), 'None'),
    hasAddress: hasAddress(addresses),
    ...given('hostnames', awsHostnames(addresses, 'value')),
    deleting: isDeleting(envelope),
  }
}

function listenerAt(node: JsonNode): Listener {
  const allowed = at(node, 'allowedRoutes')
  return {
    name: optional(stringAt, at(node, 'name')) ?? '',
    port: integerAt(at(node, 'port')),
    protocol: stringAt(at(node, 'protocol')),
    ...given('hostname', optional(stringAt, at(node, 'hostname'))),
    namespaces: policyAt(at(allowed, 'namespaces'), 'Same'),
    kinds: itemsOf(at(allowed, 'kinds')).map((kind) => stringAt(at(kind, 'kind'))),
  }
}

const policyAt = (node: JsonNode, otherwise: string): NamespacePolicy => ({
  from: optional(stringAt, at(node, 'from')) ?? otherwise,
  ...given('selector', optional(selectorAt, at(node, 'selector'))),
})

export function narrowListenerSet(envelope: Envelope): ListenerSetObject {
  const spec = at(envelope.document, 'spec')
  const ref = namespacedRef(envelope)
  const parent = at(spec, 'parentRef')
  const namespace = optional(stringAt, at(parent, 'namespace')) ?? ref.namespace
  return {
    kind: 'ListenerSet',
    ref,
    gateway: objectRef('Gateway', namespace, stringAt(at(parent, 'name'))),
    listeners: itemsOf(at(spec, 'listeners')).map(listenerAt),
    createdAt: createdAt(envelope),
  }
}

export function narrowReferenceGrant(envelope: Envelope): ReferenceGrantObject {
  const spec = at(envelope.document, 'spec')
  const text = (node: JsonNode) => (isPresent(node) ? stringAt(node) : '')
  return {
    kind: 'ReferenceGrant',
    ref: namespacedRef(envelope),
    from: itemsOf(at(spec, 'from')).map((from) => ({
      group: text(at(from, 'group')),
      kind: text(at(from, 'kind')),
      namespace: text(at(from, 'namespace')),
    })),
    to: itemsOf(at(spec, 'to')).map((to) => ({
      group: text(at(to, 'group')),
      kind: text(at(to, 'kind')),
      ...given('name', optional(stringAt, at(to, 'name'))),
    })),
  }
}
