import { concernsOf, type JudgedReport } from './concerns.ts'
import { EXIT, type FailOn } from './exit.ts'
import { isUnsound, isUnstored, type JudgedWorkload, lackingPods, staysUnsound } from './workloads.ts'

/** What counts for the exit code of a plan. */
interface JudgedPlan {
  /** Input that could not be read. */
  readonly problems: number
  /** Findings of warning or error that stay after the changes and are not accepted. */
  readonly warnings: number
  /** Of these, errors. */
  readonly errors: number
  readonly changed: number
  readonly inPods: number
  readonly labelled: number
}

interface PlanThreshold {
  readonly failOn: FailOn
  /** `--exit-code`: changes count, too. */
  readonly changesCount: boolean
}

export function planExitCode(plan: JudgedPlan, { failOn, changesCount }: PlanThreshold): number {
  if (plan.problems > 0) return EXIT.badInput
  const changes = changesCount ? plan.changed + plan.inPods + plan.labelled : 0
  const findings = { error: plan.errors, warning: plan.warnings, none: 0 }[failOn]
  return findings + changes > 0 ? EXIT.findings : EXIT.ok
}

/** What counts for the exit code of a lint. */
interface JudgedLint {
  /** Input that could not be read. */
  readonly problems: number
  /** What counts, by severity. */
  readonly warnings: number
  readonly errors: number
}

export function lintExitCode({ problems, warnings, errors }: JudgedLint, failOn: FailOn): number {
  if (problems > 0) return EXIT.badInput
  return { error: errors, warning: errors + warnings, none: 0 }[failOn] > 0 ? EXIT.findings : EXIT.ok
}

interface JudgedExplanation {
  readonly workloads: readonly JudgedWorkload[]
  /** Files or parts of a cluster that could not be read. */
  readonly problems: number
}

/** Findings that the change fixes count for none that is known from files, as in a plan; for one that runs they do. */
export function explainExitCode({ workloads, problems }: JudgedExplanation, isLive: boolean): number {
  if (problems > 0 || workloads.length === 0) return EXIT.badInput
  const isBad = isLive ? isUnsound : staysUnsound
  return workloads.some(isBad) ? EXIT.findings : EXIT.ok
}

/** Accepted findings count for neither. */
export function reportExitCode(report: JudgedReport, failOn: FailOn): number {
  const isFailing = hasErrors(report) || (failOn === 'warning' && hasWarnings(report))
  return failOn !== 'none' && isFailing ? EXIT.findings : EXIT.ok
}

/** Ended by Ctrl-C or SIGTERM before there is a result: 128 and the number of SIGINT, as shells count. */
export const INTERRUPTED = 130

/**
 * Incomplete wins: what was not read may be worse than what was.
 * @param reports undefined stands for a cluster that could not be read.
 */
export function auditExitCode(reports: readonly (JudgedReport | undefined)[], failOn: FailOn): number {
  const complete = reports.filter((report) => report?.missing.length === 0)
  if (complete.length < reports.length) return EXIT.badInput
  const codes = complete.flatMap((report) => (report === undefined ? [] : auditedCode(report, failOn)))
  return codes.includes(EXIT.findings) ? EXIT.findings : EXIT.ok
}

function auditedCode(report: JudgedReport, failOn: FailOn): number {
  if (failOn === 'warning' && report.workloads.some(isUnstored)) return EXIT.findings
  return reportExitCode(report, failOn)
}

/** Concerns and findings of severity error. */
const hasErrors = (report: JudgedReport): boolean =>
  concernsOf(report).some(({ severity }) => severity === 'error') ||
  report.workloads.some(({ findings }) =>
    findings.some(({ severity, accepted }) => severity === 'error' && accepted === undefined),
  )

/** Findings of warning, Pods without what they need, certain rejections, and missing parts. */
const hasWarnings = ({
  missing,
  unreadable,
  cluster,
  workloads,
  otherPods,
  handovers = [],
}: JudgedReport): boolean =>
  missing.length + unreadable.length > 0 ||
  cluster.doubt !== undefined ||
  workloads.some(isUnsound) ||
  otherPods.some(({ pods }) => lackingPods(pods) > 0) ||
  handovers.some(({ pods }) => pods.some(({ overdue }) => overdue))

interface JudgedMeasurement {
  readonly loadBalancers: readonly { readonly losses: Readonly<Record<string, number>> }[]
  readonly departures: { readonly known: number; readonly measured: number }
  /** Absent: no moment was asked about. */
  readonly why?: unknown
}

interface MeasureThreshold {
  /** Input that could not be read. */
  readonly isIncomplete: boolean
  readonly failOn: Extract<FailOn, 'warning' | 'none'>
}

/** Logs in which nothing could be measured are the wrong ones, unless they were read to explain a moment. */
export function measureExitCode(
  { loadBalancers, departures, why }: JudgedMeasurement,
  { isIncomplete, failOn }: MeasureThreshold,
): number {
  if (isIncomplete || (departures.measured === 0 && why === undefined)) return EXIT.badInput
  const isLost = loadBalancers.some(({ losses }) => Object.values(losses).some((count) => count > 0))
  return isLost && failOn === 'warning' ? EXIT.findings : EXIT.ok
}
