import { sleepOf } from '../../budget/budget.ts'
import { knownLength } from '../../injection/hooks.ts'
import { parseRecord } from '../../injection/record.ts'
import { RECORD_ANNOTATION, SLEEP_ANNOTATION } from '../../model/keys.ts'
import { add, longer, longest, type Seconds, seconds } from '../../model/seconds.ts'
import type { Container } from '../../model/workload.ts'
import { hookOfLength, hooksPaste } from '../hook-paste.ts'
import { onTemplate } from '../paste.ts'
import { pasteOf, type Rule, type Situation } from '../rule.ts'

/** Our choice: people round a sleep up, and ten seconds of a drain are not worth a change of the template. */
const TOLERANCE = seconds(10)

/** A hook that sleeps longer than the budget asks: safe, and paid for in every rollout and drain. */
export const sleepLongerThanNeeded: Rule = {
  id: 'sleep-longer-than-needed',
  check: (situation) =>
    situation.template.containers.flatMap((container) => {
      const { name, preStop } = container
      const { budget } = situation
      const length = preStop === undefined ? undefined : knownLength(preStop)
      // Where a limit cut the sleep, it is no longer than needed.
      const needed = longer(sleepOf(budget, name), budget.needed.sleep)
      if (length === undefined || length <= add(needed, TOLERANCE) || budget.sleep === 0) return []
      const message = `preStop of ${name} sleeps ${length} s, ${needed} s is enough`
      if (goesDown(situation, name, length))
        return [{ about: name, message: `${message}: the next change of the template lowers it` }]
      return [{ about: name, message, ...pasteOf(shortened(situation, container, needed)) }]
    }),
}

/** A hook of ours that the load balancers would need, were it not for what was observed of them. */
function goesDown({ template, budget, workload }: Situation, name: string, length: Seconds): boolean {
  const record = parseRecord(template.annotations[RECORD_ANNOTATION] ?? '')
  const explained = longest(budget.perExposure.map(({ unaidedSleep, sleep }) => unaidedSleep ?? sleep))
  return workload !== undefined && record?.sleep.has(name) === true && length <= explained
}

/** Any other hook of ours is never lowered but by what its workload states. */
function shortened(situation: Situation, { name, preStop }: Container, needed: Seconds): string | undefined {
  const record = parseRecord(situation.template.annotations[RECORD_ANNOTATION] ?? '')
  if (record?.sleep.has(name)) return onTemplate(situation, { [SLEEP_ANNOTATION]: String(needed) })
  const hook = preStop === undefined ? undefined : hookOfLength(preStop, needed)
  return hook === undefined
    ? undefined
    : hooksPaste(situation, [{ container: name, preStop: hook }], {
        grace: add(needed, situation.budget.shutdownTime),
      })
}
