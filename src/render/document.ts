import { Document, visit } from 'yaml'
import { isHazardous, printableJson, printableYaml } from '../core/model/printable.ts'

/** A document for machines: the same data when it is read, and nothing in it that a terminal or a CI runner obeys. */
export const jsonText = (document: unknown): string => `${printableJson(JSON.stringify(document, null, 2))}\n`

/** As `jsonText`. No line is folded: a word in the middle of a text would begin one. */
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
