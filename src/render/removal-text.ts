import { compareText } from '../core/model/object-ref.ts'
import { printableIn } from '../core/model/printable.ts'
import type {
  NamespaceRemoval,
  Removal,
  RemovalState,
  ReportRemoval,
  WorkloadRemoval,
} from '../removal/removal.ts'
import { killSwitch } from '../removal/webhooks.ts'
import { counted } from './counted.ts'
import { MARK } from './notices.ts'
import type { Paper } from './paint.ts'
import { wrap } from './wrap.ts'

interface RemovalPaper extends Paper {
  /** Nothing was changed: show what would be. */
  readonly dryRun: boolean
}

/** What was removed, or would be, by namespace; then the summary. */
export function removalText(found: Removal, paper: RemovalPaper): string {
  const removal = printableIn(found)
  const { workloads, namespaces, reports } = removal
  const names = new Set([
    ...[...workloads, ...reports].map(({ ref }) => ref.namespace),
    ...namespaces.map(({ name }) => name),
  ])
  const blocks = [
    ...[...names].sort(compareText).map((name) => drawNamespace(name, removal, paper)),
    [...drawSum(removal, paper), ...drawWebhooks(removal, paper)],
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function drawNamespace(name: string, removal: Removal, paper: RemovalPaper): readonly string[] {
  const workloads = removal.workloads.filter(({ ref }) => ref.namespace === name)
  const own = removal.namespaces.filter((one) => one.name === name)
  const reports = removal.reports.filter(({ ref }) => ref.namespace === name)
  return [
    paper.paint.bold(`Namespace ${name}`),
    ...workloads.flatMap((one) => drawWorkload(one, paper)),
    ...own.flatMap((one) => drawLabels(one, paper)),
    ...reports.flatMap((one) => drawReport(one, paper)),
  ]
}

const WORDS: Readonly<Record<RemovalState, string>> = {
  'would-take-back': '',
  'taken-back': 'removed',
  left: 'left',
  stays: 'stays',
}

function drawWorkload({ ref, state, changes, why, rollout }: WorkloadRemoval, paper: RemovalPaper) {
  const { width, paint } = paper
  const what = [WORDS[state], why ?? changes.join('; ')].filter((part) => part !== '').join(': ')
  const lines = wrap(`${ref.kind} ${ref.name}: ${what}`, { width, lead: '  ', hang: 4 })
  const late =
    rollout === undefined || rollout.state === 'done'
      ? []
      : wrap(rollout.why, { width, lead: `    ${MARK.warning} its rollout: ` })
  return [...lines.map(paintOf(state, paper)), ...late.map(paint.yellow)]
}

function drawLabels({ state, labels, why }: NamespaceRemoval, paper: RemovalPaper): readonly string[] {
  const ownedLabels = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  const verb = state === 'would-take-back' ? 'remove' : WORDS[state]
  const text = [verb, ownedLabels.join(', '), why ?? ''].filter((part) => part !== '').join(': ')
  return wrap(`labels of the namespace: ${text}`, { width: paper.width, lead: '  ', hang: 4 }).map(
    paintOf(state, paper),
  )
}

function drawReport({ ref, state, why }: ReportRemoval, paper: RemovalPaper): readonly string[] {
  const verb = state === 'would-take-back' ? 'delete' : WORDS[state]
  const text = [verb, why ?? ''].filter((part) => part !== '').join(': ')
  return wrap(`${ref.kind} ${ref.name}: ${text}`, { width: paper.width, lead: '  ', hang: 4 }).map(
    paintOf(state, paper),
  )
}

const paintOf =
  (state: RemovalState, { paint }: RemovalPaper) =>
  (line: string): string =>
    state === 'left' ? paint.yellow(line) : state === 'stays' ? paint.dim(line) : line

function drawSum(
  { workloads, namespaces, reports, unread }: Removal,
  { dryRun, width, paint }: RemovalPaper,
): readonly string[] {
  const count = (state: RemovalState): string =>
    [
      [workloads.filter((one) => one.state === state).length, 'workload'] as const,
      [namespaces.filter((one) => one.state === state).length, 'namespace'] as const,
    ]
      .filter(([number]) => number > 0)
      .map(([number, noun]) => counted(number, noun))
      .join(' and ')
  const done = count(dryRun ? 'would-take-back' : 'taken-back')
  const left = count('left')
  const verb = dryRun ? 'Would be removed from' : 'Removed from'
  const rollouts = dryRun && workloads.some(({ state }) => state === 'would-take-back')
  const sentences = [
    ...(done === ''
      ? []
      : [`${verb} ${done}${rollouts ? '; each of the workloads is rolled out once' : ''}.`]),
    ...reportSentences(reports, dryRun),
    ...(left === '' ? [] : [`Left: ${left}.`]),
  ]
  const none = unread.length === 0 ? 'Nothing to remove.' : NONE_FOUND
  const text = sentences.length === 0 ? none : sentences.join(' ')
  return wrap(text, { width, lead: '' }).map(paint.bold)
}

const NONE_FOUND = 'Nothing to remove was found; what could not be listed is unknown.'

function reportSentences(reports: Removal['reports'], dryRun: boolean): readonly string[] {
  const count = (state: RemovalState): number => reports.filter((one) => one.state === state).length
  const done = count(dryRun ? 'would-take-back' : 'taken-back')
  const left = count('left')
  return [
    ...(done === 0 ? [] : [`${dryRun ? 'Would be deleted' : 'Deleted'}: ${counted(done, 'policy report')}.`]),
    ...(left === 0 ? [] : [`Not deleted: ${counted(left, 'policy report')}.`]),
  ]
}

/** For a dry run: while the webhook is installed, it restores what is removed. */
function drawWebhooks(
  { webhooks, validatingWebhooks, workloads }: Removal,
  { dryRun, width, paint }: RemovalPaper,
): readonly string[] {
  const isDue = workloads.some(({ state }) => state === 'would-take-back')
  if (!dryRun || !isDue || webhooks.length === 0) return []
  const text = `the webhook is still installed and would restore it. Delete it first: ${killSwitch({ webhooks, validatingWebhooks })}`
  return wrap(text, { width, lead: `${MARK.warning} ` }).map(paint.yellow)
}
