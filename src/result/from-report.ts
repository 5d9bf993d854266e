import type { Notice } from '../core/model/notice.ts'
import { refText } from '../core/model/object-ref.ts'
import { concernsOf } from '../judgement/concerns.ts'
import { given } from '../kubernetes/json.ts'
import type { Report } from '../report/schema.ts'
import { withoutCertainty } from '../report/uncertain.ts'
import { noticeRemark } from './from-plan.ts'
import { outcomeRemarks } from './outcome-remarks.ts'
import type { Result, ResultRemark } from './result.ts'

/** A report as a result. @param cluster the context it comes from, where there are several. */
export function resultOfReport(
  report: Report,
  { command, cluster }: { readonly command: string; readonly cluster?: string },
): Result {
  const of = given('cluster', cluster)
  const isInDoubt = report.cluster.doubt !== undefined
  const judged = isInDoubt ? report.workloads.map(withoutCertainty) : report.workloads
  return {
    command,
    version: report.slackwater.version,
    workloads: judged.map((workload) => ({ ...workload, ...of })),
    remarks: [
      ...concernRemarks(report),
      ...outcomeRemarks(report),
      ...noticesIn(report).map(noticeRemark),
    ].map((remark) => ({ ...remark, ...of })),
  }
}

/** Several clusters, one after the other; what is said of the run is the first one’s. */
export function resultsTogether(results: readonly [Result, ...Result[]]): Result {
  const [first] = results
  return {
    ...first,
    workloads: results.flatMap(({ workloads }) => workloads),
    remarks: results.flatMap(({ remarks }) => remarks),
  }
}

/** A concern about a workload's findings stands beside them: of its Pods, or of its manifest. */
const concernRemarks = (report: Report): readonly ResultRemark[] =>
  concernsOf(report).map(({ id, severity, object, text, cure }) => ({
    what: id === 'part-missing' ? 'missing' : 'concern',
    id,
    severity,
    message: text,
    action: cure,
    ...given('object', object),
  }))

/** Each notice once: several workloads may stand behind one Service. */
function noticesIn({ workloads }: Report): readonly Notice[] {
  const notices = workloads.flatMap((workload) => workload.notices)
  return [
    ...new Map(
      notices.map((notice) => [`${notice.id} ${refText(notice.object)} ${notice.text}`, notice]),
    ).values(),
  ]
}
