import { isAlias, isCollection, isNode } from 'yaml'
import { isRecord } from '../core/model/json-value.ts'
import type { Span } from './documents.ts'
import type { ManifestObject } from './manifest-object.ts'
import type { Note } from './position.ts'
import type { SourceText } from './source-text.ts'
import { DocumentError } from './tokens.ts'

/**
 * Maximum depth of nested Lists. kubectl unwraps them at any depth (cli-runtime, FlattenListVisitor), but programs
 * that print a List put the objects directly into it, and Lists joined by hand stay far below (choice). A limit is
 * needed, because the path to an object is walked for each of its changes.
 */
const MOST_LISTS = 10

export interface Located {
  readonly objects: readonly ManifestObject[]
  readonly notes: readonly Note[]
}

export interface DocumentContext {
  readonly file: string
  /** As a part of a position. */
  readonly from: { readonly source?: string }
  readonly span: Span
  /** The document as plain data. */
  readonly value: unknown
  /** Of its root node, in the document. */
  readonly offset: number
  /** The root node; absent: the document is not a List, so none of the nodes in it is needed. */
  readonly root?: unknown
  /** The line in the file for an offset in the document. */
  readonly lineOf: (offset: number) => number
  /** What the document is a part of. */
  readonly input: SourceText
}

interface Item {
  readonly value: unknown
  /** The position in a List; absent: the document itself. */
  readonly way?: Way
  /** The item's node in the document; if its path contains an alias, the alias. */
  readonly node: unknown
}

/** One List level. Linked, and turned into a path for objects only: most items of a hostile List are none. */
interface Way {
  readonly index: number
  readonly above: Way | undefined
  /** How many Lists it passes through. */
  readonly lists: number
}

/**
 * The Kubernetes objects of a document, with Lists unwrapped, and a note for everything else.
 * @throws DocumentError if Lists are nested too deeply.
 */
export function locateObjects(context: DocumentContext): Located {
  const objects: ManifestObject[] = []
  const notes: Note[] = []
  const { value, root } = context
  if (listOf(value)?.items.length === 0) notes.push(emptyList(context))
  for (const item of unwrapped({ value, node: root })) {
    const found = locate(item, context)
    if (found === undefined) continue
    if ('raw' in found) objects.push(found)
    else notes.push(found)
  }
  return { objects, notes }
}

const emptyList = ({ file, from, offset, lineOf }: DocumentContext): Note => ({
  severity: 'information',
  id: 'empty-list',
  file,
  line: lineOf(offset),
  ...from,
  text: 'a List without items',
})

/** The items of any `…List`, up to the depth limit; otherwise the value itself. */
function* unwrapped({ value, way, node }: Item): Generator<Item, void> {
  const list = listOf(value)
  if (list === undefined) return yield { value, node, ...(way === undefined ? {} : { way }) }
  const lists = (way?.lists ?? 0) + 1
  if (lists > MOST_LISTS) {
    throw new DocumentError(
      `Lists in Lists, deeper than ${MOST_LISTS}: expected their items in one`,
      offsetOf(node),
    )
  }
  const { items, inherited } = list
  const nodes = within(node, 'items')
  for (const [index, item] of items.entries()) {
    yield* unwrapped({
      node: within(nodes, index),
      value: isRecord(item) ? { ...inherited, ...item } : item,
      way: { index, above: way, lists },
    })
  }
}

export const isList = (value: unknown): boolean => listOf(value) !== undefined

/** The items of a List, with the fields that they may leave out; undefined if the value is not a List. */
function listOf(value: unknown) {
  if (!isRecord(value)) return undefined
  const { kind, apiVersion, items } = value
  if (typeof kind !== 'string' || !kind.endsWith('List')) return undefined
  if (items === null) return { items: [], inherited: {} }
  if (!Array.isArray(items)) return undefined
  // Items of a typed list may leave out what the list already states (apimachinery, UnstructuredList).
  const inherited = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) }
  return { items: items as readonly unknown[], inherited }
}

function pathOf(way: Way | undefined): readonly string[] {
  const indexes: number[] = []
  for (let one = way; one !== undefined; one = one.above) indexes.unshift(one.index)
  return indexes.flatMap((index) => ['items', String(index)])
}

function locate({ value, way, node }: Item, context: DocumentContext): ManifestObject | Note | undefined {
  const { file, from, span, lineOf, offset } = context
  if (value === null && way === undefined) return undefined
  const line = lineOf(way === undefined ? offset : offsetOf(node))
  const position = { file, line, ...from }
  const passedOver = (id: Note['id'], text: string): Note => ({
    severity: 'information',
    id,
    ...position,
    text: `${text}: skipped`,
  })
  if (!isRecord(value)) return passedOver('not-an-object', `${shapeOf(value)}, not a Kubernetes object`)
  const { apiVersion, kind } = value
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    return passedOver('not-an-object', 'no apiVersion and kind, so not a Kubernetes object')
  }
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {}
  const { name, namespace } = metadata
  if (name === undefined || name === null || name === '') {
    return passedOver('name-missing', `${kind} without metadata.name`)
  }
  if (typeof name !== 'string') {
    return passedOver('name-not-a-string', `${kind} whose metadata.name is ${shapeOf(name)}, not text`)
  }
  const place = { start: span.start, end: span.end, path: pathOf(way), input: context.input }
  const stated = typeof namespace === 'string' && namespace !== '' ? namespace : undefined
  return { raw: value, apiVersion, kind, namespace: stated, name, position, place }
}

/** In the document. */
export const offsetOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0)

const shapeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  if (isRecord(value)) return 'a mapping'
  return typeof value === 'string' ? 'text' : `a ${value === null ? 'null' : typeof value}`
}

/** The node at a key; an alias, or a node without such a key, is returned itself. */
const within = (node: unknown, key: string | number): unknown =>
  isAlias(node) || !isCollection(node) ? node : (node.get(key, true) ?? node)
