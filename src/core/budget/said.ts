import type { Budget } from './budget.ts'
import type { Cap } from './caps.ts'

/** Limits as people know them: a setting by its name. */
export const LIMIT_TEXT: Readonly<Record<Cap['limit'], string>> = {
  maxSleepSeconds: 'maxSleepSeconds',
  spot: 'a Spot notice',
  maxGraceSeconds: 'maxGraceSeconds',
}

/**
 * `it needs 45 s`. Where a limit cut the sleep, both numbers, since the sum of the terms gives the one and the change
 * the other: `it needs 140 s, a Spot notice allows 80 s`.
 * @param length what one container needs; by default the sleep of the pod.
 */
export function needText(
  { sleep, needed, caps }: Pick<Budget, 'sleep' | 'needed' | 'caps'>,
  length = sleep,
): string {
  const cap = caps.findLast(({ term }) => term === 'sleep')
  if (cap === undefined || length !== sleep) return `it needs ${length} s`
  return `it needs ${needed.sleep} s, ${LIMIT_TEXT[cap.limit]} allows ${sleep} s`
}

/** ` (it needs 140 s, a Spot notice allows 80 s)` where a limit cut the sleep, for a message that says the sleep. */
export const cutText = (budget: Budget): string =>
  budget.caps.some(({ term }) => term === 'sleep') ? ` (${needText(budget)})` : ''

/**
 * `set terminationGracePeriodSeconds 75`: the grace period of the budget, and whether a limit keeps it below what is
 * needed. Undefined: there is nothing to raise.
 * @param had seconds.
 */
export function graceAdvice({ grace, needed, caps }: Budget, had: number): string | undefined {
  if (needed.grace <= had) return undefined
  const limit = caps.at(-1)?.limit
  if (limit === undefined || grace >= needed.grace) return `set terminationGracePeriodSeconds ${needed.grace}`
  return grace > had
    ? `set terminationGracePeriodSeconds ${grace}, ${LIMIT_TEXT[limit]} allows no more`
    : `it needs ${needed.grace} s, ${LIMIT_TEXT[limit]} allows ${grace} s`
}
