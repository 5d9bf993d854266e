import { printableIn } from '../core/model/printable.ts'
import type { Report } from '../report/schema.ts'
import type { DetailPaper } from './paint.ts'
import { drawNamespaces } from './report-namespaces.ts'
import { drawOrphans } from './report-orphans.ts'
import { drawOverview } from './report-overview.ts'
import { drawOtherPods, drawWorkloads } from './report-workloads.ts'

/** A report as text: totals on the first screen, then namespaces, then workloads with something to report. */
export function reportText(made: Report, paper: DetailPaper): string {
  const report = printableIn(made)
  const blocks = [
    drawOverview(report, paper),
    drawNamespaces(report, paper),
    ...drawWorkloads(report, paper),
    drawOtherPods(report, paper),
    drawOrphans(report, paper),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}
