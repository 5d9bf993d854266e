import { isDeepStrictEqual } from 'node:util'
import { isAlias, isCollection, isMap, type ParsedNode } from 'yaml'
import { pointerOf } from '../core/model/json-pointer.ts'
import { splitDocuments } from './documents.ts'
import { applyToText } from './edit/apply.ts'
import { columnOf, isFirstInLine, lineEnd } from './edit/lines.ts'
import { isBlockCollection, nodeEnd, ownPair, rangeOf } from './edit/nodes.ts'
import { applyOperation, type EditOperation } from './edit/operation.ts'
import { applySplices, EditRefused, type Splice } from './edit/splice.ts'
import { type ManifestObject, objectText } from './manifest-object.ts'
import { LineIndex, positionText } from './position.ts'
import { readDocument } from './read-document.ts'
import type { SourceText } from './source-text.ts'

/** Operations on one object, with paths from the object's own root. */
export interface Edit {
  readonly object: ManifestObject
  readonly operations: readonly EditOperation[]
}

/** An object that is left unchanged, because its change could not be written safely. */
export interface WriteRefusal {
  readonly object: ManifestObject
  /** Names the object, not its position; without a final period. */
  readonly reason: string
}

export interface WrittenBack {
  readonly text: string
  readonly refusals: readonly WriteRefusal[]
}

/**
 * The text of a source with its objects edited. Everything that no operation names stays the same, byte for byte:
 * comments, blank lines, order, quoting, indentation, line endings. The result is parsed again before it is returned:
 * an edit that does not produce exactly the wanted object, or changes anything else, is refused.
 * @param edits at most one per object, all in this source.
 */
export function writeBack(source: SourceText, edits: readonly Edit[]): WrittenBack {
  const refusals: WriteRefusal[] = []
  const splices: Splice[] = []
  for (const [start, inDocument] of byDocument(edits)) {
    const end = inDocument[0]?.object.place.end ?? start
    const text = source.text.slice(start, end)
    const before = readDocument(text, { keepTokens: true })
    if (!before.readable) throw new Error(`${source.name}: an edit names a document that cannot be read`)
    const { contents } = before.document
    const written = writeDocument({ source, text, start, contents, value: before.data.value }, inDocument)
    for (const refusal of written.refusals) refusals.push(refusal)
    if (written.text !== undefined) splices.push({ start, end, text: written.text })
  }
  return { text: applySplices(source.text, splices), refusals }
}

function byDocument(edits: readonly Edit[]): ReadonlyMap<number, readonly Edit[]> {
  const groups = new Map<number, Edit[]>()
  for (const edit of edits.filter(({ operations }) => operations.length > 0)) {
    const { start } = edit.object.place
    groups.set(start, [...(groups.get(start) ?? []), edit])
  }
  return groups
}

interface DocumentText {
  readonly source: SourceText
  readonly text: string
  /** Offset of the document in its source. */
  readonly start: number
  readonly contents: ParsedNode | null
  /** The whole document as plain data. */
  readonly value: unknown
}

interface WrittenDocument {
  /** Undefined if the document stays unchanged. */
  readonly text: string | undefined
  readonly refusals: readonly WriteRefusal[]
}

/** An edit with the splice that implements it in its document. */
interface Candidate {
  readonly edit: Edit
  readonly splice: Splice
  readonly anchors: readonly string[]
}

function writeDocument(document: DocumentText, edits: readonly Edit[]): WrittenDocument {
  const refusals: WriteRefusal[] = []
  const candidates: Candidate[] = []
  for (const edit of edits) {
    const outcome = attempt(document, edit)
    if ('reason' in outcome) refusals.push(outcome)
    else candidates.push(outcome)
  }
  return proven(document, candidates, refusals)
}

