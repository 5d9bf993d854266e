import { apiServerOf } from '../cluster/api-server.ts'
import { loadKubeConfig } from '../cluster/kube-config.ts'
import { printable } from '../core/model/printable.ts'
import { messageOf } from '../core/model/thrown.ts'
import { EXIT } from '../judgement/exit.ts'
import { SYSTEM_CLOCK } from '../pacing/clock.ts'
import type { Scope } from '../removal/find-workloads.ts'
import { isDone, type Removal } from '../removal/removal.ts'
import { remove } from '../removal/remove.ts'
import { type Survey, survey } from '../removal/survey.ts'
import { counted } from '../render/counted.ts'
import { jsonText, yamlText } from '../render/document.ts'
import { paperOf } from '../render/paint.ts'
import { removalDocument } from '../render/removal-document.ts'
import { removalText } from '../render/removal-text.ts'
import { complain, refuse, type Terminal } from '../render/terminal.ts'

/** The options of `slackwater remove`, as given. */
export interface RemoveOptions {
  readonly kubeconfig?: string
  readonly context?: string
  readonly namespace?: string
  readonly allNamespaces?: true
  readonly selector?: string
  readonly dryRun?: true
  readonly batch: number
  /** Seconds. */
  readonly pause: number
  /** Seconds. */
  readonly timeout: number
  readonly keepLabels?: true
  readonly slackwaterNamespace: string
  readonly yes?: true
  readonly output: 'text' | 'json' | 'yaml'
}

/**
 * `slackwater remove`: the result to standard output, progress and problems to standard error.
 * @returns the exit code: 0 done or nothing to do, 1 something was left, 2 it could not start.
 */
export async function runRemove(options: RemoveOptions, terminal: Terminal): Promise<number> {
  const problem = problemIn(options, terminal)
  if (problem !== undefined) return refuse([problem], terminal)
  const loaded = loadKubeConfig(options)
  if (!loaded.ok) return refuse([loaded.problem], terminal)
  const api = apiServerOf(loaded.config, terminal.proxy)
  const { signal } = new AbortController()
  let found: Survey
  try {
    found = await survey({ api, scope: scopeOf(options), labels: options.keepLabels === undefined, signal })
  } catch (error) {
    return refuse([`${loaded.server}: ${messageOf(error)}`], terminal)
  }
  const { dryRun = false, batch, pause, timeout, slackwaterNamespace } = options
  if (dryRun || dueIn(found) === 0) return tell({ removal: found, dryRun }, options, terminal)
  if (!(await isWanted(found, options, terminal))) return refuse(['nothing was changed'], terminal)
  const removal = await remove(found, {
    ...{ api, batch, slackwaterNamespace, signal, clock: SYSTEM_CLOCK },
    pause: pause * 1000,
    timeout: timeout * 1000,
    tell: (line) => terminal.err(`${printable(line)}\n`),
  })
  return tell({ removal, dryRun }, options, terminal)
}

function problemIn(
  { namespace, allNamespaces, dryRun, yes }: RemoveOptions,
  { ask }: Terminal,
): string | undefined {
  if (namespace === undefined && allNamespaces === undefined)
    return '-n NAMESPACE or --all-namespaces is required'
  return dryRun === undefined && yes === undefined && ask === undefined
    ? 'standard input is not a terminal: --yes is required. --dry-run shows what would be removed'
    : undefined
}

const scopeOf = ({ namespace, selector }: RemoveOptions): Scope => ({
  ...(namespace === undefined ? {} : { namespace }),
  ...(selector === undefined ? {} : { selector }),
})

const dueIn = ({ workloads, namespaces, reports }: Removal): number =>
  [...workloads, ...namespaces, ...reports].filter(({ state }) => state === 'would-take-back').length

/** Shows the whole survey before it asks. */
async function isWanted(found: Survey, { yes, batch }: RemoveOptions, terminal: Terminal): Promise<boolean> {
  if (yes === true || terminal.ask === undefined) return true
  const { width, color, err, ask } = terminal
  err(removalText(found, { ...paperOf({ width, color }), dryRun: true }))
  const due = found.workloads.filter(({ state }) => state === 'would-take-back').length
  const rollouts = due === 0 ? 'Nothing is rolled out.' : `${counted(due, 'rollout')}, ${batch} at a time.`
  return (await ask(`\n${rollouts} Continue? (yes/no) `)).trim() === 'yes'
}

interface Result {
  readonly removal: Removal
  readonly dryRun: boolean
}

function tell({ removal, dryRun }: Result, { output }: RemoveOptions, terminal: Terminal): number {
  const { width, color, out } = terminal
  const document = removalDocument(removal, dryRun)
  if (output === 'text') out(removalText(removal, { ...paperOf({ width, color }), dryRun }))
  else if (output === 'json') out(jsonText(document))
  else out(yamlText(document))
  if (removal.stopped !== undefined) complain(removal.stopped, terminal)
  for (const { resource, problem } of removal.unread)
    complain(`${resource} could not be listed: ${problem}`, terminal, 'warning')
  return isDone(removal) ? EXIT.ok : EXIT.findings
}
