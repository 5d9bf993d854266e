import { EXIT, type FailOn } from '../judgement/exit.ts'
import { planExitCode } from '../judgement/exit-code.ts'
import { type Expansion, expandPaths } from '../manifests/paths.ts'
import { readManifests } from '../manifests/read.ts'
import { wholeInput } from '../manifests/whole-input.ts'
import { patchFiles } from '../plan/patched.ts'
import { type Plan, planManifests } from '../plan/plan.ts'
import { summarize } from '../plan/summary.ts'
import { jsonText, yamlText } from '../render/document.ts'
import { paperOf } from '../render/paint.ts'
import { planDocument } from '../render/plan-document.ts'
import { planText } from '../render/plan-text.ts'
import { problemText } from '../render/problem-text.ts'
import { complain, refuse, type Terminal } from '../render/terminal.ts'
import { loadSettings } from './settings-file.ts'
import { writeFiles } from './write-files.ts'

/** The options of `slackwater plan`, as given. */
export interface PlanOptions {
  readonly filename: readonly string[]
  readonly namespace: string
  readonly output: 'text' | 'json' | 'yaml'
  readonly settings?: string
  readonly assumeDefaultClass?: string
  readonly patched?: true
  readonly writeTo?: string
  readonly exitCode?: true
  readonly failOn: FailOn
}

/**
 * `slackwater plan`: results to standard output, problems to standard error.
 * @returns the exit code.
 */
export async function runPlan(options: PlanOptions, terminal: Terminal): Promise<number> {
  const loaded = await loadSettings(options.settings)
  if (!loaded.ok) return refuse(loaded.problems, terminal)
  const { settings } = loaded
  const { namespace, output } = options
  const expansion = await expandPaths(options.filename, terminal.readStdin)
  const manifests = wholeInput(options.filename, expansion, readManifests(expansion.sources))
  const { assumeDefaultClass: assumedDefaultClass } = options
  const plan = planManifests({ manifests, settings, namespace, assumedDefaultClass })
  const failed =
    options.patched || options.writeTo !== undefined ? await patch(options, { plan, expansion }, terminal) : 0
  if (!options.patched) terminal.out(rendered(plan, output, terminal))
  for (const problem of plan.problems) complain(problemText(problem), terminal)
  if (failed > 0) return EXIT.badInput
  const judged = { ...summarize(plan), problems: plan.problems.length }
  return planExitCode(judged, { failOn: options.failOn, changesCount: options.exitCode === true })
}

function rendered(plan: Plan, output: PlanOptions['output'], { width, colour }: Terminal): string {
  if (output === 'text') return planText(plan, paperOf({ width, colour }))
  const document = planDocument(plan)
  return output === 'json' ? jsonText(document) : yamlText(document)
}

interface Patching {
  readonly plan: Plan
  readonly expansion: Expansion
}

/** @returns how many objects or files could not be written. */
async function patch(
  options: PlanOptions,
  { plan, expansion }: Patching,
  terminal: Terminal,
): Promise<number> {
  const { files, refused } = patchFiles(expansion.sources, plan)
  for (const problem of refused) complain(problemText(problem), terminal)
  if (options.patched) terminal.out(joined(files.map(({ text }) => text)))
  if (options.writeTo === undefined) return refused.length
  const failures = await writeFiles(files, { folder: options.writeTo, given: options.filename })
  for (const failure of failures) complain(failure, terminal)
  return refused.length + failures.length
}

/** YAML allows directives (`%YAML 1.2`) only after an explicit end of the document before them. */
const BEGINS_WITH_DIRECTIVE = /^\uFEFF?(?:[ \t]*(?:#[^\n]*)?\r?\n)*%/

const between = (text: string): string => {
  if (/^\uFEFF?---/.test(text)) return ''
  return BEGINS_WITH_DIRECTIVE.test(text) ? '...\n' : '---\n'
}

/** Joins several files into one stream of documents, as kubectl accepts it. */
const joined = (texts: readonly string[]): string =>
  texts
    .map((text, index) => (index === 0 ? text : `${between(text)}${text}`))
    .map((text) => (text === '' || text.endsWith('\n') ? text : `${text}\n`))
    .join('')
