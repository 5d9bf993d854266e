import {
  COLLECTION_STYLE,
  constructFromEvents,
  defineMappingTag,
  defineScalarTag,
  EVENT_ID,
  type Event,
  parseEvents,
  SCALAR_STYLE,
  Schema,
  seqTag,
  strTag,
} from 'js-yaml'
import { isRecord } from '../core/model/json-value.ts'
import { plainScalar } from './yaml.ts'

/** A document whose root is a mapping, without the positions of what is in it. */
export interface PlainDocument {
  readonly value: Readonly<Record<string, unknown>>
  /** Of the root node. */
  readonly offset: number
}

/**
 * Reads the values of a document with `js-yaml`, in an eighth of the CPU time that `yaml` takes for its syntax tree and nodes.
 * `yaml` decides what a text means: where the two have been seen to differ, or where something may be wrong, it has to
 * read the document. Tests compare the two over manifests, changed manifests and odd texts.
 * @returns undefined if `yaml` has to read it.
 */
export function readPlainDocument(text: string): PlainDocument | undefined {
  if (text.length > LONGEST || UNUSUAL.test(text)) return undefined
  try {
    const events = parseEvents(text, {})
    const root = events[1]
    if (root?.type !== EVENT_ID.MAPPING || !BEFORE_ROOT.test(text.slice(0, root.start))) return undefined
    const around = { text, hasComments: COMMENT.test(text), hasCommentsAt0: text.includes('\n#', root.start) }
    if (!events.every((event) => isPlain(event, around))) return undefined
    const [value, ...others] = constructFromEvents(events, { source: text, schema: SCHEMA })
    return isRecord(value) && others.length === 0 ? { value, offset: root.start } : undefined
  } catch {
    // `yaml` says what is wrong, in its words.
    return undefined
  }
}

/** Characters (choice: far above most objects). `js-yaml` keeps an event of 100 bytes for every two of them at most. */
const LONGEST = 2 ** 18

const UNUSUAL = new RegExp(
  [
    // Tabs, carriage returns and other characters that YAML treats in ways of their own.
    /[^\n -~\u00a1-\u2027\u202a-\ufefe\uff00-\uffff]/,
    // A colon or a question mark that is a lexeme of its own: without a key, apart from it, or before an explicit one.
    /(?:^|\n) *:|[ {[,]:(?:[ \n,[\]{}]|$)/,
    /(?:^|[\n \]}"'{[,])\?(?:[ \n]|$)/,
    // Text after `|` or `>` that states its indentation, has none, or ends in spaces.
    / [|>][-+]?[1-9][-+]?[ \n]/,
    /\n *[|>][-+]? *(?:#|\n|$)/,
    /\n +$/,
    // An empty line after an escaped line end; a character by eight digits, of which some are none.
    /\\\n *\n/,
    /\\U/,
  ]
    .map(({ source }) => source)
    .join('|'),
)

/** A marker and comments. */
const BEFORE_ROOT = /^(?:---(?=[ \n]))?[ \n]*(?:#[^\n]*\n[ \n]*)*$/

const COMMENT = /\n *#/

/** Not set like others, and perhaps a merge key. */
const OTHER_KEYS = new Set(['__proto__', '<<'])

/** A key must end within 1,024 characters (YAML 1.2, 7.4), and an escape has 10 of them at most. */
const LONGEST_KEY = 100

interface Around {
  readonly text: string
  /** Whether there may be comments in lines of their own. */
  readonly hasComments: boolean
  /** Whether some of them may be at column 0. */
  readonly hasCommentsAt0: boolean
}

/** Whether it is without directive, tag, anchor and alias, and stands where both libraries take it for the same. */
function isPlain(event: Event, around: Around): boolean {
  switch (event.type) {
    case EVENT_ID.DOCUMENT:
      return event.directives.length === 0
    case EVENT_ID.POP:
      return true
    case EVENT_ID.ALIAS:
      return false
    default:
      if (event.tagStart >= 0 || event.anchorStart >= 0) return false
      if (event.type === EVENT_ID.SCALAR) return isPlainScalar(event, around)
      // Comments there are an error to `yaml` alone.
      return event.style === COLLECTION_STYLE.BLOCK || !around.hasCommentsAt0
  }
}

function isPlainScalar({ valueStart, valueEnd, style }: ScalarEvent, { text, hasComments }: Around): boolean {
  if (valueStart < 0 || style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK)
    return true
  const quote = style === SCALAR_STYLE.PLAIN ? 0 : 1
  let start = valueStart - quote - 1
  while (text[start] === ' ') start -= 1
  const before = text[start] ?? '\n'
  let after = valueEnd + quote
  while (text[after] === ' ') after += 1
  const isKey = text[after] === ':'
  // To `js-yaml`, `- [] a: b` is an item and a key of the mapping around the list.
  if (isKey) return '\n-{[,'.includes(before)
  // A value in a line of its own: after a comment, `yaml` lets it end elsewhere.
  return !hasComments || before !== '\n'
}

type ScalarEvent = Extract<Event, { readonly type: typeof EVENT_ID.SCALAR }>

/** Any scalar without quotes; the type is nowhere shown. */
const PLAIN_SCALAR = defineScalarTag<unknown>('tag:yaml.org,2002:null', {
  implicit: true,
  resolve: plainScalar,
  identify: () => false,
})

const MAPPING = defineMappingTag<Record<string, unknown>>('tag:yaml.org,2002:map', {
  create: () => ({}),
  addPair: (record, key, value) => {
    if (typeof key === 'object' && key !== null) return 'a complex key'
    const name = String(key)
    if (name.length > LONGEST_KEY || OTHER_KEYS.has(name)) return 'another key'
    record[name] = value
    return ''
  },
  has: (record, key) => Object.hasOwn(record, String(key)),
  keys: Object.keys,
  get: (record, key) => record[String(key)],
  identify: () => false,
})

const SCHEMA = new Schema([strTag, seqTag, MAPPING, PLAIN_SCALAR])
