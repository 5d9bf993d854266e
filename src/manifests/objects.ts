import { isAlias, isCollection, isNode } from 'yaml'
import type { Span } from './documents.ts'
import type { ManifestObject } from './manifest-object.ts'
import type { PlainDocument } from './plain.ts'
import type { Note } from './position.ts'
import type { YamlDocument } from './yaml.ts'

interface Located {
  readonly objects: readonly ManifestObject[]
  readonly notes: readonly Note[]
}

interface DocumentContext {
  readonly file: string
  readonly span: Span
  readonly document: YamlDocument
  readonly plain: PlainDocument
  /** Line in the file of an offset in the document. */
  readonly lineOf: (offset: number) => number
}

interface Item {
  readonly value: unknown
  readonly path: readonly string[]
  /** Where it stands in the document; where an alias stands on the way, the alias. */
  readonly node: unknown
}

type JsonRecord = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The Kubernetes objects of a document, Lists unwrapped, and a note for everything that is none. */
export function locateObjects(context: DocumentContext): Located {
  const objects: ManifestObject[] = []
  const notes: Note[] = []
  for (const item of unwrapped({ value: context.plain.value, path: [], node: context.document.contents })) {
    const found = locate(item, context)
    if (found === undefined) continue
    if ('raw' in found) objects.push(found)
    else notes.push(found)
  }
  return { objects, notes }
}

/** The items of any `…List`, at any depth; else the value itself. */
function unwrapped({ value, path, node }: Item): readonly Item[] {
  if (!isRecord(value) || typeof value['kind'] !== 'string' || !value['kind'].endsWith('List')) {
    return [{ value, path, node }]
  }
  const { kind, apiVersion, items } = value
  if (items === null) return []
  if (!Array.isArray(items)) return [{ value, path, node }]
  // Items of a typed list may leave out what the list says already (apimachinery, UnstructuredList).
  const inherited = kind === 'List' ? {} : { apiVersion, kind: value['kind'].slice(0, -'List'.length) }
  const list = within(node, 'items')
  return items.flatMap((item: unknown, index) =>
    unwrapped({
      node: within(list, index),
      value: isRecord(item) ? { ...inherited, ...item } : item,
      path: [...path, 'items', String(index)],
    }),
  )
}

function locate({ value, path, node }: Item, context: DocumentContext): ManifestObject | Note | undefined {
  const { file, span, lineOf } = context
  if (value === null && path.length === 0) return undefined
  const position = { file, line: lineOf(isNode(node) ? (node.range?.[0] ?? 0) : 0) }
  const passedOver = (id: Note['id'], text: string): Note => ({
    severity: 'information',
    id,
    ...position,
    text: `${text}: passed over`,
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
  const place = { start: span.start, end: span.end, path }
  const stated = typeof namespace === 'string' && namespace !== '' ? namespace : undefined
  return { raw: value, apiVersion, kind, namespace: stated, name, position, place }
}

const shapeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  if (isRecord(value)) return 'a mapping'
  return typeof value === 'string' ? 'text' : `a ${value === null ? 'null' : typeof value}`
}

/** What stands at a key; an alias, and what has no such key of its own, stand for all that is in them. */
const within = (node: unknown, key: string | number): unknown =>
  isAlias(node) || !isCollection(node) ? node : (node.get(key, true) ?? node)
