import type { Result } from '../result/result.ts'
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

/** Of files, where nothing was judged: the Services and Ingresses may be in others. Otherwise nothing. */
const unexposedText = ({ workloads }: Result): string =>
  workloads.length > 0 && workloads.every(isUnjudged)
    ? '; in these files, no workload is behind a load balancer'
    : ''

const isUnjudged = ({ position, exposures, findings }: Result['workloads'][number]): boolean =>
  position !== undefined && exposures.length + findings.length === 0

/** `1 error, 2 warnings; not counted: 4 fixed by Slackwater, 1 accepted, 6 for information` */
export function shortSummary(statements: readonly Statement[], result: Result): string {
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
  const judged = `${counts}${unexposedText(result)}`
  return others.length === 0 ? judged : `${judged}; not counted: ${others.join(', ')}`
}
