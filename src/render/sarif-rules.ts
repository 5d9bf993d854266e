import { FINDINGS, type FindingId } from '../core/findings/catalogue.ts'
import { findingPage, HOME } from '../core/findings/page.ts'
import type { Statement } from '../result/statements.ts'
import { findingHelp } from './finding-help.ts'

/** The level of a severity. */
export const LEVELS = { error: 'error', warning: 'warning', information: 'note' } as const

const DOCS = `${HOME}/blob/main/docs`

/** Where what is no finding is explained. */
const PLACES: Readonly<Record<Statement['what'], string>> = {
  finding: `${DOCS}/findings/README.md`,
  notice: `${DOCS}/findings/README.md#notices-and-notes`,
  note: `${DOCS}/findings/README.md#notices-and-notes`,
  concern: `${DOCS}/report.md#needs-attention`,
  missing: `${DOCS}/report.md#how-it-is-made`,
  problem: `${DOCS}/input-and-output.md#files-that-are-read`,
}

/** The rule behind a statement: what code scanning shows beside each of its results. */
export const ruleOf = (statement: Statement) =>
  isFinding(statement.id) ? findingRule(statement.id) : remarkRule(statement)

const isFinding = (id: string): id is FindingId => Object.hasOwn(FINDINGS, id)

function findingRule(id: FindingId) {
  const { title, severity, action } = FINDINGS[id]
  const text = `${title}. To fix it: ${action}.`
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text },
    help: { text, markdown: findingHelp(id) ?? text },
    helpUri: findingPage(id),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ['availability', 'kubernetes'] },
  }
}

function remarkRule({ id, what, severity }: Statement) {
  const words = id.replaceAll('-', ' ')
  const title = `${words.charAt(0).toUpperCase()}${words.slice(1)}`
  const helpUri = PLACES[what]
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${title}.` },
    help: { text: `${title}: see ${helpUri}`, markdown: `${title}: see [the documentation](${helpUri}).` },
    helpUri,
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ['availability', 'kubernetes'] },
  }
}
