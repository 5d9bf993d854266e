import { Document, visit } from 'yaml'
import { isHazardous, printableJson, printableYaml } from '../core/model/printable.ts'

/** A document for programs: the same data when parsed, and without control characters for a terminal or a CI runner. */
export const jsonText = (document: unknown): string => `${printableJson(JSON.stringify(document, null, 2))}\n`

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
