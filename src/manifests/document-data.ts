import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'
import { isRecord } from '../core/model/json-value.ts'
import { DEPTH_LIMIT, DocumentError } from './tokens.ts'
import type { YamlDocument } from './yaml.ts'

/** A document as plain data, as kubectl would send it: aliases and merge keys resolved, of duplicate keys the last. */
export interface DocumentData {
  readonly value: unknown
  /** Duplicate keys, each with the offset of the later one. */
  readonly duplicates: readonly { readonly key: string; readonly offset: number }[]
  /** Offsets of keys that are a mapping or a list, such as the inner braces of `{{ x }}`. */
  readonly complexKeys: readonly number[]
}

/**
 * Limits on what aliases and merge keys may add to a document: a number of characters for each of its own, at least
 * the minimum for short documents, never more than the maximum. Real manifests repeat a mapping of some hundred
 * characters a dozen times and stay below 10; "a billion laughs" exceeds any limit, so the exact numbers matter
 * little (choice).
 */
export const ADDED_FOR_EACH = 100
export const ADDED_AT_LEAST = 10_000
export const ADDED_AT_MOST = 8_000_000

/** What a value counts besides its text, in characters: some numbers use as much memory as a short text (choice). */
const VALUE = 8

/** Characters that several documents may add together; each document reduces it. */
export interface Allowance {
  left: number
}

/** For everything that one command reads: four documents of the worst kind, below 500 MB (choice). */
export const allowance = (): Allowance => ({ left: 4 * ADDED_AT_MOST })

/**
 * Converts a document to plain data.
 * @param size characters of the document's text.
 * @throws DocumentError on an alias without its anchor, on aliases and merge keys that add too much, and on nesting
 * beyond the limit.
 */
export function documentData(document: YamlDocument, size: number, shared = allowance()): DocumentData {
  const own = Math.min(ADDED_AT_MOST, ADDED_AT_LEAST + ADDED_FOR_EACH * size)
  const limit = Math.min(own, shared.left)
  const reading: Reading = {
    anchors: new Map(),
    duplicates: [],
    complexKeys: [],
    limit,
    isShared: limit < own,
    added: 0,
    depth: 0,
  }
  try {
    const value = toData(document.contents, reading)
    return { value, duplicates: reading.duplicates, complexKeys: reading.complexKeys }
  } finally {
    shared.left -= Math.min(reading.added, shared.left)
  }
}

interface Reading {
  /** An anchor is stored here once its node is complete, so no alias can refer to a node that contains it. */
  readonly anchors: Map<string, unknown>
  readonly duplicates: { readonly key: string; readonly offset: number }[]
  readonly complexKeys: number[]
  readonly limit: number
  /** Whether other documents have used part of the limit that it would have alone. */
  readonly isShared: boolean
  /** Characters added by aliases and merge keys. */
  added: number
  depth: number
}

const offsetOf = (node: unknown): number => (isNodeWithRange(node) ? node.range[0] : 0)

const isNodeWithRange = (node: unknown): node is Node & { range: [number, number, number] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)

function toData(node: unknown, reading: Reading): unknown {
  if (isAlias(node)) return aliased(node.source, offsetOf(node), reading)
  reading.depth += 1
  if (reading.depth > DEPTH_LIMIT) {
    throw new DocumentError(`nested deeper than ${DEPTH_LIMIT} levels`, offsetOf(node))
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
  if (isSeq(node)) return node.items.map((item) => toData(item, reading))
  return isMap(node) ? recordOf(node, reading) : null
}

function aliased(name: string, offset: number, reading: Reading): unknown {
  if (!reading.anchors.has(name)) {
    throw new DocumentError(
      `alias *${name}: expected its anchor &${name} before it, outside of itself`,
      offset,
    )
  }
  return copyOf(reading.anchors.get(name), offset, reading)
}

/** A copy for each alias, so that the data is a tree and a change in one place does not affect another. */
function copyOf(value: unknown, offset: number, reading: Reading): unknown {
  add(typeof value === 'string' ? value.length : 0, offset, reading)
  if (Array.isArray(value)) return value.map((item: unknown) => copyOf(item, offset, reading))
  if (!isRecord(value)) return value
  const copy: Record<string, unknown> = {}
  for (const [key, property] of Object.entries(value)) {
    add(key.length, offset, reading)
    put(copy, key, copyOf(property, offset, reading))
  }
  return copy
}

function add(characters: number, offset: number, reading: Reading): void {
  reading.added += VALUE + characters
  if (reading.added > reading.limit) {
    const among = reading.isShared ? ', which is what those before it have left' : ''
    const message = `its aliases and merge keys add more than ${reading.limit} characters${among}`
    throw new DocumentError(message, offset)
  }
}

function recordOf(map: YAMLMap, reading: Reading): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  const merged: Record<string, unknown> = {}
  for (const pair of map.items) {
    if (isMergeKey(pair)) {
      mergeInto(merged, pair, reading)
      continue
    }
    const key = keyOf(pair, reading)
    if (Object.hasOwn(record, key)) reading.duplicates.push({ key, offset: offsetOf(pair.key) })
    put(record, key, toData(pair.value, reading))
  }
  for (const [key, value] of Object.entries(merged)) if (!Object.hasOwn(record, key)) put(record, key, value)
  return record
}

/** Sets a property, even if its name is `__proto__`. */
const put = (record: Record<string, unknown>, key: string, value: unknown): void => {
  if (key !== '__proto__') record[key] = value
  else Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true })
}

function keyOf(pair: Pair, reading: Reading): string {
  const key = toData(pair.key, reading)
  if (typeof key !== 'object' || key === null) return String(key)
  // As text, a key inside a key inside a key would double in size at each level.
  const offset = offsetOf(pair.key)
  reading.complexKeys.push(offset)
  return `complex key at ${offset}`
}

/** `<<`: YAML 1.1's merge key, which kubectl's parser supports. */
export const isMergeKey = ({ key }: Pair): boolean =>
  isScalar(key) && key.value === '<<' && key.type === 'PLAIN'

/** The mapping's own keys take precedence over merged ones, and earlier merged mappings over later ones. */
function mergeInto(merged: Record<string, unknown>, pair: Pair, reading: Reading): void {
  const value = toData(pair.value, reading)
  for (const part of Array.isArray(value) ? value : [value]) {
    if (!isRecord(part)) {
      throw new DocumentError('merge key <<: expected a mapping or a list of mappings', offsetOf(pair.key))
    }
    for (const [key, property] of Object.entries(part)) {
      add(key.length, offsetOf(pair.key), reading)
      if (!Object.hasOwn(merged, key)) put(merged, key, property)
    }
  }
}
