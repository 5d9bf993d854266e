import { unreachable } from '../audit/reach.ts'
import { type ApiServer, apiServerOf } from '../cluster/api-server.ts'
import { loadKubeConfig } from '../cluster/kube-config.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { printable } from '../core/model/printable.ts'
import type { Settings } from '../core/model/settings.ts'
import { messageOf } from '../core/model/thrown.ts'
import { notFoundText } from '../explain/not-found.ts'
import { type AskedWorkload, parseTarget } from '../explain/target.ts'
import { type HandoverOutcome, isComplete, plannedOutcome } from '../handover/outcome.ts'
import { planAll, refusedByKind } from '../handover/plan-all.ts'
import { EXIT } from '../judgement/exit.ts'
import { INTERRUPTED } from '../judgement/exit-code.ts'
import { SYSTEM_CLOCK } from '../pacing/clock.ts'
import { jsonText, yamlText } from '../render/document.ts'
import { handoverDocument } from '../render/handover-document.ts'
import { handoverText } from '../render/handover-text.ts'
import { paperOf } from '../render/paint.ts'
import { complain, refuse, type Terminal } from '../render/terminal.ts'
import type { HandoverArguments } from './handover-arguments.ts'
import { carryOutAll } from './handover-progress.ts'
import { interruptible } from './interruption.ts'
import { loadSettings } from './settings-file.ts'

/**
 * `slackwater handover`: the result to standard output, progress and problems to standard error.
 * @returns the exit code.
 */
export async function runHandover(
  words: readonly string[],
  given: HandoverArguments,
  terminal: Terminal,
): Promise<number> {
  const asked = askedIn(words, given)
  if ('problem' in asked) return refuse([asked.problem], terminal)
  const loaded = await loadSettings(given.settings)
  if (!loaded.ok) return refuse(loaded.problems, terminal)
  const config = loadKubeConfig(given)
  if (!config.ok) return refuse([config.problem], terminal)
  const context = config.config.getCurrentContext()
  const namespace = given.namespace ?? config.config.getContextObject(context)?.namespace ?? 'default'
  // Needs no cluster, and nobody to agree.
  const hopeless = asked.target && refusedByKind({ ...asked.target, namespace })
  if (hopeless !== undefined)
    return tell(
      { namespace, dryRun: given.dryRun === true, workloads: [plannedOutcome(hopeless)] },
      given,
      terminal,
    )
  const problem = unconfirmable(given, terminal)
  if (problem !== undefined) return refuse([problem], terminal)
  const signal = interruptible(terminal)
  const api = apiServerOf(config.config, terminal.proxy)
  try {
    return await runIn({ ...asked, given, terminal, api, namespace, settings: loaded.settings, signal })
  } catch (error) {
    // Only planning fails like that: what is carried out fails in its result.
    if (signal.aborted) complain('interrupted: nothing was changed', terminal)
    if (signal.aborted) return INTERRUPTED
    return refuse([`${config.server}: ${messageOf(error)}`], terminal)
  } finally {
    terminal.status?.('')
  }
}

type Asked = { readonly target?: AskedWorkload } | { readonly problem: string }

/** One workload, or all of the namespace. */
function askedIn(words: readonly string[], { all, selector }: HandoverArguments): Asked {
  const isMany = all === true || selector !== undefined
  if (words.length === 0)
    return isMany ? {} : { problem: 'give KIND/NAME of a workload, such as deployment/web, or --all' }
  if (isMany) return { problem: `give KIND/NAME or ${all === true ? '--all' : '--selector'}, not both` }
  const parsed = parseTarget(words, 'handover')
  if (parsed.what === 'problem') return { problem: parsed.problem }
  if (parsed.what === 'word') return { problem: `"${parsed.word}" is not KIND/NAME, such as deployment/web` }
  return { target: parsed.target }
}

const unconfirmable = (
  { dryRun, yes }: HandoverArguments,
  { ask }: Pick<Terminal, 'ask'>,
): string | undefined =>
  dryRun === undefined && yes === undefined && ask === undefined
    ? 'standard input is not a terminal: --yes is required. --dry-run shows what would be done'
    : undefined

/** A handover under way. */
interface Running {
  /** Absent: all of the namespace. */
  readonly target?: AskedWorkload
  readonly given: HandoverArguments
  readonly terminal: Terminal
  readonly api: ApiServer
  readonly namespace: string
  readonly settings: Settings
  readonly signal: AbortSignal
}

async function runIn(running: Running): Promise<number> {
  const { given, terminal, api, namespace, signal } = running
  const problem = await unreachable(api, signal)
  signal.throwIfAborted()
  if (problem !== undefined) return refuse([problem], terminal)
  const { selector } = given
  const scope = { ...(selector === undefined ? {} : { selector }), isUndo: given.undo === true }
  const planned = await planAll({
    ...running,
    ...scope,
    onStep: (words) => terminal.status?.(printable(words)),
  })
  terminal.status?.('')
  if ('problem' in planned) return refuse([planned.problem], terminal)
  if ('missing' in planned) return refuse([absentText(planned, running)], terminal)
  const { plans } = planned
  const workloads = plans.map((one) => plannedOutcome(one, given.undo))
  const preview = { namespace, dryRun: true, asked: scope, workloads }
  const due = plans.filter(({ kind }) => kind === 'plan').length
  if (given.dryRun === true || due === 0)
    return tell({ ...preview, dryRun: given.dryRun === true }, given, terminal)
  if (!(await isWanted(preview, { due, ...running }))) return refuse(['nothing was changed'], terminal)
  const outcome = await carryOutAll(plans, { ...running, clock: SYSTEM_CLOCK })
  return tell(outcome, given, terminal, signal)
}

/** As `explain` says it. */
const absentText = (
  { known }: { readonly known: readonly ObjectRef[] },
  { target, namespace }: Running,
): string => (target === undefined ? '' : notFoundText({ target, namespace, known, where: '' }))

/** Shows the whole plan before it asks. */
async function isWanted(
  preview: HandoverOutcome,
  { given, terminal, due }: Pick<Running, 'given' | 'terminal'> & { readonly due: number },
): Promise<boolean> {
  const { ask, err } = terminal
  if (given.yes === true || ask === undefined) return true
  err(handoverText(preview, paperOf(terminal)))
  const what = due === 1 ? '' : `${due} workloads, one after the other. `
  return (await ask(`\n${what}Continue? (yes/no) `)).trim() === 'yes'
}

function tell(
  outcome: HandoverOutcome,
  { output }: HandoverArguments,
  terminal: Terminal,
  signal?: AbortSignal,
): number {
  const { out } = terminal
  if (output === 'text') out(handoverText(outcome, paperOf(terminal)))
  else if (output === 'json') out(jsonText(handoverDocument(outcome)))
  else out(yamlText(handoverDocument(outcome)))
  if (signal?.aborted === true) {
    complain('interrupted: run it again to go on, or with --undo to take back what was begun', terminal)
    return INTERRUPTED
  }
  return isComplete(outcome) ? EXIT.ok : EXIT.findings
}
