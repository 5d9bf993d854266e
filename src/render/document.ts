import { Document, visit } from 'yaml'
import { isHazardous, printableJson, printableYaml } from '../core/model/printable.ts'

/** A document for programs: the same data when parsed, and without control characters for a terminal or a CI runner. */
export const jsonText = (document: unknown): string => `${printableJson(JSON.stringify(document, null, 2))}\n`

/**
 * The text of `jsonText` piece by piece, for a long document: what is deeper in it than `depth` is one piece. The whole
 * text never stands in memory.
 */
export function* jsonPieces(document: unknown, depth: number): Generator<string> {
  yield* partsOf(document, { depth, lead: '', indent: '' })
  yield '\n'
}

interface Part {
  readonly depth: number
  /** What stands before it. */
  readonly lead: string
  /** Before each of its lines but the first. */
  readonly indent: string
}

function* partsOf(value: unknown, { depth, lead, indent }: Part): Generator<string> {
  const parts = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const known = parts.filter(([, part]) => part !== undefined || Array.isArray(value))
  if (depth === 0 || known.length === 0) {
    const text = printableJson(JSON.stringify(value, null, 2) ?? 'null')
    yield lead + text.replaceAll('\n', `\n${indent}`)
    return
  }
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  const inner = `${indent}  `
  let before = `${lead}${open}`
  for (const [key, part] of known) {
    const name = Array.isArray(value) ? '' : `${printableJson(JSON.stringify(key))}: `
    yield* partsOf(part, { depth: depth - 1, lead: `${before}\n${inner}${name}`, indent: inner })
    before = ','
  }
  yield `\n${indent}${close}`
}

/** Like `jsonText`. Lines are not folded: otherwise a word inside a text could start a line. */
export function yamlText(document: unknown): string {
  const yaml = new Document(document, { aliasDuplicateObjects: false })
  visit(yaml, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && isHazardous(scalar.value)) scalar.type = 'QUOTE_DOUBLE'
    },
  })
  return printableYaml(
    yaml.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER }),
  )
}
