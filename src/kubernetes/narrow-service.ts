import { isServiceKey } from '../core/discovery/annotations/annotation-keys.ts'
import type { ServiceObject } from '../core/discovery/objects/discovery-object.ts'
import type { ServicePort } from '../core/model/exposure.ts'
import {
  at,
  booleanAt,
  given,
  integerAt,
  isPresent,
  itemsOf,
  type JsonNode,
  optional,
  ShapeError,
  stringAt,
  stringsAt,
} from './json.ts'
import { annotationsAt, type Envelope, hasAddress, isDeleting, namespacedRef } from './narrow-metadata.ts'

const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const

function typeAt(node: JsonNode): ServiceObject['type'] {
  const written = optional(stringAt, node) ?? 'ClusterIP'
  const type = TYPES.find((known) => known === written)
  if (type === undefined) {
    throw new ShapeError({
      path: node.path,
      keys: node.keys,
      expected: `one of ${TYPES.join(', ')}`,
      got: `'${written}'`,
    })
  }
  return type
}

function portOf(node: JsonNode): ServicePort {
  const port = integerAt(at(node, 'port'))
  const { value: target } = at(node, 'targetPort')
  const isOther = (typeof target === 'number' || typeof target === 'string') && target !== port
  return {
    ...given('name', optional(stringAt, at(node, 'name'))),
    port,
    ...(isOther ? { targetPort: target } : {}),
    ...(at(node, 'protocol').value === 'UDP' ? { isUdp: true } : {}),
  }
}

/** A LoadBalancer Service may turn off the allocation of node ports, and still set some itself. */
function hasNodePorts(type: ServiceObject['type'], spec: JsonNode): boolean {
  if (type !== 'LoadBalancer') return type === 'NodePort'
  const allocates = optional(booleanAt, at(spec, 'allocateLoadBalancerNodePorts')) ?? true
  return allocates || itemsOf(at(spec, 'ports')).some((port) => isPresent(at(port, 'nodePort')))
}

export function narrowService(envelope: Envelope): ServiceObject {
  const spec = at(envelope.document, 'spec')
  const isLocal = optional(stringAt, at(spec, 'externalTrafficPolicy')) === 'Local'
  const type = typeAt(at(spec, 'type'))
  const addresses = itemsOf(at(envelope.document, 'status', 'loadBalancer', 'ingress'))
  return {
    kind: 'Service',
    ref: namespacedRef(envelope),
    annotations: annotationsAt(at(envelope.document, 'metadata', 'annotations'), isServiceKey),
    type,
    selector: stringsAt(at(spec, 'selector')),
    ports: itemsOf(at(spec, 'ports')).map(portOf),
    ...given('loadBalancerClass', optional(stringAt, at(spec, 'loadBalancerClass'))),
    hasNodePorts: hasNodePorts(type, spec),
    externalTrafficPolicy: isLocal ? 'Local' : 'Cluster',
    ...given(
      'healthCheckNodePort',
      isLocal ? optional(integerAt, at(spec, 'healthCheckNodePort')) : undefined,
    ),
    publishNotReadyAddresses: optional(booleanAt, at(spec, 'publishNotReadyAddresses')) ?? false,
    hostnames: addresses.flatMap((address) => optional(stringAt, at(address, 'hostname')) ?? []),
    hasAddress: hasAddress(at(envelope.document, 'status', 'loadBalancer', 'ingress')),
    deleting: isDeleting(envelope),
  }
}
