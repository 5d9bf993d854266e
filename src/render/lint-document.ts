import { given } from '../kubernetes/json.ts'
import { LINT_FORMAT, type LintDocument } from '../result/lint-schema.ts'
import type { Result } from '../result/result.ts'
import { type Statement, statementsOf } from '../result/statements.ts'
import { fingerprintOf } from './fingerprint.ts'
import { countStatements } from './statement-summary.ts'

/** What `lint` found as a document for programs. */
export function lintDocument(result: Result): LintDocument {
  const statements = statementsOf(result)
  const problems = statements.filter(({ what }) => what === 'problem')
  const others = statements.filter(({ what }) => what !== 'problem')
  return {
    formatVersion: LINT_FORMAT,
    withoutSlackwater: result.isAfterChanges !== true,
    summary: {
      workloads: result.workloads.length,
      ...countStatements(others),
      problems: problems.length,
    },
    findings: others.map(findingDocument),
    problems: problems.map(({ position, message }) => ({
      file: position?.file ?? '',
      ...given('line', position?.line),
      message,
    })),
  }
}

function findingDocument(statement: Statement): LintDocument['findings'][number] {
  const { what, id, severity, state, counts, message, position } = statement
  return {
    ...{
      id,
      what: what === 'finding' || what === 'note' ? what : 'notice',
      severity,
      state,
      counts,
      message,
    },
    ...given('action', statement.action),
    ...given('paste', statement.paste),
    ...given('about', statement.about),
    ...given('reason', statement.reason),
    ...given('object', statement.object),
    ...given('file', position?.file),
    ...given('line', position?.line),
    ...given('source', position?.source),
    fingerprint: fingerprintOf(statement),
  }
}
