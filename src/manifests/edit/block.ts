import { isCollection, isMap, isNode, isScalar, type Pair, type YAMLMap } from 'yaml'
import { columnOf, isFirstInLine, isLastInLine, lineEnd, lineEnding, lineStart, nextLine } from './lines.ts'
import { colonEnd, contentEnd, isBlockCollection, isLeftEmpty, keyStart, rangeOf } from './nodes.ts'
import { blockLines, flowText, needsBlock, nestedLines, YAML_FLOW } from './render.ts'
import { EditRefused, type Splice } from './splice.ts'

/** Indentation of a mapping's children if the file shows no example (as in kubectl's own output). */
const DEFAULT_STEP = 2

/** A mapping in block style, with the enclosing mappings, outermost first. */
export interface BlockPlace {
  readonly text: string
  readonly map: YAMLMap
  readonly ancestors: readonly YAMLMap[]
}

/** Adds a key, on new lines after the last content of the mapping. */
export function insertPair(place: BlockPlace, key: string, value: unknown): readonly Splice[] {
  const { text, map } = place
  const last = map.items.at(-1)
  if (last === undefined) throw new EditRefused('the mapping is empty')
  const at = endOfContent(last, text)
  const lines = blockLines([key, value], indentOf(place), stepOf(place))
  return [{ start: at, end: at, text: below(lines, text) }]
}

/** End of the line on which a pair's content ends, including its comment. */
const endOfContent = (pair: Pair, text: string): number => {
  const end = contentEnd(pair, text)
  if (!isLastInLine(text, end)) throw new EditRefused('something follows the mapping in its last line')
  return lineEnd(text, end)
}

const below = (lines: readonly string[], text: string): string =>
  lines.map((line) => lineEnding(text) + line).join('')

function indentOf({ text, map }: BlockPlace): number {
  const [first] = map.items
  if (first === undefined) throw new EditRefused('the mapping is empty')
  colonEnd(first)
  return columnOf(text, keyStart(first))
}

/** Indentation step of children: as in this mapping, otherwise as in the enclosing ones. */
function stepOf({ text, map, ancestors }: BlockPlace): number {
  for (const enclosing of [map, ...ancestors.toReversed()]) {
    for (const { key, value } of enclosing.items) {
      if (!isMap(value) || !isBlockCollection(value) || value.items[0] === undefined) continue
      const step = columnOf(text, keyStart(value.items[0])) - columnOf(text, rangeOf(key)[0])
      if (step > 0) return step
    }
  }
  return DEFAULT_STEP
}

/** Replaces the value of an existing key. */
export function replaceValue(place: BlockPlace, pair: Pair, value: unknown): readonly Splice[] {
  const { text } = place
  const colon = colonEnd(pair)
  if (isLeftEmpty(pair)) return fill(place, pair, { from: colon, to: colon, value })
  const old = pair.value
  if (isBlockCollection(old) || (isScalar(old) && old.type?.startsWith('BLOCK_') === true)) {
    return fill(place, pair, { from: keptHeadEnd(text, colon), to: contentEnd(pair, text), value })
  }
  const [start, end] = rangeOf(old)
  const staysInLine = !needsBlock(value) || isCollection(old)
  if (staysInLine) return [{ start, end, text: flowText(value, YAML_FLOW) }]
  return fill(place, pair, { from: colon, to: end, value })
}

/** A comment after `key:` stays when the value is replaced. */
const keptHeadEnd = (text: string, colon: number): number =>
  isLastInLine(text, colon) && text.slice(colon, lineEnd(text, colon)).includes('#')
    ? lineEnd(text, colon)
    : colon

interface Filling {
  readonly from: number
  readonly to: number
  readonly value: unknown
}

/** Puts a value after a key's colon in place of the old one: on the same line or below it. */
function fill(place: BlockPlace, pair: Pair, { from, to, value }: Filling): readonly Splice[] {
  const { text } = place
  if (!needsBlock(value)) {
    if (text.slice(colonEnd(pair), from).includes('#')) throw new EditRefused('there is a comment in the way')
    return [{ start: from, end: to, text: ` ${flowText(value, YAML_FLOW)}` }]
  }
  if (!isLastInLine(text, to)) throw new EditRefused('something follows the value in its line')
  const step = stepOf(place)
  const lines = below(nestedLines(value, columnOf(text, keyStart(pair)) + step, step), text)
  const comment = text.slice(to, lineEnd(text, to))
  return [{ start: from, end: lineEnd(text, to), text: comment + lines }]
}

/** Removes a key and its value, with their lines. */
export function removePair(place: BlockPlace, pair: Pair): readonly Splice[] {
  const { text, map } = place
  if (map.items.length === 1) return emptyMapping(place, pair)
  const start = keyStart(pair)
  colonEnd(pair)
  if (isFirstInLine(text, start)) {
    const end = nextLine(text, endOfContent(pair, text))
    // The last line of a text may have no line ending: then the previous line's ending is removed instead.
    const isUnended = end === text.length && !text.endsWith('\n')
    return [{ start: isUnended ? previousEnd(text, start) : lineStart(text, start), end, text: '' }]
  }
  return removeBesideDash(place, pair)
}

const previousEnd = (text: string, offset: number): number =>
  lineEnd(text, lineStart(text, Math.max(lineStart(text, offset) - 1, 0)))

/** Removes the first key of `- name: x`: the next one moves up to the dash. */
function removeBesideDash({ text, map }: BlockPlace, pair: Pair): readonly Splice[] {
  const next = map.items[map.items.indexOf(pair) + 1]
  if (next === undefined) throw new EditRefused('it shares its line with something else')
  const from = contentEnd(pair, text)
  if (text.slice(from, keyStart(next)).trim() !== '')
    throw new EditRefused('there is a comment between it and the next key')
  return [{ start: keyStart(pair), end: keyStart(next), text: '' }]
}

/** Removes a mapping's only key: the mapping stays, empty, as the operation requires. */
function emptyMapping({ text, map, ancestors }: BlockPlace, only: Pair): readonly Splice[] {
  const owner = ancestors.at(-1)?.items.find(({ value }) => value === map)
  const end = contentEnd(only, text)
  if (owner === undefined) return [{ start: keyStart(only), end, text: '{}' }]
  const colon = colonEnd(owner)
  const between = text.slice(colon, keyStart(only))
  if (between.trim() !== '' || (isNode(map) && map.anchor !== undefined)) {
    throw new EditRefused('there is a comment or an anchor before the only key of its mapping')
  }
  return [{ start: colon, end, text: ' {}' }]
}
