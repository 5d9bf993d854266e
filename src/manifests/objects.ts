import { isAlias, isCollection, isNode } from 'yaml'
import { isRecord } from '../core/model/json-value.ts'
import type { DocumentData } from './document-data.ts'
import type { Span } from './documents.ts'
import type { ManifestObject } from './manifest-object.ts'
import type { Note } from './position.ts'
import { DocumentError } from './tokens.ts'
import type { YamlDocument } from './yaml.ts'

/**
 * Lists in Lists that are opened. kubectl opens them at any depth (cli-runtime, FlattenListVisitor), but what prints a
 * List puts the objects themselves into it: a few joined by hand stay far below (choice). The way to an object is
 * walked whenever it is changed, so it has to end somewhere.
 */
const MOST_LISTS = 10

export interface Located {
  readonly objects: readonly ManifestObject[]
  readonly notes: readonly Note[]
}

export interface DocumentContext {
  readonly file: string
  readonly span: Span
  readonly document: YamlDocument
  readonly data: DocumentData
  /** Line in the file of an offset in the document. */
  readonly lineOf: (offset: number) => number
}

interface Item {
  readonly value: unknown
  /** The place of a List's item; absent: the document itself. */
  readonly way?: Way
  /** Where it stands in the document; where an alias stands on the way, the alias. */
  readonly node: unknown
}

/** One List further in. Linked, and listed for objects only: most of what a hostile List holds is none. */
interface Way {
  readonly index: number
  readonly above: Way | undefined
  /** How many Lists it leads through. */
  readonly lists: number
}

/**
 * The Kubernetes objects of a document, Lists unwrapped, and a note for everything that is none.
 * Throws a DocumentError at a List in more Lists than are opened.
 */
export function locateObjects(context: DocumentContext): Located {
  const objects: ManifestObject[] = []
  const notes: Note[] = []
  for (const item of unwrapped({ value: context.data.value, node: context.document.contents })) {
    const found = locate(item, context)
    if (found === undefined) continue
    if ('raw' in found) objects.push(found)
    else notes.push(found)
  }
  return { objects, notes }
}

/** The items of any `…List`, at any depth that is opened; else the value itself. */
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

/** The items of a List, with what they may leave out; undefined where the value is none. */
function listOf(value: unknown) {
  if (!isRecord(value)) return undefined
  const { kind, apiVersion, items } = value
  if (typeof kind !== 'string' || !kind.endsWith('List')) return undefined
  if (items === null) return { items: [], inherited: {} }
  if (!Array.isArray(items)) return undefined
  // Items of a typed list may leave out what the list says already (apimachinery, UnstructuredList).
  const inherited = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) }
  return { items: items as readonly unknown[], inherited }
}

function pathOf(way: Way | undefined): readonly string[] {
  const indexes: number[] = []
  for (let one = way; one !== undefined; one = one.above) indexes.unshift(one.index)
  return indexes.flatMap((index) => ['items', String(index)])
}

function locate({ value, way, node }: Item, context: DocumentContext): ManifestObject | Note | undefined {
  const { file, span, lineOf } = context
  if (value === null && way === undefined) return undefined
  const position = { file, line: lineOf(offsetOf(node)) }
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
  const place = { start: span.start, end: span.end, path: pathOf(way) }
  const stated = typeof namespace === 'string' && namespace !== '' ? namespace : undefined
  return { raw: value, apiVersion, kind, namespace: stated, name, position, place }
}

const offsetOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0)

const shapeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  if (isRecord(value)) return 'a mapping'
  return typeof value === 'string' ? 'text' : `a ${value === null ? 'null' : typeof value}`
}

/** What stands at a key; an alias, and what has no such key of its own, stand for all that is in them. */
const within = (node: unknown, key: string | number): unknown =>
  isAlias(node) || !isCollection(node) ? node : (node.get(key, true) ?? node)
