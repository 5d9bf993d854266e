import { lackingPods, needsAttention } from '../judgement/workloads.ts'
import type { NamespaceEntry, Report } from '../report/schema.ts'
import { cell, counted } from './counted.ts'
import type { Paper } from './paint.ts'
import { drawRow } from './row.ts'

/** Titles, each as wide as its column: titles of two words stand two spaces apart. */
const TITLES = [' exposed', '    fine', '  change', '   other', '  no hook', '  no gate'] as const

/** Namespaces with something to report. */
export const namespacesToTell = ({ namespaces, workloads, otherPods }: Report): readonly NamespaceEntry[] => {
  const talked = new Set(workloads.filter(needsAttention).map(({ namespace }) => namespace))
  const pods = new Set(otherPods.map(({ namespace }) => namespace))
  return namespaces
    .filter((entry) => talked.has(entry.name) || pods.has(entry.name) || entry.pods.withoutGate > 0)
    .sort((a, b) => weight(b) - weight(a) || a.exposed - b.exposed)
}

/** The weight of rejected applies and unprotected Pods relative to findings. */
const weight = ({ refusals, pods, warnings, states }: NamespaceEntry): number =>
  refusals * 1000 + lackingPods(pods) * 10 + warnings + states['would-change']

/** One line for each namespace with something to report, the most urgent first; one line for all others. */
export function drawNamespaces(report: Report, { width, paint }: Paper): readonly string[] {
  const shown = namespacesToTell(report)
  const silent = report.namespaces.length - shown.length
  const isPartial = report.audited !== undefined && report.cluster.doubt !== undefined
  const name = width - TITLES.join('').length
  const nothing = `and ${counted(silent, 'namespace')} with nothing to report${isPartial ? ' in what could be read' : ''}`
  if (shown.length === 0) return silent === 0 ? [] : [paint.dim(nothing.replace('and ', ''))]
  return [
    paint.bold('Namespaces'.padEnd(name) + TITLES.join('')),
    ...shown.flatMap((entry) => drawRow(nameText(entry), cellsOf(entry, report), name)),
    ...(silent === 0 ? [] : [paint.dim(`  ${nothing}`)]),
  ]
}

const nameText = ({ name, mode }: NamespaceEntry): string =>
  `  ${name}${mode === undefined ? '' : ` (${mode})`}`

/** With manifests there are no running Pods. */
function cellsOf({ exposed, states, pods }: NamespaceEntry, { manifests }: Report): string {
  const change = states['would-change'] + states['in-pods']
  const { withoutHook, shortHook, withoutGate } = pods
  const other = exposed - change - states.protected
  const lacking = [Math.max(withoutHook, shortHook), withoutGate].map(cell)
  return [
    ...[exposed, states.protected, change, other].map(cell),
    ...(manifests === undefined ? lacking : lacking.map(() => '?')),
  ]
    .map((text, column) => text.padStart(TITLES[column]?.length ?? 0))
    .join('')
}
