import type { JudgedReport } from './concerns.ts'
import { EXIT } from './exit.ts'
import { isUnsound, lackingPods } from './workloads.ts'

/** What counts for the exit code of a plan. */
interface JudgedPlan {
  /** Input that could not be read. */
  readonly problems: number
  /** Findings that stay after the changes. */
  readonly warnings: number
  readonly changed: number
  readonly inPods: number
  readonly labelled: number
}

/** @param changesCount `--exit-code`: changes count, too. */
export function planExitCode(plan: JudgedPlan, changesCount: boolean): number {
  if (plan.problems > 0) return EXIT.badInput
  const changes = changesCount ? plan.changed + plan.inPods + plan.labelled : 0
  return plan.warnings + changes > 0 ? EXIT.findings : EXIT.ok
}

/** Findings of warning or error, Pods without what they need, certain rejections, and missing parts. */
export function reportExitCode({ missing, unreadable, cluster, workloads, otherPods }: JudgedReport): number {
  const isQuiet =
    missing.length + unreadable.length === 0 &&
    cluster.doubt === undefined &&
    !workloads.some(isUnsound) &&
    !otherPods.some(({ pods }) => lackingPods(pods) > 0)
  return isQuiet ? EXIT.ok : EXIT.findings
}
