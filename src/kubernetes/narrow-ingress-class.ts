import { DEFAULT_CLASS_ANNOTATION } from '../core/discovery/annotation-keys.ts'
import type {
  IngressClassObject,
  IngressClassParamsObject,
  LabelExpression,
  LabelSelector,
} from '../core/discovery/objects.ts'
import { at, given, itemsOf, type JsonNode, optional, stringAt, stringsAt } from './json.ts'
import { clusterRef, type Envelope } from './narrow-metadata.ts'
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
  const spec = at(envelope.document, 'spec')
  const attributes = itemsOf(at(spec, 'loadBalancerAttributes')).map((node) => [
    stringAt(at(node, 'key')),
    stringAt(at(node, 'value')),
  ])
  return {
    kind: 'IngressClassParams',
    ref: clusterRef(envelope),
    ...given('targetType', optional(targetTypeAt, at(spec, 'targetType'))),
    ...given('groupName', optional(stringAt, at(spec, 'group', 'name'))),
    ...given('namespaceSelector', optional(selectorAt, at(spec, 'namespaceSelector'))),
    loadBalancerAttributes: Object.fromEntries(attributes),
  }
}

const selectorAt = (node: JsonNode): LabelSelector => ({
  matchLabels: stringsAt(at(node, 'matchLabels')),
  matchExpressions: itemsOf(at(node, 'matchExpressions')).map(expressionAt),
})

const expressionAt = (node: JsonNode): LabelExpression => ({
  key: stringAt(at(node, 'key')),
  operator: stringAt(at(node, 'operator')),
  values: itemsOf(at(node, 'values')).map(stringAt),
})
