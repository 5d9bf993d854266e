import { isGrave } from '../judgement/severity.ts'
import type { Plan } from '../plan/plan.ts'
import { summarize } from '../plan/summary.ts'
import { acceptedSummary } from './accepted.ts'
import { counted, digits } from './counted.ts'
import type { DetailPaper, Paper } from './paint.ts'
import { lastingOf, PLAN_STATE_TEXT, type PlanState, stateIn } from './plan-states.ts'
import { wrap } from './wrap.ts'

/** `isWritten`: the same command has written the patched manifests. */
export interface PlanPaper extends DetailPaper {
  readonly isWritten?: boolean
}

/** In the order in which they are counted. */
const STATES: readonly PlanState[] = [
  'would-change',
  'in-pods',
  'protected',
  'short',
  'unknown-hook',
  'withheld',
  'left-alone',
]

/** Words that a table explains, and a sentence does not. */
const IN_SENTENCE: Readonly<Record<PlanState, string>> = {
  ...PLAN_STATE_TEXT,
  'in-pods': 'would change in their Pods only',
  protected: 'protected already',
  'unknown-hook': 'with a hook of unknown length',
}

const sentenceText = (state: PlanState, count: number): string =>
  state === 'in-pods' && count === 1 ? 'would change in its Pods only' : IN_SENTENCE[state]

const UNEXPOSED = 'not behind a load balancer'

/** What was read, what would change, and what needs attention: the first lines of every plan. */
export function drawHeadline(plan: Plan, { width, paint }: Paper): readonly string[] {
  const { manifests, objects } = plan
  const states = objects.map(stateIn)
  const countOf = (state: PlanState | undefined): number => states.filter((one) => one === state).length
  const parts = [
    ...STATES.map((state) => [countOf(state), sentenceText(state, countOf(state))] as const),
    [countOf(undefined), UNEXPOSED] as const,
  ]
  const counts = parts.filter(([count]) => count > 0).map(([count, text]) => `${digits(count)} ${text}`)
  const workloads = objects.length === 0 ? 'no workload among them' : counted(objects.length, 'workload')
  const read = `${counted(manifests.length, 'object')} read, ${workloads}`
  return [
    ...wrap(`${read}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}.`, { width, lead: '' }).map(
      paint.bold,
    ),
    ...attentionText(plan).flatMap((text) => wrap(text, { width, lead: '' })),
    ...acceptedSummary(objects, { width, paint }),
  ]
}

function attentionText(plan: Plan): readonly string[] {
  const { warnings, labelled } = summarize(plan)
  const workloads = plan.objects.filter((object) => lastingOf(object).length > 0).length
  const about = [...plan.notices, ...plan.notes].filter(isGrave).length
  const parts = [
    ...(workloads === 0
      ? []
      : [`${counted(workloads, 'workload')} ${workloads === 1 ? 'needs' : 'need'} attention`]),
    ...(about === 0 ? [] : [`${counted(about, 'warning')} about other objects`]),
    ...(warnings + plan.problems.length === 0 ? ['nothing needs attention'] : []),
    ...(labelled === 0
      ? []
      : [`${counted(labelled, 'namespace')} ${labelled === 1 ? 'gets' : 'get'} the readiness-gate label`]),
    ...(plan.problems.length === 0
      ? []
      : [`${counted(plan.problems.length, 'problem')} with the input (on standard error)`]),
  ]
  return plan.objects.length === 0 && parts.length === 1 && warnings === 0 ? [] : [sentence(parts.join(', '))]
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** What can be done next: nothing about writing where there are no changes, or the same command has written them. */
export function drawNext(plan: Plan, { width, paint, isWritten }: PlanPaper): readonly string[] {
  const { changed, inPods, labelled } = summarize(plan)
  const isToWrite = changed + inPods + labelled > 0 && isWritten !== true
  return [
    '--details: every workload with its timing, the source of each number, and the diff',
    ...(isToWrite ? ['--patched or --write-to: the manifests with these changes'] : []),
    'slackwater explain ID: what a finding means, and what to do',
  ]
    .flatMap((text) => wrap(text, { width, lead: '  ' }))
    .map(paint.dim)
}
