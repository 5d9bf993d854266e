import { restartCost } from '../core/adoption/adoption.ts'
import type { Provenance } from '../core/model/resolved.ts'
import { gateWordsText } from '../core/model/stuck-gate.ts'
import { counts, isGrave, stays } from '../judgement/severity.ts'
import { isOutdated, isUngated, needsAttention } from '../judgement/workloads.ts'
import type { NamespaceEntry, OtherPods, Report, WorkloadEntry } from '../report/schema.ts'
import { acceptedText } from './accepted.ts'
import { exposureText } from './budget.ts'
import { counted } from './counted.ts'
import { MARK } from './notices.ts'
import { originText } from './origin.ts'
import type { DetailPaper } from './paint.ts'
import { podWords } from './pod-words.ts'
import { drawDetails } from './report-details.ts'
import { namespacesToTell } from './report-namespaces.ts'
import { STATE_TEXT } from './report-overview.ts'
import { drawTried } from './tried.ts'
import { wrap } from './wrap.ts'

/** One block for each namespace with something to report, in the order of the namespaces above. */
export function drawWorkloads(report: Report, paper: DetailPaper): readonly (readonly string[])[] {
  const byNamespace = Map.groupBy(report.workloads, ({ namespace }) => namespace)
  const shown = paper.details ? report.namespaces : namespacesToTell(report)
  return shown.map((namespace) => drawNamespace(namespace, byNamespace.get(namespace.name) ?? [], paper))
}

/** States of a gate label that need no attention. */
const QUIET_GATES = ['labelled', 'not-needed', 'kept', 'off', 'terminating']

function drawGates({ gates }: NamespaceEntry, paper: DetailPaper): readonly string[] {
  return gates
    .filter(({ state }) => !QUIET_GATES.includes(state))
    .flatMap(({ state, why, cure }) => [
      ...say(`${state}: ${why}`, '  readiness gate ', paper),
      ...(cure === undefined ? [] : say(cure, '    cure: ', paper)),
    ])
}

function drawNamespace(
  namespace: NamespaceEntry,
  workloads: readonly WorkloadEntry[],
  paper: DetailPaper,
): readonly string[] {
  const shown = workloads.filter((entry) => paper.details || needsAttention(entry))
  const gates = drawGates(namespace, paper)
  if (shown.length + gates.length === 0) return []
  const silent = workloads.length - shown.length
  return [
    ...wrap(`Namespace ${namespace.name}`, { width: paper.width, lead: '', hang: 2 }).map(paper.paint.bold),
    ...gates,
    ...shown.flatMap((entry) => drawWorkload(entry, paper)),
    ...(silent === 0 ? [] : [paper.paint.dim(`  and ${counted(silent, 'workload')} with nothing to report`)]),
  ]
}

function drawWorkload(entry: WorkloadEntry, paper: DetailPaper): readonly string[] {
  const { width, paint, details } = paper
  const own = [
    ...wrap(`${entry.kind} ${entry.name}: ${stateText(entry)}`, { width, lead: '  ', hang: 4 }),
    ...(details ? [] : say(exposuresText(entry), '    behind ', paper).map(paint.dim)),
    ...say(isOpen(entry) ? entry.changes.join('; ') : '', '    → ', paper),
    ...drawWarnings(entry, paper).map(paint.yellow),
    ...drawTried(entry, paper),
    ...drawLateExposure(entry, paper),
    ...drawRefusal(entry, paper).map(paint.yellow),
    ...drawPods(entry, paper).map(paint.yellow),
    ...drawStuckGate(entry, paper).map(paint.yellow),
    ...drawFindings(entry, paper),
  ]
  return details ? [...own, ...drawDetails(entry, paper), ''] : own
}

/** What its Pods get at their creation is not still to come where all of them have it. */
const isOpen = ({ state }: WorkloadEntry): boolean => state !== 'protected'

const say = (text: string, lead: string, { width }: DetailPaper): readonly string[] =>
  text === '' ? [] : wrap(text, { width, lead })

/** `would change, sleep 45 s, grace period 75 s (mode dry-run by label of Namespace shop)` */
function stateText({ state, verdict, why, budget, mode, modeSource }: WorkloadEntry): string {
  const word = state === undefined ? verdict : STATE_TEXT[state]
  const lacks = state === 'short' || state === 'withheld' ? 'needs ' : ''
  const numbers =
    budget === undefined
      ? ''
      : `, ${lacks}sleep ${budget.sleepSeconds} s, grace period ${budget.gracePeriodSeconds} s`
  const isPlain = state === 'would-change' || state === 'protected'
  return `${word}${numbers}${isPlain ? '' : `: ${why}`}${modeText(mode, modeSource)}`
}

/** Shown only if the mode does not come from the installation settings, which the heading shows. */
const modeText = (mode: string, source: Provenance): string =>
  source.kind === 'setting' ? '' : ` (mode ${mode}: ${originText({ rank: 'explicit', source })})`

