import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'

const published = 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'
const { id: _, ...schema } = JSON.parse(readFileSync(published, 'utf8'))

const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
addFormats.default(ajv)
/** The schema is of draft 4, and uses nothing that draft 7 reads otherwise but the name of `$id`. */
const check = ajv.compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' })

/** What the schema of SARIF 2.1.0 objects to. */
export function sarifProblems(document: unknown): readonly string[] {
  return check(document)
    ? []
    : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`)
}
