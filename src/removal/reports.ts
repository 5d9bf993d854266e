import { ApiError, isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { messageOf } from '../core/model/thrown.ts'
import { REPORT_KINDS, type ReportKind } from '../policy-reports/kinds.ts'
import { deleteReport, isInstalled, storedReports } from '../policy-reports/stored.ts'
import type { ReportRemoval, Unread } from './removal.ts'

/** A report for other tools that Slackwater wrote. */
export interface FoundReport extends ReportRemoval {
  readonly uid: string
}

interface FoundReports {
  readonly reports: readonly FoundReport[]
  readonly unread: readonly Unread[]
}

/** Every report of Slackwater. Most clusters have no definition of one. @throws any error of the connection. */
export async function findReports(
  api: ApiServer,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<FoundReports> {
  const reports: FoundReport[] = []
  const unread: Unread[] = []
  for (const kind of REPORT_KINDS) {
    try {
      if (await isInstalled(api, kind, signal))
        reports.push(...(await foundOf(kind, { api, namespace, signal })))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      unread.push({ resource: `${kind.plural}.${kind.group}`, problem: error.message })
    }
  }
  return { reports, unread }
}

async function foundOf(
  kind: ReportKind,
  query: { readonly api: ApiServer; readonly namespace: string | undefined; readonly signal: AbortSignal },
): Promise<readonly FoundReport[]> {
  const { api, namespace, signal } = query
  const found: FoundReport[] = []
  const scope = namespace === undefined ? {} : { namespace }
  for await (const stored of storedReports({ api, kind, signal, ...scope }))
    if (stored.isOurs)
      found.push({
        ref: { kind: kind.kind, namespace: stored.namespace, name: stored.name },
        uid: stored.uid,
        state: 'would-take-back',
      })
  return found
}

/** Never throws: what other tools show is not worth an early end. */
export async function takeReportBack(
  api: ApiServer,
  found: FoundReport,
  signal: AbortSignal,
): Promise<ReportRemoval> {
  const { ref, uid } = found
  const kind = REPORT_KINDS.find((one) => one.kind === ref.kind)
  try {
    if (kind !== undefined) await deleteReport({ namespace: ref.namespace, uid }, { api, kind, signal })
    return { ref, state: 'taken-back' }
  } catch (error) {
    return isAbsent(error) ? { ref, state: 'taken-back' } : { ref, state: 'left', why: messageOf(error) }
  }
}
