import { apiVersionOf, REPORTED } from '../cluster/resources.ts'
import type { Severity } from '../core/findings/catalogue.ts'
import { cut } from '../core/model/cut.ts'
import { printable } from '../core/model/printable.ts'
import { counts } from '../judgement/severity.ts'
import { STATES, type State } from '../judgement/states.ts'
import { lackingPods } from '../judgement/workloads.ts'
import type { WorkloadEntry } from '../report/schema.ts'

/** One result, as both definitions have it (openreports.io/v1alpha1, wgpolicyk8s.io/v1alpha2). */
export interface ReportResult {
  readonly source: 'slackwater'
  readonly policy: 'slackwater'
  /** The id of a finding, or RULE_OF_STATE. */
  readonly rule: string
  readonly category: string
  readonly severity: 'high' | 'medium' | 'info'
  readonly result: Outcome
  readonly scored: true
  readonly message: string
  readonly resources: readonly ReportedResource[]
  readonly properties: Readonly<Record<string, string>>
}

/** `error` is left out: it is about a policy that could not be evaluated. */
export type Outcome = 'fail' | 'warn' | 'skip' | 'pass'

interface ReportedResource {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid?: string
}

/** The same in each result. A choice. */
const CATEGORY = 'Zero-downtime deployments'

/** The rule of a workload behind a load balancer about which no finding says anything. */
const RULE_OF_STATE = 'graceful-termination'

/** Characters of a message. A choice: the longest ones have some 400. */
const LONGEST_MESSAGE = 1_024

const SEVERITIES = { error: 'high', warning: 'medium', information: 'info' } as const satisfies Record<
  Severity,
  ReportResult['severity']
>

/**
 * One result for each finding of severity warning or error; without any, one for a workload behind a load balancer.
 * Information is left out: nobody has to act on it, and readers of these reports count results.
 */
export function resultsOf(workload: WorkloadEntry, uid: string | undefined): readonly ReportResult[] {
  const resources = [resourceOf(workload, uid)]
  const grave = workload.findings.filter(({ severity }) => severity !== 'information')
  if (grave.length > 0) return grave.map((finding) => ofFinding(finding, resources))
  return workload.state === undefined ? [] : [ofState(workload.state, workload, resources)]
}

type Found = WorkloadEntry['findings'][number]

const ofFinding = (finding: Found, resources: ReportResult['resources']): ReportResult => ({
  ...stated(finding.id, resources),
  severity: SEVERITIES[finding.severity],
  result: counts(finding) ? (finding.severity === 'error' ? 'fail' : 'warn') : 'skip',
  message: messageOf(finding.message),
  properties: propertiesOf(finding),
})

/**
 * Protected is a pass, unless running Pods lack something; where nothing is written, why, and that is neither good nor
 * bad.
 */
const ofState = (
  state: State,
  { why, pods }: WorkloadEntry,
  resources: ReportResult['resources'],
): ReportResult => {
  const isGood = state === 'protected' || state === 'in-pods'
  if (isGood && pods !== undefined && lackingPods(pods) > 0)
    return {
      ...stated(RULE_OF_STATE, resources),
      severity: SEVERITIES.warning,
      result: 'warn',
      message: PODS_LACK,
      properties: { state, ...(pods.cure === undefined ? {} : { action: messageOf(pods.cure) }) },
    }
  return {
    ...stated(RULE_OF_STATE, resources),
    severity: 'info',
    result: isGood ? 'pass' : 'skip',
    message: messageOf(isGood ? STATES[state] : why),
    properties: { state },
  }
}

/** Without their number, which changes with each Pod of a rollout. */
const PODS_LACK = 'running Pods lack their hook, grace period or readiness gate'

const stated = (rule: string, resources: ReportResult['resources']) =>
  ({
    source: 'slackwater',
    policy: 'slackwater',
    rule,
    category: CATEGORY,
    scored: true,
    resources,
  }) as const

/** `holds` says whether the next change of the template fixes it. */
const propertiesOf = ({ holds, action, accepted }: Found): Readonly<Record<string, string>> => ({
  holds,
  ...(action === undefined ? {} : { action: messageOf(action) }),
  ...(accepted === undefined ? {} : { accepted: messageOf(accepted.reason) }),
})

const messageOf = (text: string): string => cut(printable(text), LONGEST_MESSAGE)

function resourceOf({ kind, namespace, name }: WorkloadEntry, uid: string | undefined): ReportedResource {
  const resource = REPORTED.find((one) => one.resource.kind === kind)?.resource
  const [version = 'v1'] = resource?.versions ?? []
  const apiVersion = resource === undefined ? version : apiVersionOf(resource, version)
  return { apiVersion, kind, namespace, name, ...(uid === undefined ? {} : { uid }) }
}
