import { printableIn } from '../core/model/printable.ts'
import { traitsOf } from '../core/model/workload-kind.ts'
import { lackingPods, needsAttention } from '../judgement/workloads.ts'
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

/** The next commands: an audit may be the first that somebody runs, and a report the second after the installation. */
function drawNext(report: Report, { details, width, paint }: DetailPaper): readonly string[] {
  const texts = details ? [] : [...auditNext(report), ...handoverNext(report)]
  if (texts.length === 0) return []
  return [paint.bold('Next'), ...texts.flatMap((text) => wrap(text, { width, lead: '  ' })).map(paint.dim)]
}

const auditNext = ({ audited, workloads }: Report): readonly string[] =>
  audited !== undefined && workloads.some(needsAttention)
    ? [
        'slackwater explain KIND/NAME -n NAMESPACE: one workload in full, with the fix to paste',
        '-o html > audit.html: all of them as a page',
      ]
    : []

function handoverNext({ audited, workloads }: Report): readonly string[] {
  const isDue = workloads.some(
    ({ kind, pods }) => traitsOf(kind)?.isHandedOver === true && pods !== undefined && lackingPods(pods) > 0,
  )
  if (!isDue) return []
  const [when, whence] =
    audited === undefined ? ['', ' on your machine'] : ['once Slackwater is installed, ', '']
  return [
    `${when}slackwater handover KIND/NAME -n NAMESPACE${whence}: replaces running Pods that lack their hook or gate; each leaves the load balancer before it ends`,
  ]
}
