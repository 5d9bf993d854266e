import { printable } from '../core/model/printable.ts'
import { needsAttention } from '../judgement/workloads.ts'
import type { ClusterOutcome } from '../report/clusters.ts'
import { counted, digits } from './counted.ts'
import { MARK } from './notices.ts'
import type { DetailPaper } from './paint.ts'
import { reportText } from './report-text.ts'
import { wrap } from './wrap.ts'

/** Several clusters as text: a line for each, then the report of each. */
export function clustersText(clusters: readonly ClusterOutcome[], paper: DetailPaper): string {
  const { width, paint } = paper
  const lines = clusters.flatMap((one) =>
    wrap(lineOf(one), { width, lead: one.problem === undefined ? '    ' : `  ${MARK.warning} ` }),
  )
  const reports = clusters.flatMap(({ report }) => (report === undefined ? [] : [reportText(report, paper)]))
  return [`${[paint.bold(counted(clusters.length, 'cluster')), ...lines].join('\n')}\n`, ...reports].join(
    '\n',
  )
}

function lineOf({ context, report, problem }: ClusterOutcome): string {
  if (report === undefined) return printable(`${context}: not read: ${problem}`)
  const { exposed, workloads } = report.totals
  const least = report.cluster.doubt === undefined ? '' : 'at least '
  const attention = digits(report.workloads.filter(needsAttention).length)
  const incomplete = report.missing.length === 0 ? '' : '; incomplete'
  return printable(
    `${context}: ${least}${digits(exposed)} of ${counted(workloads, 'workload')} behind a load balancer, ${attention} with something to report${incomplete}`,
  )
}
