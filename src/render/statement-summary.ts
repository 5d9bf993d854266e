import type { Statement } from '../result/statements.ts'
import { counted, digits } from './counted.ts'

/** Statements by what becomes of them. */
interface StatementCounts {
  readonly errors: number
  readonly warnings: number
  readonly information: number
  readonly fixed: number
  readonly accepted: number
}

export function countStatements(statements: readonly Statement[]): StatementCounts {
  const of = (is: (statement: Statement) => boolean): number => statements.filter(is).length
  return {
    errors: of(({ counts, severity }) => counts && severity === 'error'),
    warnings: of(({ counts, severity }) => counts && severity === 'warning'),
    information: of(({ counts, state }) => !counts && state === 'open'),
    fixed: of(({ state }) => state === 'fixed'),
    accepted: of(({ state }) => state === 'accepted'),
  }
}

/** `1 error, 2 warnings; not counted: 4 fixed by Slackwater, 1 accepted, 6 for information` */
export function shortSummary(statements: readonly Statement[]): string {
  const { errors, warnings, information, fixed, accepted } = countStatements(statements)
  const grave = [
    ...(errors === 0 ? [] : [counted(errors, 'error')]),
    ...(warnings === 0 ? [] : [counted(warnings, 'warning')]),
  ]
  const others = [
    ...(fixed === 0 ? [] : [`${digits(fixed)} fixed by Slackwater when applied`]),
    ...(accepted === 0 ? [] : [`${digits(accepted)} accepted`]),
    ...(information === 0 ? [] : [`${digits(information)} for information`]),
  ]
  const counts = grave.length === 0 ? 'no errors or warnings' : grave.join(', ')
  return others.length === 0 ? counts : `${counts}; not counted: ${others.join(', ')}`
}
