import { HOME } from '../core/findings/page.ts'
import { printable } from '../core/model/printable.ts'
import type { Result } from '../result/result.ts'
import { rankOf, type Statement, statementsOf } from '../result/statements.ts'
import { counted } from './counted.ts'
import { jsonText } from './document.ts'
import { isInFile } from './file-names.ts'
import { fingerprintOf } from './fingerprint.ts'
import { locationsOf } from './sarif-locations.ts'
import { LEVELS, ruleOf } from './sarif-rules.ts'
import { placeText, sentenceOf } from './statement-lines.ts'

/** Where the schema of the format is published (OASIS, SARIF 2.1.0 with errata 01). */
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/**
 * Results of one run. GitHub stores 5,000 of a run and refuses a file with more than 25,000 (docs.github.com, SARIF
 * results exceed one or more limits). Of a thousand workloads all results fit.
 */
export const MOST_RESULTS = 5_000

/** A result as SARIF 2.1.0, for code scanning. */
export function sarif(result: Result): string {
  const statements = statementsOf(result)
  const about = statements.filter((statement) => !isAboutRun(statement))
  // What is left out is what counts least.
  const kept = new Set(about.toSorted((a, b) => rankOf(a) - rankOf(b)).slice(0, MOST_RESULTS))
  const results = about.filter((statement) => kept.has(statement))
  const rules = [...new Map(results.map((statement) => [statement.id, statement])).values()]
  const ids = rules.map(({ id }) => id)
  const notifications = statements.filter(isAboutRun)
  return jsonText({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Slackwater',
            ...{ version: result.version, semanticVersion: result.version, informationUri: HOME },
            rules: rules.map(ruleOf),
          },
        },
        invocations: [
          {
            executionSuccessful: !notifications.some(({ severity }) => severity === 'error'),
            toolExecutionNotifications: [
              ...notifications.map(notificationOf),
              ...leftOut(about.length - results.length),
            ],
          },
        ],
        originalUriBaseIds: {
          '%SRCROOT%': { description: { text: 'The folder in which the command was run.' } },
        },
        columnKind: 'utf16CodeUnits',
        results: results.map((statement) => resultOf(statement, ids)),
      },
    ],
  })
}

/** Input that could not be read, parts that are missing, and information about files are no results. */
const isAboutRun = ({ what, severity, object }: Statement): boolean =>
  what === 'problem' ||
  what === 'missing' ||
  (what === 'note' && severity === 'information' && object === undefined)

const notificationOf = (statement: Statement) => ({
  descriptor: { id: statement.id },
  level: LEVELS[statement.severity],
  message: { text: textOf(statement) },
  ...(statement.position === undefined ? {} : { locations: locationsOf(statement) }),
})

const leftOut = (count: number) =>
  count === 0
    ? []
    : [
        {
          descriptor: { id: 'results-left-out' },
          level: 'warning',
          message: {
            text: `${counted(count, 'result')} left out, the least severe: code scanning keeps no more than ${MOST_RESULTS}. Give fewer files at a time, or use -o json.`,
          },
        },
      ]

const resultOf = (statement: Statement, ids: readonly string[]) => ({
  ruleId: statement.id,
  ruleIndex: ids.indexOf(statement.id),
  level: statement.state === 'fixed' ? 'note' : LEVELS[statement.severity],
  message: { text: textOf(statement) },
  locations: locationsOf(statement),
  partialFingerprints: fingerprintsOf(statement),
  suppressions: suppressionsOf(statement),
})

/**
 * Code scanning compares `primaryLocationLineHash` and no other (docs.github.com, SARIF support). The action that
 * uploads computes it from the file, and warns of any other value; without a file it cannot.
 */
const fingerprintsOf = (statement: Statement) => {
  const own = fingerprintOf(statement)
  return {
    'slackwater/v1': own,
    ...(statement.position === undefined || !isInFile(statement.position)
      ? { primaryLocationLineHash: own }
      : {}),
  }
}

/** Empty where there is none: absent would mean that nothing is known about it (SARIF 2.1.0, 3.27.23). */
const suppressionsOf = ({ state, reason = '' }: Statement) => {
  if (state === 'accepted')
    return [{ kind: 'external', status: 'accepted', justification: printable(reason) }]
  if (state === 'fixed') return [{ kind: 'external', status: 'accepted', justification: FIXED }]
  return []
}

const FIXED = 'Slackwater fixes it when the object is applied.'

/** One sentence, and what to do. */
function textOf(statement: Statement): string {
  const { action, state, position } = statement
  const done = state === 'fixed' ? ` ${FIXED}` : action === undefined ? '' : ` To fix it: ${action}.`
  const place = position === undefined || isInFile(position) ? '' : ` In ${placeText(position)}.`
  return plain(`${sentenceOf(statement)}.${done}${place}`)
}

/** `[text](target)` would be a link (SARIF 2.1.0, 3.11.6). */
const plain = (text: string): string => printable(text).replaceAll(/[[\]](?=[^[\]]*\]?\()/g, '\\$&')
