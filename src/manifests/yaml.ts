import {
  Composer,
  type Document,
  type DocumentOptions,
  isScalar,
  type ParsedNode,
  type ParseOptions,
  type ScalarTag,
  Schema,
  type SchemaOptions,
} from 'yaml'
import { tokensOf } from './tokens.ts'

/** A parsed document; `contents` is null if it is empty. */
export type YamlDocument = Document.Parsed<ParsedNode>

/**
 * kubectl reads plain scalars with sigs.k8s.io/yaml, a fork of go-yaml 2.4: YAML 1.2, but with the booleans and octal
 * numbers of 1.1, and without its base-60 numbers and dates (goyaml.v2 README.md and resolve.go). So this is the core
 * schema with these two added: `yes` is true, and a mode of 0644 is 420.
 */
const BOOLEAN_OF_1_1: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/,
  resolve: (text) => /^(?:y|on)/i.test(text),
}

const OCTAL_OF_1_1: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
}

const SCHEMA = new Schema({
  schema: 'core',
  customTags: (tags) => [BOOLEAN_OF_1_1, OCTAL_OF_1_1, ...tags],
})

/** Whether a scalar without quotes can be anything but text: a number, null, or a boolean in any case of letters. */
const MAY_BE_MORE = /^(?:$|[-+.\d]|~$|(?:null|true|false|yes|no|on|off|y|n)$)/i

/** The value of a scalar without quotes on one line, as the parser would read it. */
export function plainScalar(text: string): unknown {
  if (!MAY_BE_MORE.test(text)) return text
  const tag = SCALARS.find(({ test }) => test?.test(text))
  const value = tag?.resolve(text, unexpected, PLAIN) ?? text
  return isScalar(value) ? value.value : value
}

const SCALARS = SCHEMA.tags.filter((tag): tag is ScalarTag => !tag.collection && tag.default === true)
const PLAIN: ParseOptions = {}

/** No scalar that passes the test of its tag is broken. */
function unexpected(message: string): never {
  throw new Error(message)
}

/**
 * Parses the text of one document as kubectl does.
 * @param keepTokens keeps the syntax tree, which edits need and reading does not.
 * @throws DocumentError if the text exceeds a limit for memory or stack.
 */
export const parseYaml = (text: string, keepTokens = false): YamlDocument =>
  compose(text, { keepSourceTokens: keepTokens, schema: SCHEMA })

/** Parses the text of one document as YAML 1.2; throws as parseYaml does. */
export const parseCoreYaml = (text: string): YamlDocument => compose(text, { schema: 'core' })

function compose(text: string, options: DocumentOptions & SchemaOptions & ParseOptions): YamlDocument {
  const composer = new Composer<ParsedNode>({
    ...options,
    logLevel: 'silent',
    prettyErrors: false,
    // Reported when the document is converted to plain data: the parser would compare each key with all before.
    uniqueKeys: false,
  })
  const first = withoutTraces(() => composer.compose(tokensOf(text), true, text.length).next())
  if (first.done === true) throw new Error('the parser gives a document for every text')
  return first.value
}

/** A broken text gives an error for each of its lexemes; stack traces would take most of the time and memory. */
function withoutTraces<T>(act: () => T): T {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return act()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
