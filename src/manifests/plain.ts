import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'
import type { YamlDocument } from './yaml.ts'

/** A document as plain data, as kubectl would send it: aliases and merge keys resolved, the last of equal keys kept. */
export interface PlainDocument {
  readonly value: unknown
  /** Keys that their mapping had before, with the offset of the later one. */
  readonly duplicates: readonly { readonly key: string; readonly offset: number }[]
  /** Offsets of keys that are no text but a mapping or list, such as the inner braces of `{{ x }}`. */
  readonly complexKeys: readonly number[]
}

/** Why a document is no plain data, with the offset of the place. */
export class PlainError extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.name = 'PlainError'
    this.offset = offset
  }
}

/**
 * Values that the aliases of one document may add up to. Real manifests need some thousands; "a billion laughs"
 * passes any limit, so the exact figure matters little (choice).
 */
const ALIAS_LIMIT = 1_000_000

/** Deepest nesting: Kubernetes' deepest schemas stay below 50, and recursion here must not exhaust the stack (choice). */
const DEPTH_LIMIT = 1_000

/** Throws a PlainError on an alias without its anchor, on aliases without end, and on nesting beyond reason. */
export function plainDocument(document: YamlDocument): PlainDocument {
  const reading: Reading = { anchors: new Map(), duplicates: [], complexKeys: [], copied: 0, depth: 0 }
  const value = plainOf(document.contents, reading)
  return { value, duplicates: reading.duplicates, complexKeys: reading.complexKeys }
}

interface Reading {
  /** An anchor stands here once its node is complete, so no alias can lead into itself. */
  readonly anchors: Map<string, unknown>
  readonly duplicates: { readonly key: string; readonly offset: number }[]
  readonly complexKeys: number[]
  copied: number
  depth: number
}

type JsonRecord = Record<string, unknown>

const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const offsetOf = (node: unknown): number => (isNodeWithRange(node) ? node.range[0] : 0)

const isNodeWithRange = (node: unknown): node is Node & { range: [number, number, number] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)

function plainOf(node: unknown, reading: Reading): unknown {
  if (isAlias(node)) return aliased(node.source, offsetOf(node), reading)
  reading.depth += 1
  if (reading.depth > DEPTH_LIMIT) {
    throw new PlainError(`nested deeper than ${DEPTH_LIMIT} levels`, offsetOf(node))
  }
  const value = ownValue(node, reading)
  reading.depth -= 1
  if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) {
    reading.anchors.set(node.anchor, value)
  }
  return value
}

function ownValue(node: unknown, reading: Reading): unknown {
  if (isScalar(node)) return node.value
  if (isSeq(node)) return node.items.map((item) => plainOf(item, reading))
  return isMap(node) ? recordOf(node, reading) : null
}

function aliased(name: string, offset: number, reading: Reading): unknown {
  if (!reading.anchors.has(name)) {
    throw new PlainError(`alias *${name}: expected its anchor &${name} before it, outside of itself`, offset)
  }
  return copyOf(reading.anchors.get(name), offset, reading)
}

/** A copy for each alias, so that the data is a tree and a change at one place stays there. */
function copyOf(value: unknown, offset: number, reading: Reading): unknown {
  reading.copied += 1
  if (reading.copied > ALIAS_LIMIT) {
    throw new PlainError(`its aliases expand to more than ${ALIAS_LIMIT} values`, offset)
  }
  if (Array.isArray(value)) return value.map((item: unknown) => copyOf(item, offset, reading))
  if (!isRecord(value)) return value
  const copy: JsonRecord = {}
  for (const [key, member] of Object.entries(value)) put(copy, key, copyOf(member, offset, reading))
  return copy
}

function recordOf(map: YAMLMap, reading: Reading): JsonRecord {
  const record: JsonRecord = {}
  const merged: JsonRecord = {}
  for (const pair of map.items) {
    if (isMergeKey(pair)) {
      mergeInto(merged, pair, reading)
      continue
    }
    const key = keyOf(pair, reading)
    if (Object.hasOwn(record, key)) reading.duplicates.push({ key, offset: offsetOf(pair.key) })
    put(record, key, plainOf(pair.value, reading))
  }
  for (const [key, value] of Object.entries(merged)) if (!Object.hasOwn(record, key)) put(record, key, value)
  return record
}

/** A member of that name, also where the name is `__proto__`. */
const put = (record: JsonRecord, key: string, value: unknown): void => {
  if (key !== '__proto__') record[key] = value
  else Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true })
}

function keyOf(pair: Pair, reading: Reading): string {
  if (isMap(pair.key) || isSeq(pair.key)) reading.complexKeys.push(offsetOf(pair.key))
  const key = plainOf(pair.key, reading)
  return typeof key === 'object' && key !== null ? JSON.stringify(key) : String(key)
}

/** `<<`: YAML 1.1's merge key, which kubectl's parser honours. */
export const isMergeKey = ({ key }: Pair): boolean =>
  isScalar(key) && key.value === '<<' && key.type === 'PLAIN'

/** The mapping's own keys win over merged ones, and of several merged mappings the earlier wins. */
function mergeInto(merged: JsonRecord, pair: Pair, reading: Reading): void {
  const value = plainOf(pair.value, reading)
  for (const part of Array.isArray(value) ? value : [value]) {
    if (!isRecord(part)) {
      throw new PlainError('merge key <<: expected a mapping or a list of mappings', offsetOf(pair.key))
    }
    for (const [key, member] of Object.entries(part)) {
      if (!Object.hasOwn(merged, key)) put(merged, key, member)
    }
  }
}