/** Target groups of one object, such as those of a canary, look the same here and are named once. */
const exposuresText = ({ exposures }: WorkloadEntry): string => {
  const texts = exposures.map((exposure) => {
    const [first] = exposure.because
    return `${exposureText(exposure)}${first === undefined ? '' : ` of ${beginning(first.text)}`}`
  })
  return [...new Set(texts)].join('; ')
}

/** The object that creates the load balancer; the details show the full chain. */
const beginning = (chain: string): string => chain.split(' → ')[0] ?? chain

function drawWarnings({ warnings, notices }: WorkloadEntry, paper: DetailPaper): readonly string[] {
  const grave = notices.filter(isGrave)
  const texts = [...warnings, ...grave.map(({ object, text }) => `${object.kind} ${object.name}: ${text}`)]
  return texts.flatMap((text) => say(text, `    ${MARK.warning} `, paper))
}

function drawLateExposure(entry: WorkloadEntry, paper: DetailPaper): readonly string[] {
  const { mode, lateExposure } = entry
  if (lateExposure === undefined || (mode !== 'enforce' && !paper.details)) return []
  const { verdict, why, cure } = lateExposure
  if (verdict === 'adopt') return say('Slackwater will roll it out once', '    ', paper)
  if (verdict === 'wait') return say(`not rolled out yet: ${why}`, '    ', paper)
  return [
    ...say(`not rolled out by Slackwater: ${why}`, '    ', paper),
    ...say(cure ?? '', '      cure: ', paper),
    ...say(costOf(entry), '      ', paper),
  ]
}

/** What the restart costs that a cure names. */
function costOf({ budget }: WorkloadEntry): string {
  const phases = budget?.perExposure.flatMap((one) => one.phases) ?? []
  return restartCost(Math.max(0, ...phases.flatMap(({ kind, to }) => (kind === 'finishing' ? [] : to))))
}

function drawRefusal({ refusedWithoutUs }: WorkloadEntry, paper: DetailPaper): readonly string[] {
  if (refusedWithoutUs?.likelihood !== 'certain') return []
  const [first = ''] = refusedWithoutUs.requests
  return say(`rejected without Slackwater: the next apply ${first}`, `    ${MARK.warning} `, paper)
}

/** Gates are reported per namespace, but for Pods that lack nothing else. If the next change of the template fixes the Pods anyway, no fix is shown. */
function drawPods(entry: WorkloadEntry, paper: DetailPaper): readonly string[] {
  const { pods } = entry
  if (pods === undefined) return []
  const isRestartEnough = isOutdated(entry) || isUngated(entry)
  const words = podWords(paper.details ? pods : { ...pods, ...withoutGates(entry), gateNotMet: 0 })
  if (words.length === 0) return []
  const head = `of ${counted(pods.running, 'Pod')}: ${words.join(', ')}`
  if (!paper.details && !isRestartEnough) return say(head, `    ${MARK.warning} `, paper)
  const oldest = pods.oldest === undefined ? '' : ` (the oldest created ${pods.oldest})`
  return [
    ...say(
      `${head}${pods.cause === undefined ? '' : `; ${pods.cause}`}${oldest}`,
      `    ${MARK.warning} `,
      paper,
    ),
    ...say(pods.cure ?? '', '      cure: ', paper),
    ...say(isOutdated(entry) && entry.lateExposure === undefined ? costOf(entry) : '', '      ', paper),
  ]
}

const withoutGates = (entry: WorkloadEntry) => (isUngated(entry) ? {} : { withoutGate: 0 })

function drawStuckGate({ pods }: WorkloadEntry, paper: DetailPaper): readonly string[] {
  if (pods?.stuckGate === undefined) return []
  const { pods: count, pod, gate, limitSeconds, ...words } = pods.stuckGate
  const what = `${counted(count, 'Pod')} stuck at the readiness gate ${gate} (over ${limitSeconds} s, first ${pod})`
  return say(`${what}: ${gateWordsText(words)}`, `    ${MARK.warning} `, paper)
}

const isLeft = (finding: WorkloadEntry['findings'][number]): boolean => stays(finding) && counts(finding)

/** Only their ids; the details show the full sentences. */
function drawFindings({ findings }: WorkloadEntry, paper: DetailPaper): readonly string[] {
  if (paper.details) return []
  const ids = [...new Set(findings.filter(isLeft).map(({ id }) => id))]
  return [
    ...say(ids.join(', '), '    stays: ', paper),
    ...say(acceptedText([{ findings }]), '    accepted: ', paper).map(paper.paint.dim),
  ]
}

/** Pods behind a load balancer that belong to none of the workloads above. */
export function drawOtherPods({ otherPods }: Report, paper: DetailPaper): readonly string[] {
  const shown = otherPods.filter(({ pods }) => podWords(pods).length > 0)
  if (shown.length === 0) return []
  return [paper.paint.bold('Other Pods'), ...shown.flatMap((one) => drawOther(one, paper))]
}

const drawOther = ({ kind, namespace, name, pods }: OtherPods, paper: DetailPaper): readonly string[] =>
  say(`${kind} ${namespace}/${name}: ${podWords(pods).join(', ')}`, '  ', paper)
