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
export const reportText = (made: Report, given: DetailPaper): string =>
  [...reportPieces(made, given)].join('')

/** The same piece by piece, one for each namespace: a long text never stands in memory as a whole. */
export function* reportPieces(made: Report, given: DetailPaper): Generator<string> {
  const report = printableReport(made)
  const paper = { ...given, byHand: report.audited !== undefined }
  let lead = ''
  for (const lines of blocksOf(report, paper)) {
    if (lines.length === 0) continue
    yield lead + lines.join('\n')
    lead = '\n\n'
  }
  yield '\n'
}

/** Each workload by itself: what was looked at of one is not remembered for the next. */
const printableReport = ({ workloads, ...rest }: Report): Report => ({
  ...printableIn(rest),
  workloads: workloads.map((entry) => printableIn(entry)),
})

function* blocksOf(report: Report, paper: DetailPaper): Generator<readonly string[]> {
  yield drawOverview(report, paper)
  yield drawNamespaces(report, paper)
  yield* drawWorkloads(report, paper)
  yield drawOtherPods(report, paper)
  yield drawOtherDepartures(report, paper)
  yield drawOrphans(report, paper)
  yield drawNext(report, paper)
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
  const cures = workloads.flatMap(({ pods }) => pods?.cure ?? []).filter((cure) => cure.includes(HANDOVER))
  if (cures.length === 0) return []
  const [when, whence] =
    audited === undefined
      ? [beforeHandover(cures), ' on your machine']
      : ['once Slackwater is installed, ', '']
  return [
    `${when}${HANDOVER}KIND/NAME -n NAMESPACE${whence}: replaces running Pods that lack their hook or gate; each leaves the load balancer before it ends`,
  ]
}

const HANDOVER = 'slackwater handover '

/** Nothing, if it can be run at once; in mode dry-run, for example, a new Pod would lack the same: `mode enforce, then `. */
function beforeHandover(cures: readonly string[]): string {
  const steps = new Set(cures.map((cure) => cure.slice(0, cure.indexOf(HANDOVER))))
  const [first = '', ...others] = steps
  if (steps.has('')) return ''
  return others.length === 0 ? first : 'after the first step of each cure (--details shows it), '
}
