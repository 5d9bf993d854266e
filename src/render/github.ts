import { printable } from '../core/model/printable.ts'
import { given } from '../kubernetes/json.ts'
import type { Result } from '../result/result.ts'
import { rankOf, type Statement, statementsOf } from '../result/statements.ts'
import { fileOf, isInFile } from './file-names.ts'
import { placeText, sentenceOf } from './statement-lines.ts'
import { shortSummary } from './statement-summary.ts'

/**
 * A result as workflow commands of GitHub Actions: an annotation for everything that counts, errors first, because of
 * each kind only the first ten of a step are shown; and one notice with the numbers.
 */
export function github(result: Result): string {
  const statements = statementsOf(result)
  const shown = statements.filter(({ counts }) => counts).toSorted((a, b) => rankOf(a) - rankOf(b))
  return `${[...shown.map(annotationOf), summaryOf(statements, result)].join('\n')}\n`
}

function annotationOf(statement: Statement): string {
  const { id, severity, position, action } = statement
  const { file, line } = position === undefined ? {} : fileOf(position)
  const properties = {
    ...given('file', file),
    ...given('line', line?.toString()),
    title: `Slackwater ${id}`,
  }
  const lines = [
    sentenceOf(statement),
    ...(action === undefined ? [] : [`To fix it: ${action}`]),
    ...(position === undefined || isInFile(position) ? [] : [`In ${placeText(position)}`]),
  ]
  return commandOf(severity === 'error' ? 'error' : 'warning', properties, lines)
}

const summaryOf = (statements: readonly Statement[], result: Result): string =>
  commandOf('notice', { title: `Slackwater ${result.command}` }, [shortSummary(statements, result)])

/** `::warning file=web.yaml,line=12,title=…::message` */
const commandOf = (
  name: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string>>,
  lines: readonly string[],
): string => {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(value)}`)
  return `::${name} ${pairs.join(',')}::${lines.map(escaped).join('%0A')}`
}

/** A percent sign and line ends, as the runner reads them (actions/toolkit, packages/core/src/command.ts). */
const escaped = (text: string): string =>
  printable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const escapedProperty = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
