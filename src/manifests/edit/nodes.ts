import { type CST, isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml'
import { isMergeKey } from '../document-data.ts'
import { EditRefused } from './splice.ts'

/** Range of a node's own text, without anchor and tag; the parser sets one on every node. */
export function rangeOf(node: unknown): readonly [start: number, end: number] {
  if (isAlias(node) || isScalar(node) || isMap(node) || isSeq(node)) {
    if (node.range) return [node.range[0], node.range[1]]
  }
  throw new EditRefused('a part of it has no place of its own in the text')
}

export const isBlockCollection = (node: unknown): node is YAMLMap | YAMLSeq =>
  (isMap(node) || isSeq(node)) && node.flow !== true

/** The last pair with that key, which is the one that counts; merge keys are ignored. */
export const ownPair = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.findLast((pair) => isScalar(pair.key) && !isMergeKey(pair) && String(pair.key.value) === key)

/** Whether the value of a pair is left empty, as in `key:`. */
export const isLeftEmpty = ({ value }: Pair): boolean =>
  value === null || (isScalar(value) && value.value === null && value.source === '')

const isCollectionItem = (token: unknown): token is CST.CollectionItem =>
  typeof token === 'object' && token !== null && 'start' in token

/** Offset after the colon of a pair. Refuses `? key` and keys without a colon. */
export function colonEnd(pair: Pair): number {
  const item = pair.srcToken
  if (!isCollectionItem(item) || item.start.some(({ type }) => type === 'explicit-key-ind')) {
    throw new EditRefused('one of its keys is written with a question mark')
  }
  const colon = item.sep?.find(({ type }) => type === 'map-value-ind')
  if (colon === undefined) throw new EditRefused('one of its keys has no colon')
  return colon.offset + 1
}

export const keyStart = (pair: Pair): number => rangeOf(pair.key)[0]

/** Offset after the last character of a pair, without comments after it. */
export function contentEnd(pair: Pair, text: string): number {
  return isLeftEmpty(pair) ? colonEnd(pair) : nodeEnd(pair.value, text)
}

/** Offset after the last character of a node, without comments after it. */
export function nodeEnd(node: unknown, text: string): number {
  if (isBlockCollection(node)) {
    const last = node.items.at(-1)
    if (isMap(node) && last !== undefined) return contentEnd(last as Pair, text)
    if (last !== undefined) return nodeEnd(last, text)
  }
  const [start, end] = rangeOf(node)
  return isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')
    ? blockScalarEnd(text, start, end)
    : end
}

/** Blank lines after a block scalar belong to it only if its header contains `+`. */
function blockScalarEnd(text: string, start: number, end: number): number {
  const body = text.slice(start, end)
  const keepsBlankLines = /^[|>][0-9]?\+/.test(body)
  const kept = keepsBlankLines ? body.replace(/\r?\n$/, '') : body.trimEnd()
  return start + kept.length
}
