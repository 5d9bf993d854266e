import type { LabelExpression, LabelSelector } from '../core/discovery/objects/label-selector.ts'
import { at, itemsOf, type JsonNode, stringAt, stringsAt } from './json.ts'

/** A LabelSelector of the Kubernetes API. */
export const selectorAt = (node: JsonNode): LabelSelector => ({
  matchLabels: stringsAt(at(node, 'matchLabels')),
  matchExpressions: itemsOf(at(node, 'matchExpressions')).map(expressionAt),
})

const expressionAt = (node: JsonNode): LabelExpression => ({
  key: stringAt(at(node, 'key')),
  operator: stringAt(at(node, 'operator')),
  values: itemsOf(at(node, 'values')).map(stringAt),
})
