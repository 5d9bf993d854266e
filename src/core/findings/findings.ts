import { FINDINGS, type Severity } from './catalogue.ts'
import type { Finding, Holds } from './finding.ts'
import type { Remark, Rule, RunningPods, Situation, Unexposed } from './rule.ts'
import { exposedNotCovered } from './rules/exposed-not-covered.ts'
import { RULES } from './rules.ts'

/** What the rules say about an object as requested and as we would leave it, each remark once. */
export const findingsOf = (before: Situation, after: Situation): readonly Finding[] =>
  RULES.flatMap((rule) => compare(rule, rule.check(before), rule.check(after)))

/** What the rules say about a workload that no load balancer sends to. */
export const findingsOfUnexposed = (unexposed: Unexposed): readonly Finding[] =>
  RULES.flatMap((rule) =>
    (rule.checkUnexposed?.(unexposed) ?? []).map((remark) => finding(rule, remark, 'throughout')),
  )

/** What the rules say of a workload's running Pods: a change of its template may fix it, or not. */
export const findingsOfPods = (pods: RunningPods): readonly Finding[] =>
  RULES.flatMap((rule) => (rule.checkPods?.(pods) ?? []).map((remark) => finding(rule, remark, 'throughout')))

/** What is said of a workload whose kind is left alone: that it is not covered, and nothing of what would cover it. */
export const findingsLeftAlone = (situation: Situation): readonly Finding[] =>
  exposedNotCovered.check(situation).map((remark) => finding(exposedNotCovered, remark, 'throughout'))

/**
 * A remark whose numbers our change only moves is the same remark: one that stands before and after holds
 * throughout, and is told in its later words.
 */
function compare(rule: Rule, before: readonly Remark[], after: readonly Remark[]): readonly Finding[] {
  const gone = before.filter((remark) => !isAmong(after, remark))
  return [
    ...after.map((remark) => finding(rule, remark, isAmong(before, remark) ? 'throughout' : 'after')),
    ...gone.map((remark) => finding(rule, remark, 'before')),
  ]
}

const isAmong = (remarks: readonly Remark[], { about }: Remark): boolean =>
  remarks.some((remark) => remark.about === about)

const finding = ({ id }: Rule, remark: Remark, holds: Holds): Finding => ({
  id,
  severity: remark.severity ?? (FINDINGS[id].severity as Severity),
  holds,
  ...(remark.about === undefined ? {} : { about: remark.about }),
  message: remark.message,
  brief: remark.brief ?? remark.message,
  action: remark.action ?? FINDINGS[id].action,
  ...(remark.paste === undefined ? {} : { paste: remark.paste }),
})
