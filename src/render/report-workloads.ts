import type { Provenance } from '../core/model/resolved.ts'
import { counts, isGrave, stays } from '../judgement/severity.ts'
import { needsAttention } from '../judgement/workloads.ts'
import type { NamespaceEntry, OtherPods, Report, WorkloadEntry } from '../report/schema.ts'
import { acceptedText } from './accepted.ts'
import { exposureText } from './budget.ts'
import { counted } from './counted.ts'
import { MARK } from './notices.ts'
import { originText } from './origin.ts'
import type { DetailPaper } from './paint.ts'
import { podWords } from './pod-words.ts'
import { drawRollouts } from './report-departures.ts'
import { drawInFull, isOpen } from './report-details.ts'
import { namespacesToTell } from './report-namespaces.ts'
import { STATE_TEXT } from './report-overview.ts'
import { drawLateExposure, drawPods, drawRefusal, drawStuckGate, say } from './running.ts'
import { drawTried } from './tried.ts'
import { wrap } from './wrap.ts'

/** One block for each namespace with something to report, in the order of the namespaces above. */
export function* drawWorkloads(report: Report, paper: DetailPaper): Generator<readonly string[]> {
  const byNamespace = Map.groupBy(report.workloads, ({ namespace }) => namespace)
  const shown = paper.details ? report.namespaces : namespacesToTell(report)
  for (const namespace of shown) yield drawNamespace(namespace, byNamespace.get(namespace.name) ?? [], paper)
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
    ...shown.flatMap((entry) =>
      paper.details ? [...drawInFull(entry, paper), ''] : drawWorkload(entry, paper),
    ),
    ...(silent === 0 ? [] : [paper.paint.dim(`  and ${counted(silent, 'workload')} with nothing to report`)]),
  ]
}

function drawWorkload(entry: WorkloadEntry, paper: DetailPaper): readonly string[] {
  const { width, paint } = paper
  return [
    ...wrap(`${entry.kind} ${entry.name}: ${stateText(entry)}`, { width, lead: '  ', hang: 4 }),
    ...say(exposuresText(entry), '    behind ', paper).map(paint.dim),
    ...say(isOpen(entry) ? entry.changes.join('; ') : '', '    → ', paper),
    ...drawWarnings(entry, paper).map(paint.yellow),
    ...drawTried(entry, paper),
    ...drawLateExposure(entry, paper),
    ...drawRefusal(entry, paper).map(paint.yellow),
    ...drawPods(entry, paper).map(paint.yellow),
    ...drawStuckGate(entry, paper).map(paint.yellow),
    ...drawRollouts(entry, paper).map(paint.yellow),
    ...drawFindings(entry, paper),
  ]
}

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

const isLeft = (finding: WorkloadEntry['findings'][number]): boolean => stays(finding) && counts(finding)

/** Only their ids; the details show the full sentences. */
function drawFindings({ findings }: WorkloadEntry, paper: DetailPaper): readonly string[] {
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
