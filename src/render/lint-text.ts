import { printable } from '../core/model/printable.ts'
import type { Result } from '../result/result.ts'
import { type Statement, statementsOf } from '../result/statements.ts'
import { counted } from './counted.ts'
import type { Paper } from './paint.ts'
import { lineOf, placeText, templateText, wordOf } from './statement-lines.ts'
import { shortSummary } from './statement-summary.ts'

/**
 * What a linter prints: a line for each statement that begins with its place, and what to do below it; the files apart,
 * and a summary. Lines are not folded, because editors and CI systems read them.
 */
export function lintText(result: Result, { paint }: Pick<Paper, 'paint'>): string {
  const all = statementsOf(result)
  const statements = all.filter(({ what }) => what !== 'problem')
  const files = [...Map.groupBy(statements, ({ position }) => position?.file ?? '').values()]
  const blocks = files.map((group) => group.flatMap((statement) => drawStatement(statement, paint)))
  const problems = all.length - statements.length
  const unread = problems === 0 ? '' : `; ${counted(problems, 'problem')} with the input (on standard error)`
  const summary = `${counted(result.workloads.length, 'workload')} in ${counted(filesIn(result), 'file')}: ${shortSummary(statements, result)}${unread}`
  return `${[...blocks, [paint.bold(summary)]].map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function drawStatement(statement: Statement, paint: Paper['paint']): readonly string[] {
  const { position, action, counts } = statement
  const place = position === undefined ? '' : `${placeText(position)}: `
  const line = printable(`${place}${lineOf(statement)}`)
  const template = counts ? templateText(statement) : undefined
  const told = [template, counts ? action : undefined].flatMap((text) =>
    text === undefined ? [] : [`    ${printable(text)}`],
  )
  return [colorOf(statement, paint)(line), ...told]
}

const colorOf = (statement: Statement, paint: Paper['paint']) =>
  ({
    error: paint.red,
    warning: paint.yellow,
    information: paint.dim,
    fixed: paint.green,
    accepted: paint.dim,
  })[wordOf(statement)]

const filesIn = ({ workloads }: Result): number =>
  new Set(workloads.map(({ position }) => position?.file)).size
