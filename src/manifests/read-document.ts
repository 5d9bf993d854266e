import type { YAMLParseError } from 'yaml'
import { type Allowance, type DocumentData, documentData } from './document-data.ts'
import { DocumentError } from './tokens.ts'
import { parseYaml, type YamlDocument } from './yaml.ts'

/** Why a document is not read. */
export interface Unreadable {
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
