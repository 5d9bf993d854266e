import { cutText } from '../../budget/said.ts'
import { endsServerBy, knownLength } from '../../injection/hooks.ts'
import type { Container } from '../../model/workload.ts'
import { type HookFix, hookAfterSleep, hooksPaste } from '../hook-paste.ts'
import { listNames, pasteOf, type Rule, remarkIf, type Situation } from '../rule.ts'

/**
 * A hook whose length cannot be told from its text: nobody knows whether it is long enough. One that ends the server at
 * once has a finding of its own.
 */
export const prestopUnknownLength: Rule = {
  id: 'prestop-unknown-length',
  check: (situation) => {
    const { template, budget } = situation
    const unknown = template.containers.filter(
      ({ preStop }) =>
        preStop !== undefined && knownLength(preStop) === undefined && endsServerBy(preStop) === undefined,
    )
    const names = listNames(unknown.map(({ name }) => name))
    return remarkIf(unknown.length > 0 && budget.sleep > 0, () => ({
      message: `the length of the preStop hook on ${names} is unknown: if it does not wait ${budget.sleep} s, begin it with sleep ${budget.sleep}${cutText(budget)}`,
      brief: `preStop of ${unknown.length > 1 ? `${unknown.length} containers` : names} may not wait ${budget.sleep} s`,
      action: `begin it with sleep ${budget.sleep}`,
      ...pasteOf(sleepFirst(situation, unknown)),
    }))
  },
}

/** Undefined where one of the hooks is no command: what it asks for would have to wait. */
function sleepFirst(situation: Situation, unknown: readonly Container[]): string | undefined {
  const { budget } = situation
  const fixes = unknown.flatMap(({ name, preStop }): readonly HookFix[] => {
    const hook = preStop === undefined ? undefined : hookAfterSleep(preStop, budget.sleep)
    return hook === undefined ? [] : [{ container: name, preStop: hook }]
  })
  return fixes.length < unknown.length ? undefined : hooksPaste(situation, fixes)
}
