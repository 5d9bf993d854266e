import type { Labels } from '../core/model/workload.ts'
import { at, itemsOf, type JsonNode, stringAt } from './json.ts'

/** A list of `{ key, value }`, as the AWS custom resources write attributes; the last entry of a key wins. */
export const attributesAt = (node: JsonNode): Labels =>
  Object.fromEntries(itemsOf(node).map((item) => [stringAt(at(item, 'key')), stringAt(at(item, 'value'))]))
