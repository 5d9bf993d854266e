import { type Allowance, allowance } from './document-data.ts'
import { type Span, splitDocuments } from './documents.ts'
import type { ManifestObject } from './manifest-object.ts'
import { type DocumentContext, isList, type Located, locateObjects, offsetOf } from './objects.ts'
import { readPlainDocument } from './plain-document.ts'
import { LineIndex, type Note, type Problem } from './position.ts'
import { readDocument, type Unreadable } from './read-document.ts'
import type { SourceText } from './source-text.ts'
import { DocumentError } from './tokens.ts'

/** The content of some sources, in their order. */
export interface ManifestSet {
  readonly objects: readonly ManifestObject[]
  readonly problems: readonly Problem[]
  readonly notes: readonly Note[]
}

/**
 * Reads every document of every source. An unreadable document becomes a problem, and one that is not a Kubernetes
 * object a note; neither affects other documents.
 */
export function readManifests(sources: readonly SourceText[]): ManifestSet {
  const objects: ManifestObject[] = []
  const problems: Problem[] = []
  const notes: Note[] = []
  const shared = allowance()
  for (const source of sources) {
    const lines = new LineIndex(source.text)
    for (const span of splitDocuments(source.text)) {
      const found = readSpan({ source, span, lines, shared })
      // One by one: a document may contain more items than a call may have arguments.
      for (const object of found.objects) objects.push(object)
      for (const problem of found.problems) problems.push(problem)
      for (const note of found.notes) notes.push(note)
    }
  }
  return { objects, problems, notes }
}

interface Reading {
  readonly source: SourceText
  readonly span: Span
  readonly lines: LineIndex
  readonly shared: Allowance
}

function readSpan(reading: Reading): ManifestSet {
  const { source, span, lines, shared } = reading
  const text = source.text.slice(span.start, span.end)
  const lineOf = (offset: number): number => lines.lineAt(span.start + offset)
  const from = originOf(source, text)
  const inFile = { file: source.name, from, span, lineOf }
  const plain = readPlainDocument(text)
  if (plain !== undefined && !isList(plain.value)) {
    return { ...locateObjects({ ...inFile, ...plain, input: source }), problems: [] }
  }
  const parsed = readDocument(text, { shared })
  if (!parsed.readable) return { objects: [], problems: [problemAt(reading, text, parsed)], notes: [] }
  const root = parsed.document.contents
  const found = located({ ...inFile, value: parsed.data.value, offset: offsetOf(root), root, input: source })
  if ('message' in found) return { objects: [], problems: [problemAt(reading, text, found)], notes: [] }
  const complexKey = parsed.data.complexKeys[0]
  // Also if it is the name: passed over, an Ingress would be missing where nobody looks.
  const isNameless = found.notes.some(({ id }) => id === 'name-not-a-string')
  if (complexKey !== undefined && (found.objects.length > 0 || isNameless)) {
    const message = 'a mapping or list where a key was expected'
    return { objects: [], problems: [problemAt(reading, text, { message, offset: complexKey })], notes: [] }
  }
  const duplicates = parsed.data.duplicates.map(({ key, offset }): Note => {
    const said = `duplicate key ${JSON.stringify(key)} in one mapping: the last one counts, as in kubectl`
    const place = { file: source.name, line: lineOf(offset), ...from }
    return { severity: 'warning', id: 'duplicate-key', ...place, text: said }
  })
  return { objects: found.objects, problems: [], notes: [...duplicates, ...found.notes] }
}

/** As a part of a position. */
function originOf({ sourceOf }: SourceText, document: string): { readonly source?: string } {
  const source = sourceOf?.(document)
  return source === undefined ? {} : { source }
}

function located(context: DocumentContext): Located | Unreadable {
  try {
    return locateObjects(context)
  } catch (error) {
    if (error instanceof DocumentError) return { message: error.message, offset: error.offset }
    throw error
  }
}

/** A template's braces are valid YAML only by accident, and usually not valid. */
const TEMPLATE_HINT =
  'looks like a Helm template: give the folder of its chart with --render, or pipe in what helm template prints (-f -)'

function problemAt({ source, span, lines }: Reading, text: string, { message, offset }: Unreadable): Problem {
  const at = span.start + offset
  return {
    file: source.name,
    line: lines.lineAt(at),
    column: lines.columnAt(at),
    ...originOf(source, text),
    message: text.includes('{{') ? `${message}; ${TEMPLATE_HINT}` : message,
  }
}
