import { isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml'
import { keysOfPointer } from '../../core/model/json-pointer.ts'
import { isMergeKey } from '../document-data.ts'
import type { YamlDocument } from '../yaml.ts'
import { type BlockPlace, insertPair, removePair, replaceValue } from './block.ts'
import { insertProperty, removeProperty, replaceProperty } from './flow.ts'
import { ownPair, rangeOf } from './nodes.ts'
import { type EditOperation, propertyAt } from './operation.ts'
import { flowText, needsBlock, YAML_FLOW } from './render.ts'
import { EditRefused, type Splice } from './splice.ts'

/** One object's text and tree, with the expected value after the operation. */
interface PlanContext {
  readonly text: string
  readonly document: YamlDocument
  readonly expected: unknown
}

interface EditPlan {
  readonly splices: readonly Splice[]
  /** Names of anchors on the changed nodes: their aliases elsewhere change too. */
  readonly anchors: readonly string[]
}

/**
 * If a change must go inside an alias or a merged value, the value is written out, up to this many characters of
 * JSON: a hook or a probe, but not a whole pod template, which would then no longer follow its anchor (choice).
 */
const WRITE_OUT_LIMIT = 1_000

/** The splices for one operation. @throws EditRefused if they would require guessing. */
export function planOperation(operation: EditOperation, context: PlanContext): EditPlan {
  const keys = keysOfPointer(operation.path)
  const way = walk(context.document.contents, keys)
  if (way.reached < keys.length - 1 || (way.isShared && operation.op === 'remove')) {
    return writeOut(keys.slice(0, way.reached + 1), { context, way, operation })
  }
  const value = operation.op === 'remove' ? undefined : operation.value
  return {
    splices: splicesAt(way, { key: keys.at(-1) ?? '', value, context, operation }),
    anchors: way.anchors,
  }
}

/** How far the keys lead through nodes that belong only to this place. */
interface Way {
  /** The collection that holds the key at index `reached`. */
  readonly parent: unknown
  readonly reached: number
  /** Mappings from the root to the parent, excluding the parent. */
  readonly ancestors: readonly YAMLMap[]
  readonly anchors: readonly string[]
  /** The last key reached is not a pair of its own: it comes from a merge key, if it exists. */
  readonly isShared: boolean
}

function walk(root: unknown, keys: readonly string[]): Way {
  const ancestors: YAMLMap[] = []
  const anchors: string[] = []
  let parent = root
  for (const [reached, key] of keys.entries()) {
    note(anchors, parent)
    const child = childOf(parent, key)
    const isLast = reached === keys.length - 1
    const isShared = child === undefined && isMap(parent) && parent.items.some(isMergeKey)
    if (isLast && child !== undefined) note(anchors, child)
    if (isLast || child === undefined || isAlias(child))
      return { parent, reached, ancestors, anchors, isShared }
    if (isMap(parent)) ancestors.push(parent)
    parent = child
  }
  throw new EditRefused('the operation names the object itself')
}

const note = (anchors: string[], node: unknown): void => {
  if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) anchors.push(node.anchor)
}

function childOf(parent: unknown, key: string): unknown {
  if (isMap(parent)) return ownPair(parent, key)?.value ?? undefined
  return isSeq(parent) ? parent.items[Number(key)] : undefined
}

/** Writes out the value of an alias or a merged key in its place, with the operation applied. */
function writeOut(
  keys: readonly string[],
  { context, way, operation }: { context: PlanContext; way: Way; operation: EditOperation },
): EditPlan {
  const value = propertyAt(context.expected, keys)
  const key = keys.at(-1) ?? ''
  if (value === undefined) {
    throw new EditRefused(`${JSON.stringify(key)} comes from a merge key and cannot be removed here alone`)
  }
  if (JSON.stringify(value).length > WRITE_OUT_LIMIT) {
    throw new EditRefused(
      `${JSON.stringify(key)} comes from an anchor elsewhere and is too large to write out here`,
    )
  }
  return { splices: splicesAt(way, { key, value, context, operation }), anchors: way.anchors }
}

interface Target {
  readonly key: string
  /** Undefined: remove the key. */
  readonly value: unknown
  readonly context: PlanContext
  readonly operation: EditOperation
}

function splicesAt(
  { parent, ancestors }: Way,
  { key, value, context, operation }: Target,
): readonly Splice[] {
  if (isSeq(parent)) return replaceItem(parent.items[Number(key)], value, operation)
  if (!isMap(parent)) throw new EditRefused(`there is no mapping that could hold ${JSON.stringify(key)}`)
  const place = { text: context.text, map: parent, ancestors }
  const pair = ownPair(parent, key)
  const edits = parent.flow === true ? FLOW_EDITS : BLOCK_EDITS
  if (pair === undefined) return edits.insert(place, key, value)
  return value === undefined ? edits.remove(place, pair) : edits.replace(place, pair, value)
}

interface MapEdits {
  readonly insert: (place: BlockPlace, key: string, value: unknown) => readonly Splice[]
  readonly replace: (place: BlockPlace, pair: Pair, value: unknown) => readonly Splice[]
  readonly remove: (place: BlockPlace, pair: Pair) => readonly Splice[]
}

const BLOCK_EDITS: MapEdits = { insert: insertPair, replace: replaceValue, remove: removePair }
const FLOW_EDITS: MapEdits = { insert: insertProperty, replace: replaceProperty, remove: removeProperty }

function replaceItem(item: unknown, value: unknown, { op }: EditOperation): readonly Splice[] {
  if (op !== 'replace' || !isScalar(item) || needsBlock(value)) {
    throw new EditRefused('in a list, only single values can be replaced')
  }
  const [start, end] = rangeOf(item)
  return [{ start, end, text: flowText(value, { ...YAML_FLOW, isQuoted: item.type === 'QUOTE_DOUBLE' }) }]
}
