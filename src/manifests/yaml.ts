import {
  Composer,
  type Document,
  type DocumentOptions,
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
