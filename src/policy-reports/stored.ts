import { isForbidden } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { isServed } from '../cluster/is-served.ts'
import { pagesOf } from '../cluster/list-watch.ts'
import { APPLY_PATCH, deleteObject, patchObject } from '../cluster/objects.ts'
import { LEFT_ANNOTATION } from '../core/model/keys.ts'
import { isSame } from '../core/model/same.ts'
import { at, itemsOf, root } from '../kubernetes/json.ts'
import { documentOf, keyOfResult, type NamespaceReport, type ResultTime } from './document.ts'
import { listedReports, REPORT_LABELS, REPORT_NAME, type ReportKind, reportPath } from './kinds.ts'
import type { ReportResult } from './results.ts'

/** A report as it is stored. */
export interface StoredReport {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** Without our label it is another's, which happens to have the name. */
  readonly isOurs: boolean
  readonly raw: unknown
}

/** Whether the API server has this kind. @throws ApiError */
export async function isInstalled(api: ApiServer, kind: ReportKind, signal: AbortSignal): Promise<boolean> {
  try {
    return await isServed(api, kind, kind.version, signal)
  } catch (error) {
    // A cluster may have taken discovery away from ServiceAccounts: then nothing is known to be there.
    if (isForbidden(error)) return false
    throw error
  }
}

interface Listing {
  readonly api: ApiServer
  readonly kind: ReportKind
  /** Absent: in every namespace. */
  readonly namespace?: string
  readonly signal: AbortSignal
}

/**
 * Every report of our name, one at a time: a page of them may be large. By the name, because RBAC can restrict a list to
 * it (Kubernetes: RBAC, resourceNames). @throws ApiError
 */
export async function* storedReports({
  api,
  kind,
  namespace,
  signal,
}: Listing): AsyncGenerator<StoredReport> {
  const listed = listedReports(kind, namespace)
  const fieldSelector = `metadata.name=${REPORT_NAME}`
  for await (const { objects } of pagesOf({ api, listed, signal, fieldSelector }))
    for (const raw of objects) yield storedOf(raw)
}

function storedOf(raw: unknown): StoredReport {
  const metadata = at(root(raw), 'metadata')
  const textAt = (key: string): string => String(at(metadata, key).value ?? '')
  const isOurs = Object.entries(REPORT_LABELS).every(
    ([key, value]) => at(metadata, 'labels', key).value === value,
  )
  return { namespace: textAt('namespace'), name: textAt('name'), uid: textAt('uid'), isOurs, raw }
}

/** Whether a stored report says the same, apart from the times. */
export function saysTheSame({ raw }: StoredReport, report: NamespaceReport): boolean {
  const stored = root(raw)
  const left = Number(at(stored, 'metadata', 'annotations', LEFT_ANNOTATION).value ?? 0)
  const results = itemsOf(at(stored, 'results')).map((node) => withoutTime(node.value))
  return (
    left === report.left &&
    isSame(at(stored, 'summary').value, report.summary) &&
    isSame(results, report.results)
  )
}

function withoutTime(result: unknown): unknown {
  const { timestamp: _, ...rest } = (result ?? {}) as Record<string, unknown>
  return rest
}

interface ReportWrite {
  readonly api: ApiServer
  readonly kind: ReportKind
  readonly now: Date
  readonly signal: AbortSignal
}

/** Since when each result of a stored report holds, by keyOfResult. */
export type ResultTimes = ReadonlyMap<string, ResultTime>

export const NO_TIMES: ResultTimes = new Map()

export function timesIn({ raw }: StoredReport): ResultTimes {
  const times = new Map<string, ResultTime>()
  for (const node of itemsOf(at(root(raw), 'results'))) {
    const { value: seconds } = at(node, 'timestamp', 'seconds')
    if (typeof seconds === 'number' && isOwnResult(node.value))
      times.set(keyOfResult(node.value), { seconds, nanos: 0 })
  }
  return times
}

/** A result that was there keeps its time. @throws ApiError */
export async function applyReport(
  report: NamespaceReport,
  times: ResultTimes,
  { api, kind, now, signal }: ReportWrite,
): Promise<void> {
  const current = { seconds: Math.floor(now.getTime() / 1000), nanos: 0 }
  const body = documentOf(report, kind, (result) => times.get(keyOfResult(result)) ?? current)
  const query = { fieldManager: FIELD_MANAGER, force: 'true' }
  const path = reportPath(kind, report.namespace)
  await patchObject(api, { path, body, query, contentType: APPLY_PATCH }, signal)
}

/** Everything that keyOfResult reads. */
const isOwnResult = (value: unknown): value is ReportResult =>
  typeof value === 'object' && value !== null && Array.isArray((value as Partial<ReportResult>).resources)

/** Only the object that was read. @throws ApiError */
export const deleteReport = (
  { namespace, uid }: Pick<StoredReport, 'namespace' | 'uid'>,
  { api, kind, signal }: Omit<ReportWrite, 'now'>,
): Promise<void> => deleteObject(api, { path: reportPath(kind, namespace), uid }, signal)
