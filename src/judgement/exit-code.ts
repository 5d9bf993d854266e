import { concernsOf, type JudgedReport } from './concerns.ts'
import { EXIT, type FailOn } from './exit.ts'
import { isUnsound, lackingPods } from './workloads.ts'

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

/** Accepted findings count for neither. */
export function reportExitCode(report: JudgedReport, failOn: FailOn): number {
  const isGrave = hasErrors(report) || (failOn === 'warning' && hasWarnings(report))
  return failOn !== 'none' && isGrave ? EXIT.findings : EXIT.ok
}

/** Concerns and findings of severity error. */
const hasErrors = (report: JudgedReport): boolean =>
  concernsOf(report).some(({ severity }) => severity === 'error') ||
  report.workloads.some(({ findings }) =>
    findings.some(({ severity, accepted }) => severity === 'error' && accepted === undefined),
  )

/** Findings of warning, Pods without what they need, certain rejections, and missing parts. */
const hasWarnings = ({ missing, unreadable, cluster, workloads, otherPods }: JudgedReport): boolean =>
  missing.length + unreadable.length > 0 ||
  cluster.doubt !== undefined ||
  workloads.some(isUnsound) ||
  otherPods.some(({ pods }) => lackingPods(pods) > 0)
