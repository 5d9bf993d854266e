import { isDeepStrictEqual } from 'node:util'
import { isMap, isSeq, type YAMLSeq } from 'yaml'
import { isRecord } from '../core/model/json-value.ts'
import { splitDocuments } from './documents.ts'
import { applyToText } from './edit/apply.ts'
import { lineEnd, lineEnding, lineStart } from './edit/lines.ts'
import { nodeEnd, ownPair, rangeOf } from './edit/nodes.ts'
import { applySplices, EditRefused, type Splice } from './edit/splice.ts'
import { readDocument } from './read-document.ts'

/**
 * The text of a kustomization with one more entry at the end of its `resources`; every other byte stays, comments
 * included.
 * @param name of a file beside it, one plain scalar of YAML.
 * @returns undefined if there is no place that needs no guessing; the same text if it is listed.
 */
export function withResource(text: string, name: string): string | undefined {
  if (splitDocuments(text).length > 1) return undefined
  const read = readDocument(text, { keepTokens: true })
  if (!read.readable || !isRecord(read.data.value)) return undefined
  const { value } = read.data
  const listed = value['resources'] ?? []
  if (!Array.isArray(listed)) return undefined
  if (listed.includes(name) || listed.includes(`./${name}`)) return text
  const resources = [...listed, name]
  try {
    const node = isMap(read.document.contents)
      ? ownPair(read.document.contents, 'resources')?.value
      : undefined
    const edited =
      isSeq(node) && node.items.length > 0
        ? applySplices(text, [afterLast(node, text, name)])
        : applyToText(text, value, [{ op: 'add', path: '/resources', value: resources }]).text
    const again = readDocument(edited)
    return again.readable && isDeepStrictEqual(again.data.value, { ...value, resources }) ? edited : undefined
  } catch (error) {
    if (error instanceof EditRefused) return undefined
    throw error
  }
}

function afterLast(list: YAMLSeq, text: string, name: string): Splice {
  const last = list.items.at(-1)
  const end = nodeEnd(last, text)
  if (list.flow === true) return { start: end, end, text: `, ${name}` }
  const [start] = rangeOf(last)
  const marker = /^ *- /.exec(text.slice(lineStart(text, start), start))
  if (marker === null) throw new EditRefused('its last item does not begin a line')
  const at = lineEnd(text, end)
  return { start: at, end: at, text: `${lineEnding(text)}${marker[0]}${name}` }
}
