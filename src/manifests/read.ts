import type { YAMLParseError } from 'yaml'
import { type Allowance, allowance, type DocumentData, documentData } from './document-data.ts'
import { type Span, splitDocuments } from './documents.ts'
import type { ManifestObject } from './manifest-object.ts'
import { type DocumentContext, type Located, locateObjects } from './objects.ts'
import type { SourceText } from './paths.ts'
import { LineIndex, type Note, type Problem } from './position.ts'
import { DocumentError } from './tokens.ts'
import { parseYaml, type YamlDocument } from './yaml.ts'

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
  const parsed = readDocument(text, { shared })
  if (!parsed.readable) return { objects: [], problems: [problemAt(reading, text, parsed)], notes: [] }
  const lineOf = (offset: number): number => lines.lineAt(span.start + offset)
  const found = located({ file: source.name, span, lineOf, ...parsed })
  if ('message' in found) return { objects: [], problems: [problemAt(reading, text, found)], notes: [] }
  const complexKey = parsed.data.complexKeys[0]
  if (complexKey !== undefined && found.objects.length > 0) {
    const message = 'a mapping or list where a key was expected'
    return { objects: [], problems: [problemAt(reading, text, { message, offset: complexKey })], notes: [] }
  }
  const duplicates = parsed.data.duplicates.map(({ key, offset }): Note => {
    const said = `duplicate key ${JSON.stringify(key)} in one mapping: the last one counts, as in kubectl`
    return { severity: 'warning', id: 'duplicate-key', file: source.name, line: lineOf(offset), text: said }
  })
  return { objects: found.objects, problems: [], notes: [...duplicates, ...found.notes] }
}

function located(context: DocumentContext): Located | Unreadable {
  try {
    return locateObjects(context)
  } catch (error) {
    if (error instanceof DocumentError) return { message: error.message, offset: error.offset }
    throw error
  }
}

interface Unreadable {
  readonly message: string
  /** In the text of the document. */
  readonly offset: number
}

/** One document, parsed and as plain data, or why it is unreadable. */
type DocumentReading =
  | { readonly readable: true; readonly document: YamlDocument; readonly data: DocumentData }
  | ({ readonly readable: false } & Unreadable)

interface ReadingOptions {
  /** See parseYaml. */
  readonly keepTokens?: boolean
  /** What documents read together may add through aliases; absent: the limit for one command. */
  readonly shared?: Allowance
}

export function readDocument(
  text: string,
  { keepTokens = false, shared }: ReadingOptions = {},
): DocumentReading {
  try {
    const document = parseYaml(text, keepTokens)
    const error = tabIn(document.errors) ?? firstOf(document.errors)
    if (error !== undefined) {
      // If something is missing at the end, the parser points to the next document's line: the last line with text is
      // clearer.
      return {
        readable: false,
        message: isIndentedWithTab(text, error.pos[0]) ? TAB : syntaxMessage(error),
        offset: Math.min(error.pos[0], text.trimEnd().length),
      }
    }
    return { readable: true, document, data: documentData(document, text.length, shared) }
  } catch (error) {
    if (error instanceof DocumentError)
      return { readable: false, message: error.message, offset: error.offset }
    // The parser is recursive: thousands of levels, each indented further, exhaust the stack.
    if (error instanceof RangeError) return { readable: false, message: 'nested too deeply', offset: 0 }
    throw error
  }
}

const firstOf = (errors: readonly YAMLParseError[]): YAMLParseError | undefined =>
  errors.reduce<YAMLParseError | undefined>(
    (first, error) => (first === undefined || error.pos[0] < first.pos[0] ? error : first),
    undefined,
  )

/** The parser finds further errors beside a tab, some of them before it: the tab is their cause. */
const tabIn = (errors: readonly YAMLParseError[]): YAMLParseError | undefined =>
  firstOf(errors.filter(({ code }) => code === 'TAB_AS_INDENT'))

const TAB = 'Tabs are not allowed as indentation: expected spaces'

/** Whether the line of an error begins with a tab: in brackets and in text, the parser reports its column only. */
function isIndentedWithTab(text: string, offset: number): boolean {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  return /^ *\t/.test(text.slice(start, offset + 1))
}

/** What the parser expected, for errors whose own message shows only what it found. */
const EXPECTED: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'the name of an anchor',
  BAD_DQ_ESCAPE: 'two backslashes, or the text in single quotes',
  BAD_INDENT: 'the indentation of the lines beside it, and every bracket closed before it',
  BAD_SCALAR_START: 'the text in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'text with a colon in quotes, or the value on lines of its own',
  BLOCK_IN_FLOW: 'values inside { } or [ ] in the same style, or quoted text',
  MISSING_CHAR: 'a complete key: value, and every quote and bracket closed',
  RESOURCE_EXHAUSTION: 'fewer levels',
  TAB_AS_INDENT: 'spaces',
  UNEXPECTED_TOKEN: 'one complete YAML or JSON document; is a quote or an indentation missing before it?',
}

/** If the stack is exhausted, the parser's message is the JavaScript engine's. */
const syntaxMessage = ({ code, message }: YAMLParseError): string =>
  `${code === 'RESOURCE_EXHAUSTION' ? 'nested too deeply' : message}: expected ${EXPECTED[code] ?? 'valid YAML or JSON'}`

/** A template's braces are valid YAML only by accident, and usually not valid. */
const TEMPLATE_HINT =
  'looks like a Helm template: render it with helm template and pipe it in (slackwater plan -f -)'

function problemAt({ source, span, lines }: Reading, text: string, { message, offset }: Unreadable): Problem {
  const at = span.start + offset
  return {
    file: source.name,
    line: lines.lineAt(at),
    column: lines.columnAt(at),
    message: text.includes('{{') ? `${message}; ${TEMPLATE_HINT}` : message,
  }
}
