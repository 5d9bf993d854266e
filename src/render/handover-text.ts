import { refText } from '../core/model/object-ref.ts'
import { printableIn } from '../core/model/printable.ts'
import type { HandoverOutcome, WorkloadOutcome } from '../handover/outcome.ts'
import type { HandoverPlan, PodProgress } from '../handover/plan.ts'
import { counted } from './counted.ts'
import { MARK } from './notices.ts'
import type { Paper } from './paint.ts'
import { wrap } from './wrap.ts'

/** Pods that are listed one by one. A choice: a screen. */
const LISTED = 20

/** What was done about each workload, or would be. */
export function handoverText(found: HandoverOutcome, paper: Paper): string {
  const { workloads, ...scope } = printableIn(found)
  const blocks = workloads.map((one) => drawWorkload(one, paper))
  if (blocks.length === 0) blocks.push(wrap(nothingText(scope), { width: paper.width, lead: '' }))
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function nothingText({ namespace, asked }: Omit<HandoverOutcome, 'workloads'>): string {
  const selector = asked?.selector
  const which = selector === undefined ? '' : ` with the labels ${selector}`
  const lack = asked?.isUndo === true ? 'is being replaced' : 'lacks its hook, grace period or readiness gate'
  return `In namespace ${namespace} no running Pod of a Deployment, Rollout or ReplicaSet${which} ${lack}.`
}

function drawWorkload(outcome: WorkloadOutcome, paper: Paper): readonly string[] {
  const { workload, state, text, refusal, plan } = outcome
  const { width, paint } = paper
  const word = state === 'refused' ? 'refused: ' : ''
  const head = wrap(`${refText(workload)}: ${word}${text}`, { width, lead: '', hang: 2 })
  const isBad = state === 'refused' || state === 'failed'
  return [
    ...head.map(isBad ? paint.yellow : paint.bold),
    ...(refusal === undefined ? [] : wrap(refusal.alternative, { width, lead: '  instead: ' })),
    ...(state === 'planned' && plan !== undefined ? drawPlan(plan, paper) : drawPods(outcome.pods, paper)),
  ]
}

/** What happens to each Pod; also what is asked about before it begins. */
function drawPlan(plan: HandoverPlan, paper: Paper): readonly string[] {
  const { width, paint } = paper
  const { pods, cautions } = plan
  const shown = pods.slice(0, LISTED)
  const room = Math.max(...shown.map(({ name }) => name.length)) + 4
  const lines = shown.flatMap(({ name, lacks }) =>
    wrap(lacks.length === 0 ? 'begun by an earlier call' : lacks.join(', '), {
      width,
      lead: `  ${name}`.padEnd(room),
      hang: Math.min(room, 4),
    }),
  )
  return [
    ...wrap(stepsOf(plan), { width, lead: '  ' }),
    ...lines,
    ...(pods.length > shown.length ? [`  and ${counted(pods.length - shown.length, 'more Pod')}`] : []),
    ...cautions
      .flatMap((text) => wrap(text, { width, lead: `  ${MARK.warning} ` }))
      .map((line) => paint.yellow(line)),
  ]
}

function stepsOf({ replicaSet, releaseLabel, leaveLabels, services, sleep, gated }: HandoverPlan): string {
  if (releaseLabel === '') return 'For each: the record on the Pod says how it goes on.'
  return [
    `For each: label ${releaseLabel} is taken off, so ReplicaSet ${replicaSet.name} makes another Pod;`,
    `when that is ready${gated ? ', readiness gate included' : ''}, label ${leaveLabels.join(', ')} is taken off, so the`,
    `old one leaves Service ${services.join(', ')}; ${sleep} s later it is deleted.`,
  ].join(' ')
}

const WORDS: Readonly<Record<PodProgress['state'], string>> = {
  waiting: 'not begun',
  replacing: 'stays until another Pod has come',
  leaving: 'has left its Services',
  ending: 'is being deleted',
  done: 'replaced',
  undone: 'back as it was',
  failed: 'not replaced',
}

function drawPods(pods: readonly PodProgress[], { width, paint }: Paper): readonly string[] {
  // Those that need attention first.
  const sorted = [...pods].sort((a, b) => Number(b.state === 'failed') - Number(a.state === 'failed'))
  const shown = sorted.slice(0, LISTED)
  return [
    ...shown.flatMap((one) => {
      const lines = wrap(`${one.pod}: ${progressText(one)}`, { width, lead: '  ', hang: 4 })
      return one.state === 'failed' ? lines.map(paint.yellow) : lines
    }),
    ...(pods.length > shown.length ? [`  and ${counted(pods.length - shown.length, 'more Pod')}`] : []),
  ]
}

/** `replaced by web-6d4b-x7k2p`, `has left its Services (web-6d4b-x7k2p came), waits for load balancers to stop sending`. */
export function progressText({ state, replacement, note }: Omit<PodProgress, 'pod'>): string {
  const isOver = state === 'done' || state === 'undone' || state === 'failed'
  const by =
    replacement === undefined ? '' : state === 'done' ? ` by ${replacement}` : ` (${replacement} came)`
  return `${WORDS[state]}${by}${note === undefined ? '' : `${isOver ? ': ' : ', waits for '}${note}`}`
}
