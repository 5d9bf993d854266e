import { LEFT_ANNOTATION } from '../core/model/keys.ts'
import { compareRefs, compareText, type ObjectRef } from '../core/model/object-ref.ts'
import type { WorkloadEntry } from '../report/schema.ts'
import { apiVersionOfKind, REPORT_LABELS, REPORT_NAME, type ReportKind } from './kinds.ts'
import { type Outcome, type ReportResult, resultsOf } from './results.ts'

/** What Slackwater reports of one namespace, without the time of each result. */
export interface NamespaceReport {
  readonly namespace: string
  /** Of all results, those too that are not listed. */
  readonly summary: Readonly<Record<Outcome | 'error', number>>
  /** The graver first; at most MOST_RESULTS. */
  readonly results: readonly ReportResult[]
  /** How many are not listed. */
  readonly left: number
}

/**
 * Results in one report. A result is at most some 2,500 bytes (results.ts), and etcd takes 1.5 MiB in one request
 * (etcd, `--max-request-bytes`).
 */
export const MOST_RESULTS = 400

/** By namespace. @param uidOf absent from the object's reference if it returns undefined. */
export function namespaceReports(
  workloads: readonly WorkloadEntry[],
  uidOf: (ref: ObjectRef) => string | undefined,
): ReadonlyMap<string, NamespaceReport> {
  const reports = new Map<string, NamespaceReport>()
  for (const [namespace, own] of Map.groupBy(workloads, (one) => one.namespace)) {
    const results = own.flatMap((workload) => resultsOf(workload, uidOf(workload)))
    if (results.length > 0) reports.set(namespace, reportOf(namespace, results))
  }
  return reports
}

function reportOf(namespace: string, results: readonly ReportResult[]): NamespaceReport {
  const listed = [...results].sort(compareResults).slice(0, MOST_RESULTS)
  const count = (outcome: Outcome): number => results.filter(({ result }) => result === outcome).length
  return {
    namespace,
    summary: { pass: count('pass'), fail: count('fail'), warn: count('warn'), skip: count('skip'), error: 0 },
    results: listed,
    left: results.length - listed.length,
  }
}

const GRAVITY: readonly Outcome[] = ['fail', 'warn', 'skip', 'pass']

/** A total order: the same findings give the same report. */
const compareResults = (a: ReportResult, b: ReportResult): number =>
  GRAVITY.indexOf(a.result) - GRAVITY.indexOf(b.result) ||
  compareRefs(resourceOf(a), resourceOf(b)) ||
  compareText(a.rule, b.rule) ||
  compareText(a.message, b.message)

const resourceOf = ({ resources: [resource] }: ReportResult): ObjectRef =>
  resource ?? { kind: '', namespace: '', name: '' }

/** As `metav1.Timestamp` of both definitions. */
export interface ResultTime {
  readonly seconds: number
  readonly nanos: number
}

/** As it is applied. @param timeOf since when a result holds. */
export const documentOf = (
  { namespace, summary, results, left }: NamespaceReport,
  kind: ReportKind,
  timeOf: (result: ReportResult) => ResultTime,
) => ({
  apiVersion: apiVersionOfKind(kind),
  kind: kind.kind,
  metadata: {
    name: REPORT_NAME,
    namespace,
    labels: REPORT_LABELS,
    ...(left === 0 ? {} : { annotations: { [LEFT_ANNOTATION]: String(left) } }),
  },
  ...(kind.hasSource ? { source: 'slackwater' } : {}),
  summary,
  results: results.map((result) => ({ ...result, timestamp: timeOf(result) })),
})

/** What a result is about: while this stays and its outcome does, it keeps its time. */
export const keyOfResult = (result: ReportResult): string => {
  const { kind, name } = resourceOf(result)
  return [result.rule, result.result, kind, name].join('\0')
}
