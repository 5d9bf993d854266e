import { objectPath } from '../cluster/objects.ts'
import { apiVersionOf, pathOf } from '../cluster/resources.ts'
import type { PolicyReports } from '../core/model/settings.ts'

/** A kind of report that other tools read. Both have the same results. */
export interface ReportKind {
  readonly group: Exclude<PolicyReports, 'off' | 'auto'>
  readonly version: string
  readonly plural: string
  readonly kind: string
  /** Its definition has a `source` of the whole report, besides that of each result. */
  readonly hasSource: boolean
}

/** OpenReports succeeds the other, whose home is retired (kubernetes-retired/wg-policy-prototypes): it comes first. */
export const REPORT_KINDS: readonly ReportKind[] = [
  { group: 'openreports.io', version: 'v1alpha1', plural: 'reports', kind: 'Report', hasSource: true },
  {
    group: 'wgpolicyk8s.io',
    version: 'v1alpha2',
    plural: 'policyreports',
    kind: 'PolicyReport',
    hasSource: false,
  },
]

/** Of each report: Slackwater writes one for a namespace, and touches no object of another name. */
export const REPORT_NAME = 'slackwater'

/** On every report of Slackwater; one without it is somebody else's. */
export const REPORT_LABELS = { 'app.kubernetes.io/managed-by': 'slackwater' } as const

export const apiVersionOfKind = (kind: ReportKind): string => apiVersionOf(kind, kind.version)

export const reportPath = (kind: ReportKind, namespace: string): string =>
  objectPath({ apiVersion: apiVersionOfKind(kind), plural: kind.plural, namespace, name: REPORT_NAME })

/** Where they are listed. @param namespace absent: all of them. */
export const listedReports = (kind: ReportKind, namespace?: string) => ({
  path: pathOf(kind, kind.version, namespace),
  apiVersion: apiVersionOfKind(kind),
  kind: kind.kind,
})
