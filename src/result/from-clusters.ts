import type { ClusterOutcome } from '../report/clusters.ts'
import { resultOfReport, resultsTogether } from './from-report.ts'
import type { Result, ResultRemark } from './result.ts'

/** The reports of several clusters as one result; a cluster without one is a remark. */
export function resultOfClusters(
  clusters: readonly ClusterOutcome[],
  { command, version }: Pick<Result, 'command' | 'version'>,
): Result {
  const unread: Result = { command, version, workloads: [], remarks: clusters.flatMap(problemRemark) }
  const read = clusters.flatMap(({ context, report }) =>
    report === undefined ? [] : [resultOfReport(report, { command, cluster: context })],
  )
  return resultsTogether([unread, ...read])
}

const problemRemark = ({ context, problem }: ClusterOutcome): readonly ResultRemark[] =>
  problem === undefined
    ? []
    : [{ what: 'problem', id: 'problem', severity: 'error', message: problem, cluster: context }]
