import { DEFAULT_CLASS_ANNOTATION } from '../core/discovery/annotations/annotation-keys.ts'
import type {
  IngressClassObject,
  IngressClassParamsObject,
} from '../core/discovery/objects/discovery-object.ts'
import { controllerOfGroup, kindOf } from '../core/model/aws-controllers.ts'
import { at, given, type JsonNode, optional, stringAt } from './json.ts'
import { attributesAt } from './narrow-attributes.ts'
import { clusterRef, type Envelope } from './narrow-metadata.ts'
import { selectorAt } from './narrow-selector.ts'
import { targetTypeAt } from './narrow-target-type.ts'

export function narrowIngressClass(envelope: Envelope): IngressClassObject {
  const spec = at(envelope.document, 'spec')
  const isDefault = optional(
    stringAt,
    at(envelope.document, 'metadata', 'annotations', DEFAULT_CLASS_ANNOTATION),
  )
  return {
    kind: 'IngressClass',
    ref: clusterRef(envelope),
    controller: optional(stringAt, at(spec, 'controller')) ?? '',
    isDefault: isDefault === 'true',
    ...given('parameters', optional(parametersAt, at(spec, 'parameters'))),
  }
}

const parametersAt = (node: JsonNode) => ({
  apiGroup: optional(stringAt, at(node, 'apiGroup')) ?? '',
  kind: optional(stringAt, at(node, 'kind')) ?? '',
  name: stringAt(at(node, 'name')),
})

export function narrowIngressClassParams(envelope: Envelope): IngressClassParamsObject {
  const controller = controllerOfGroup(envelope.group)
  const spec = at(envelope.document, 'spec')
  return {
    kind: 'IngressClassParams',
    controller,
    ref: { ...clusterRef(envelope), kind: kindOf('IngressClassParams', controller) },
    ...given('targetType', optional(targetTypeAt, at(spec, 'targetType'))),
    ...given('groupName', optional(stringAt, at(spec, 'group', 'name'))),
    ...given('namespaceSelector', optional(selectorAt, at(spec, 'namespaceSelector'))),
    loadBalancerAttributes: attributesAt(at(spec, 'loadBalancerAttributes')),
  }
}
