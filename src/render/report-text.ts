import { printableIn } from '../core/model/printable.ts'
import { needsAttention } from '../judgement/workloads.ts'
import type { Report } from '../report/schema.ts'
import type { DetailPaper } from './paint.ts'
import { drawOtherDepartures } from './report-departures.ts'
import { drawNamespaces } from './report-namespaces.ts'
import { drawOrphans } from './report-orphans.ts'
import { drawOverview } from './report-overview.ts'
import { drawOtherPods, drawWorkloads } from './report-workloads.ts'
import { wrap } from './wrap.ts'

/** A report as text: totals on the first screen, then namespaces, then workloads with something to report. */
export function reportText(made: Report, given: DetailPaper): string {
  const report = printableIn(made)
  const paper = { ...given, byHand: report.audited !== undefined }
  const blocks = [
    drawOverview(report, paper),
    drawNamespaces(report, paper),
    ...drawWorkloads(report, paper),
    drawOtherPods(report, paper),
    drawOtherDepartures(report, paper),
    drawOrphans(report, paper),
    drawNext(report, paper),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** What an audit leads to: it may be the first command that somebody runs. */
function drawNext({ audited, workloads }: Report, { details, width, paint }: DetailPaper): readonly string[] {
  if (audited === undefined || details || !workloads.some(needsAttention)) return []
  return [
    paint.bold('Next'),
    ...[
      'slackwater explain KIND/NAME -n NAMESPACE: one workload in full, with the fix to paste',
      '-o html > audit.html: all of them as a page',
    ]
      .flatMap((text) => wrap(text, { width, lead: '  ' }))
      .map(paint.dim),
  ]
}
