import { isMap, isSeq, type ParsedNode } from 'yaml'
import { ownPair, rangeOf } from './edit/nodes.ts'
import type { ManifestObject } from './manifest-object.ts'
import { LineIndex, type Position } from './position.ts'
import { readDocument } from './read-document.ts'
import type { SourceText } from './source-text.ts'

/** Keys of mappings and indexes of lists, from the object's root. */
export type FieldPath = readonly (string | number)[]

/** Where a field of an object is written; of one that is not there, what would contain it. */
export type FieldPositions = (object: ManifestObject, field: FieldPath) => Position

/**
 * Most objects are read without positions, so a document is parsed again for its fields. What was parsed last is kept:
 * many items of one List may have something wrong.
 */
export function fieldPositions(): FieldPositions {
  let last: { readonly input: SourceText; readonly lines: LineIndex } | undefined
  let parsed: { readonly start: number; readonly root: ParsedNode | null } | undefined
  return (object, field) => {
    const { input, start, end, path } = object.place
    if (last?.input !== input) {
      last = { input, lines: new LineIndex(input.text) }
      parsed = undefined
    }
    if (parsed?.start !== start) {
      const reading = readDocument(input.text.slice(start, end))
      parsed = { start, root: reading.readable ? reading.document.contents : null }
    }
    const offset = offsetIn(parsed.root, [...path, ...field], path.length)
    if (offset === undefined) return object.position
    return { ...object.position, line: last.lines.lineAt(start + offset) }
  }
}

/**
 * The offset of a key or an item. An alias is where it is written, and what a merge key brings is not searched.
 * @param outer keys that lead to the object itself; undefined if nothing is found below it.
 */
function offsetIn(root: unknown, path: FieldPath, outer: number): number | undefined {
  let node = root
  let offset: number | undefined
  for (const [depth, key] of path.entries()) {
    const pair = isMap(node) ? ownPair(node, String(key)) : undefined
    const item: unknown = isSeq(node) ? node.items[Number(key)] : undefined
    const found = pair?.key ?? item
    if (found === undefined) return offset
    if (depth >= outer) offset = rangeOf(found)[0]
    node = pair?.value ?? item
  }
  return offset
}
