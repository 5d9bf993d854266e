import packageJson from '../../package.json' with { type: 'json' }
import { EXIT, type FailOn } from '../judgement/exit.ts'
import { lintExitCode } from '../judgement/exit-code.ts'
import { jsonText, yamlText } from '../render/document.ts'
import { renderResult } from '../render/formats.ts'
import { lintDocument } from '../render/lint-document.ts'
import { lintText } from '../render/lint-text.ts'
import { paperOf } from '../render/paint.ts'
import { problemText } from '../render/problem-text.ts'
import { countStatements } from '../render/statement-summary.ts'
import { complain, refuse, type Terminal } from '../render/terminal.ts'
import { asWritten, resultOfPlan } from '../result/from-plan.ts'
import type { Result } from '../result/result.ts'
import { statementsOf } from '../result/statements.ts'
import { type FileOptions, planFiles } from './plan-files.ts'
import { topFoldersOf } from './top-folders.ts'

/** The options of `slackwater lint`, as given. */
export interface LintOptions extends FileOptions {
  /** One of `FORMATS`. */
  readonly output: string
  readonly withoutSlackwater?: true
  readonly topFolders?: true
  readonly failOn: FailOn
}

/**
 * `slackwater lint`: findings to standard output, problems to standard error.
 * @param changed files of which the whole top folder is read.
 * @returns the exit code.
 */
export async function runLint(
  changed: readonly string[],
  options: LintOptions,
  terminal: Terminal,
): Promise<number> {
  if (changed.length > 0 && options.topFolders !== true)
    return refuse(
      [
        'give files with -f; arguments without an option are for --top-folders, which reads their whole top folders',
      ],
      terminal,
    )
  const folders = topFoldersOf(changed)
  // A commit that changes nothing but hidden folders.
  const isAlone = options.filename === undefined && options.kustomize === undefined
  if (changed.length > 0 && folders.length === 0 && isAlone) return EXIT.ok
  // The folders of a commit may be of something else, such as a package.json.
  const planned = await planFiles({ ...options, folders }, terminal)
  if (!planned.ok) return refuse(planned.problems, terminal)
  const { plan } = planned
  const applied = resultOfPlan(plan, { command: 'lint', version: packageJson.version })
  const result = options.withoutSlackwater ? asWritten(applied) : applied
  terminal.out(await rendered(result, options, terminal))
  for (const problem of plan.problems) complain(problemText(problem), terminal)
  const counts = countStatements(statementsOf(result).filter(({ what }) => what !== 'problem'))
  return lintExitCode({ ...counts, problems: plan.problems.length }, options.failOn)
}

async function rendered(
  result: Result,
  { output }: LintOptions,
  { width, color }: Terminal,
): Promise<string> {
  if (output === 'text') return lintText(result, paperOf({ width, color }))
  if (output === 'json') return jsonText(lintDocument(result))
  if (output === 'yaml') return yamlText(lintDocument(result))
  return await renderResult(output, result)
}
