import { isMap, isScalar, type Pair, type YAMLMap } from 'yaml'
import { indentationAt, isFirstInLine, isLastInLine, lineEnd, lineEnding, lineStart } from './lines.ts'
import { colonEnd, contentEnd, isLeftEmpty, keyStart, rangeOf } from './nodes.ts'
import { type FlowStyle, flowProperty, flowText, needsBlock } from './render.ts'
import { EditRefused, type Splice } from './splice.ts'

/** A mapping in braces, with the enclosing mappings, outermost first. */
interface FlowPlace {
  readonly text: string
  readonly map: YAMLMap
  readonly ancestors: readonly YAMLMap[]
}

/** Adds a key after the last one, on its own line if the others are on their own lines. */
export function insertProperty(place: FlowPlace, key: string, value: unknown): readonly Splice[] {
  const { text, map } = place
  const last = map.items.at(-1)
  const [start, end] = rangeOf(map)
  if (last === undefined) {
    if (text.slice(start + 1, end - 1).trim() !== '')
      throw new EditRefused('there is a comment in the empty braces')
    return [{ start, end, text: flowText({ [key]: value }, styleIn(place)) }]
  }
  const style = styleIn(place, last)
  const lastEnd = propertyEnd(last, text)
  const comma = text.slice(lastEnd, end).match(/^\s*,/)?.[0].length
  const property = flowProperty(key, value, style)
  const commaAt = comma === undefined ? lastEnd : lastEnd + comma
  if (style.lines === undefined || !isLastInLine(text, commaAt)) {
    return [
      {
        start: commaAt,
        end: commaAt,
        text: `${comma === undefined ? ',' : ''}${style.isMinified ? '' : ' '}${property}`,
      },
    ]
  }
  const line = `${style.lines.ending}${style.lines.indent}${property}${comma === undefined ? '' : ','}`
  const at = lineEnd(text, commaAt)
  const rest = text.slice(commaAt, at)
  return [{ start: commaAt, end: at, text: `${comma === undefined ? ',' : ''}${rest}${line}` }]
}

const propertyEnd = (pair: Pair, text: string): number =>
  pair.value === null ? rangeOf(pair.key)[1] : contentEnd(pair, text)

/** The style of a mapping's keys: its own, or for an empty one that of the enclosing mapping. */
function styleIn({ text, map, ancestors }: FlowPlace, example?: Pair): FlowStyle {
  const enclosing = ancestors.findLast((ancestor) => ancestor.items.length > 0)
  const shown = example ?? ownerOf(map, enclosing)
  if (shown === undefined) return { isQuoted: true, isMinified: true, lines: undefined }
  const isQuoted = isScalar(shown.key) && shown.key.type === 'QUOTE_DOUBLE'
  const isMinified = isQuoted && !isLeftEmpty(shown) && !/\s/.test(text[colonEnd(shown)] ?? ' ')
  const isInBraces = example !== undefined || enclosing?.flow === true
  const hasOwnLine = isInBraces && isFirstInLine(text, keyStart(shown))
  const indent = indentationAt(text, keyStart(shown))
  const step = stepOf(text, example === undefined ? enclosing : map)
  return { isQuoted, isMinified, lines: hasOwnLine ? { indent, step, ending: lineEnding(text) } : undefined }
}

const ownerOf = (map: YAMLMap, enclosing: YAMLMap | undefined): Pair | undefined =>
  enclosing?.items.find(({ value }) => value === map) ?? enclosing?.items[0]

/** How much deeper a mapping's keys are indented than the line that opens it. */
function stepOf(text: string, map: YAMLMap | undefined): string {
  const [first] = map?.items ?? []
  if (map === undefined || first === undefined) return '  '
  const open = rangeOf(map)[0]
  const outer = /^[ \t]*/.exec(text.slice(lineStart(text, open)))?.[0] ?? ''
  return indentationAt(text, keyStart(first)).slice(outer.length) || '  '
}

/** Replaces the value of an existing key. */
export function replaceProperty(place: FlowPlace, pair: Pair, value: unknown): readonly Splice[] {
  const style = styleIn(place, pair)
  if (isLeftEmpty(pair)) {
    const colon = colonEnd(pair)
    return [{ start: colon, end: colon, text: ` ${flowText(value, style)}` }]
  }
  const [start, end] = rangeOf(pair.value)
  const isCommented = isMap(pair.value) && needsBlock(value) && /(?:^|\s)#/.test(place.text.slice(start, end))
  if (isCommented) throw new EditRefused('there are comments inside the value')
  return [{ start, end, text: flowText(value, style) }]
}

/** Removes a key with one comma. */
export function removeProperty({ text, map }: FlowPlace, pair: Pair): readonly Splice[] {
  const index = map.items.indexOf(pair)
  const next = map.items[index + 1]
  const previous = map.items[index - 1]
  const end = propertyEnd(pair, text)
  if (next !== undefined) return [gapFree(text, { start: keyStart(pair), kept: end, end: keyStart(next) })]
  if (previous === undefined) return [{ start: keyStart(pair), end, text: '' }]
  const from = propertyEnd(previous, text)
  const gap = text.slice(from, keyStart(pair))
  if (gap.includes('#')) throw new EditRefused('there is a comment before it')
  return [{ start: from, end, text: '' }]
}

function gapFree(text: string, range: { start: number; kept: number; end: number }): Splice {
  if (text.slice(range.kept, range.end).includes('#')) throw new EditRefused('there is a comment after it')
  return { start: range.start, end: range.end, text: '' }
}
