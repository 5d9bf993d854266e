import { compareText } from '../../core/model/object-ref.ts'
import { counts, isGrave, stays } from '../../judgement/severity.ts'
import { STANDINGS, type Standing, standingOf } from '../../judgement/standing.ts'
import type { ResultWorkload } from '../../result/result.ts'
import { type Html, html, isolated } from './html.ts'
import { balancersOf, creatorsOf, STANDING_SIGN, stateWords } from './words.ts'

/** Columns: the key that the script sorts by, and the words. */
const COLUMNS = [
  ['workload', 'Workload'],
  ['cluster', 'Cluster'],
  ['namespace', 'Namespace'],
  ['state', 'State'],
  ['balancer', 'Load balancer'],
  ['findings', 'Findings'],
  ['sleep', 'Sleep, s'],
  ['grace', 'Grace, s'],
] as const

const RANKS = Object.keys(STANDINGS) as Standing[]

const rankOf = (workload: ResultWorkload): number => RANKS.indexOf(standingOf(workload))

/** The most urgent first; among equals by cluster, namespace, kind and name. */
export const inOrder = (workloads: readonly ResultWorkload[]): readonly ResultWorkload[] =>
  workloads
    .map((workload) => ({ workload, rank: rankOf(workload) }))
    .sort((a, b) => a.rank - b.rank || compareWorkloads(a.workload, b.workload))
    .map(({ workload }) => workload)

const compareWorkloads = (a: ResultWorkload, b: ResultWorkload): number =>
  compareText(a.cluster ?? '', b.cluster ?? '') ||
  compareText(a.namespace, b.namespace) ||
  compareText(a.kind, b.kind) ||
  compareText(a.name, b.name)

/** The table, row by row. Closing tags that HTML does not need are left out: there may be thousands of rows. */
export function* workloadTable(
  workloads: readonly ResultWorkload[],
  anchors: readonly string[],
): Generator<Html> {
  const hasClusters = workloads.some(({ cluster }) => cluster !== undefined)
  const columns = COLUMNS.filter(([key]) => key !== 'cluster' || hasClusters)
  yield html`<div class="scroll"><table id="workloads"><caption>Workloads</caption>
<thead><tr>${columns.map(([key, words]) => html`<th scope="col" data-key="${key}"${key === 'state' ? html` aria-sort="ascending"` : ''}>${words}</th>`)}</tr></thead>
<tbody>
`
  for (const [at, workload] of workloads.entries()) yield tableRow(workload, anchors[at] ?? '', hasClusters)
  yield html`</tbody></table></div>
`
}

function tableRow(workload: ResultWorkload, anchor: string, hasClusters: boolean): Html {
  const { kind, namespace, name, cluster = '', budget } = workload
  return html`<tr id="${anchor}" class=${standingOf(workload)}><th scope=row>${kind} ${isolated(name)}${hasClusters ? html`<td>${isolated(cluster)}` : ''}<td>${isolated(namespace)}<td class=tone>${STANDING_SIGN[standingOf(workload)]} ${stateWords(workload)}<td>${balancerCell(workload)}<td>${findingsCell(workload)}<td>${budget?.sleepSeconds}<td>${budget?.gracePeriodSeconds}
`
}

const balancerCell = (workload: ResultWorkload): Html =>
  html`${balancersOf(workload).map((text) => html`<span>${text}</span> `)}${creatorsOf(workload).map((text) => html`<small>${text}</small> `)}`

/** Every id once: those that need attention, those that the change fixes or somebody accepts, and information. */
function findingsCell({ findings }: ResultWorkload): readonly Html[] {
  const seen = new Set<string>()
  const once = (some: readonly (typeof findings)[number][]): readonly string[] => {
    const ids = [...new Set(some.map(({ id }) => id))].filter((id) => !seen.has(id))
    for (const id of ids) seen.add(id)
    return ids
  }
  return [
    ...once(findings.filter((finding) => stays(finding) && counts(finding))).map((id) => html`<b>${id}</b> `),
    ...once(findings.filter(isGrave)).map((id) => html`<span>${id}</span> `),
    ...once(findings).map((id) => html`<i>${id}</i> `),
  ]
}
