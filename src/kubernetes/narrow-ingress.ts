import { ALB_PREFIX, isIngressKey, isOtherIngressKey } from '../core/discovery/annotations/annotation-keys.ts'
import { shortened } from '../core/discovery/annotations/quote.ts'
import type { IngressBackend, IngressObject } from '../core/discovery/objects/discovery-object.ts'
import {
  at,
  entriesOf,
  given,
  isPresent,
  itemsOf,
  type JsonNode,
  optional,
  portAt,
  stringAt,
} from './json.ts'
import {
  annotationsAt,
  awsHostnames,
  type Envelope,
  hasAddress,
  isDeleting,
  namespacedRef,
} from './narrow-metadata.ts'

/**
 * Reads networking.k8s.io/v1, and the versions that Kubernetes 1.22 removed (extensions/v1beta1 and
 * networking.k8s.io/v1beta1), whose backends are `serviceName` and `servicePort`.
 */
export function narrowIngress(envelope: Envelope): IngressObject {
  const spec = at(envelope.document, 'spec')
  const annotations = at(envelope.document, 'metadata', 'annotations')
  const addresses = at(envelope.document, 'status', 'loadBalancer', 'ingress')
  const removed = envelope.version === 'v1' ? undefined : `${envelope.group}/${envelope.version}`
  return {
    kind: 'Ingress',
    ref: namespacedRef(envelope),
    annotations: annotationsAt(annotations, isIngressKey),
    hasAlbAnnotations: entriesOf(annotations).some(([key]) => key.startsWith(ALB_PREFIX)),
    hasOtherAnnotations: entriesOf(annotations).some(([key]) => isOtherIngressKey(key)),
    ...given('className', optional(stringAt, at(spec, 'ingressClassName'))),
    backends: [...defaultBackends(spec), ...itemsOf(at(spec, 'rules')).flatMap(ruleBackends)],
    hasAddress: hasAddress(addresses),
    ...given('hostnames', awsHostnames(addresses, 'hostname')),
    deleting: isDeleting(envelope),
    ...given('removedApi', removed),
  }
}

/** `defaultBackend`, called `backend` in the removed versions. */
const defaultBackends = (spec: JsonNode): readonly IngressBackend[] =>
  [at(spec, 'defaultBackend'), at(spec, 'backend')]
    .filter(isPresent)
    .map((backend) => backendOf(backend, 'default backend'))

function ruleBackends(rule: JsonNode): readonly IngressBackend[] {
  const host = optional(stringAt, at(rule, 'host')) ?? ''
  return itemsOf(at(rule, 'http', 'paths')).map((path) =>
    backendOf(at(path, 'backend'), shortened(`rule ${host}${optional(stringAt, at(path, 'path')) || '/'}`)),
  )
}

function backendOf(backend: JsonNode, where: string): IngressBackend {
  const service = at(backend, 'service')
  const port = at(service, 'port')
  if (isPresent(service)) {
    const written = optional(portAt, at(port, 'number')) ?? optional(stringAt, at(port, 'name'))
    return { at: where, service: stringAt(at(service, 'name')), port: written ?? '' }
  }
  return {
    at: where,
    ...given('service', optional(stringAt, at(backend, 'serviceName'))),
    port: optional(portAt, at(backend, 'servicePort')) ?? '',
  }
}
