import packageJson from '../../package.json' with { type: 'json' }
import { EXIT, type FailOn } from '../judgement/exit.ts'
import { planExitCode } from '../judgement/exit-code.ts'
import type { Plan } from '../plan/plan.ts'
import { summarize } from '../plan/summary.ts'
import { jsonText, yamlText } from '../render/document.ts'
import { renderResult } from '../render/formats.ts'
import { paperOf } from '../render/paint.ts'
import { planDocument } from '../render/plan-document.ts'
import { planText } from '../render/plan-text.ts'
import { problemText } from '../render/problem-text.ts'
import { complain, refuse, type Terminal } from '../render/terminal.ts'
import { resultOfPlan } from '../result/from-plan.ts'
import { type PatchingOptions, patch, problemWith } from './patching.ts'
import { type FileOptions, planFiles } from './plan-files.ts'

/** The options of `slackwater plan`, as given. */
export interface PlanOptions extends FileOptions, PatchingOptions {
  readonly exitCode?: true
  readonly details?: true
  readonly failOn: FailOn
}

/**
 * `slackwater plan`: results to standard output, problems to standard error.
 * @returns the exit code.
 */
export async function runPlan(options: PlanOptions, terminal: Terminal): Promise<number> {
  const problem = problemWith(options)
  if (problem !== undefined) return refuse([problem], terminal)
  const planned = await planFiles(options, terminal)
  if (!planned.ok) return refuse(planned.problems, terminal)
  const { plan, expansion } = planned
  const failed =
    options.patched || options.inPlace || options.writeTo !== undefined
      ? await patch(options, { plan, expansion }, terminal)
      : 0
  if (!options.patched) terminal.out(await rendered(plan, options, terminal))
  for (const problem of plan.problems) complain(problemText(problem), terminal)
  if (failed > 0) return EXIT.badInput
  const judged = { ...summarize(plan), problems: plan.problems.length }
  return planExitCode(judged, { failOn: options.failOn, changesCount: options.exitCode === true })
}

async function rendered(plan: Plan, options: PlanOptions, { width, color }: Terminal): Promise<string> {
  const { output, details, inPlace, writeTo } = options
  if (output === 'text')
    return planText(plan, {
      ...paperOf({ width, color }),
      details: details === true,
      isWritten: inPlace === true || writeTo !== undefined,
    })
  if (output === 'json') return jsonText(planDocument(plan))
  if (output === 'yaml') return yamlText(planDocument(plan))
  return await renderResult(output, resultOfPlan(plan, { command: 'plan', version: packageJson.version }))
}
