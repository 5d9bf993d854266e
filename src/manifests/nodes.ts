import { isAlias, isCollection, isNode } from 'yaml'
import { isRecord } from '../core/model/json-value.ts'
import type { PlainDocument } from './plain-document.ts'
import type { YamlDocument } from './yaml.ts'

/** The nodes of a document, as far as it takes to say where an object stands. */
export interface Nodes<Node = unknown> {
  readonly root: Node
  /** The node at a key; for an alias, or without such a key, the node itself. */
  readonly within: (node: Node, key: string | number) => Node
  /** In the text of the document. */
  readonly offsetOf: (node: Node) => number
}

export const parsedNodes = (document: YamlDocument): Nodes => ({
  root: document.contents,
  within: (node, key) => (isAlias(node) || !isCollection(node) ? node : (node.get(key, true) ?? node)),
  offsetOf: (node) => (isNode(node) ? (node.range?.[0] ?? 0) : 0),
})

/** Of what was not parsed, items of lists have an offset, and no other node below the root. */
interface PlainNode {
  readonly value: unknown
  readonly offset: number
}

export const plainNodes = ({ value, offset, items }: PlainDocument): Nodes<PlainNode> => ({
  root: { value, offset },
  within: (node, key) =>
    typeof key === 'number' && Array.isArray(node.value)
      ? { value: node.value[key], offset: items.get(node.value)?.[key] ?? node.offset }
      : { value: isRecord(node.value) ? node.value[key] : undefined, offset: node.offset },
  offsetOf: (node) => node.offset,
})