function attempt(document: DocumentText, edit: Edit): Candidate | WriteRefusal {
  try {
    const part = partOf(document, edit.object.place.path)
    const edited = applyToText(part.margin + part.text, edit.object.raw, edit.operations)
    const splice = { start: part.start, end: part.end, text: edited.text.slice(part.margin.length) }
    return { edit, splice, anchors: edited.anchors }
  } catch (error) {
    if (error instanceof EditRefused) return refused(edit, error.message)
    throw error
  }
}

const refused = ({ object }: Edit, why: string): WriteRefusal => ({
  object,
  reason: `${objectText(object)} is not changed: ${why}`,
})

/**
 * The part of a document that contains one object; with the margin before it, it can be parsed as a document of its
 * own.
 */
interface Part {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly margin: string
}

function partOf({ text, contents }: DocumentText, path: readonly string[]): Part {
  if (path.length === 0) return { start: 0, end: text.length, text, margin: '' }
  let node: unknown = contents
  for (const key of path) {
    node = isMap(node)
      ? ownPair(node, key)?.value
      : isCollection(node)
        ? node.get(Number(key), true)
        : undefined
    if (isAlias(node)) throw new EditRefused(`it comes from the alias *${node.source}`)
  }
  const [start, flowEnd] = rangeOf(node)
  const isBlock = isBlockCollection(node)
  const end = isBlock ? lineEnd(text, nodeEnd(node, text)) : flowEnd
  const margin = ' '.repeat(isBlock || isFirstInLine(text, start) ? columnOf(text, start) : 0)
  return { start, end, text: text.slice(start, end), margin }
}

/** Keeps the candidates whose combined result is exactly what was wanted; the others become refusals. */
function proven(
  document: DocumentText,
  candidates: readonly Candidate[],
  refusals: readonly WriteRefusal[],
): WrittenDocument {
  if (candidates.length === 0) return { text: undefined, refusals }
  const text = applySplices(
    document.text,
    candidates.map(({ splice }) => splice),
  )
  if (isAsWanted(document, text, candidates)) return { text, refusals }
  const reused = candidates.filter((candidate) => reusedLine(document, candidate) !== undefined)
  const suspects = reused.length > 0 ? reused : candidates
  const others = candidates.filter((candidate) => !suspects.includes(candidate))
  return proven(document, others, [...refusals, ...suspects.map((suspect) => suspicion(document, suspect))])
}

function suspicion(document: DocumentText, { edit, anchors }: Candidate): WriteRefusal {
  const line = reusedLine(document, { anchors })
  if (line === undefined)
    return refused(edit, 'the edited text would not read as exactly the change that is wanted')
  const names = anchors.map((name) => `&${name}`).join(', ')
  return refused(
    edit,
    `the change lies inside ${names}, which is used again at ${positionText({ file: document.source.name, line })}; ` +
      'write one of the two out',
  )
}

/** Line in the file of the first alias of one of the anchors. */
function reusedLine(
  { source, text, start }: DocumentText,
  { anchors }: Pick<Candidate, 'anchors'>,
): number | undefined {
  const aliases = [...text.matchAll(/\*([^\s,[\]{}]+)/g)]
  const first = aliases.find(({ 1: name = '' }) => anchors.includes(name))
  return first === undefined ? undefined : new LineIndex(source.text).lineAt(start + first.index)
}

/** Parses the edited text again: the whole document must equal the old one with the operations applied. */
function isAsWanted(
  { text, value }: DocumentText,
  edited: string,
  candidates: readonly Candidate[],
): boolean {
  const after = readDocument(edited)
  if (!after.readable) return false
  if (splitDocuments(edited).length !== splitDocuments(text).length) return false
  let wanted: unknown = structuredClone(value)
  for (const { edit } of candidates) {
    const prefix = pointerOf(edit.object.place.path)
    for (const operation of edit.operations) {
      wanted = applyOperation(wanted, { ...operation, path: prefix + operation.path })
    }
  }
  return isDeepStrictEqual(after.data.value, wanted)
}
