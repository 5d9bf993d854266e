import { type Document, type ParsedNode, parseDocument, type ScalarTag, Schema } from 'yaml'

/** A parsed document; `contents` is null where it is empty. */
export type YamlDocument = Document.Parsed<ParsedNode>

/**
 * kubectl reads plain scalars with sigs.k8s.io/yaml, a fork of go-yaml 2.4: YAML 1.2, but with the booleans and
 * octal numbers of 1.1, and without its base-60 numbers and dates (goyaml.v2 README.md and resolve.go). So the
 * core schema with these two added: `yes` is true, and a mode of 0644 is 420.
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
 * Parses the text of one document.
 * @param keepTokens keeps the syntax tree, which edits need and reading does not.
 * @throws RangeError where the nesting exhausts the stack.
 */
export const parseYaml = (text: string, keepTokens = false): YamlDocument =>
  parseDocument(text, {
    keepSourceTokens: keepTokens,
    logLevel: 'silent',
    prettyErrors: false,
    schema: SCHEMA,
    // Duplicates are found, and said, when the document is turned into plain data: kubectl accepts them.
    uniqueKeys: false,
  })
