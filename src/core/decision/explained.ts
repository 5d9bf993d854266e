import type { Budget } from '../budget/budget.ts'
import { isObserved, unaided } from '../budget/unaided.ts'
import type { OwnedWork } from '../injection/owned-work.ts'
import type { Exposure } from '../model/exposure.ts'
import type { Seconds } from '../model/seconds.ts'
import type { Subject } from './subject.ts'

/**
 * What the target groups that are seen would ask for without what was observed of them. What we have written up to that
 * much is explained by them, so that it may go down to what was observed. Anything above it had another cause, such as a
 * target group that is not seen at the moment, and stays.
 */
export interface ExplainedWork {
  readonly sleepFor: (container: string) => Seconds
  readonly grace: Seconds
}

interface ExplanationInputs {
  readonly subject: Subject
  readonly ownedWork: OwnedWork
  readonly storedWork: OwnedWork
  readonly exposures: readonly Exposure[]
}

/**
 * Only where a user changes the template of a workload, which rolls it out anyway: nothing rolls because something was
 * observed. Then what was written before may go down to it, in the same request and when asked again. Undefined: nothing
 * may.
 */
export function explainedWork(
  { subject, ownedWork, storedWork, exposures }: ExplanationInputs,
  budgetOf: (exposures: readonly Exposure[]) => Budget | undefined,
): ExplainedWork | undefined {
  const isRecorded = ownedWork.recorded || storedWork.recorded
  if (subject.what !== 'workload' || subject.change !== 'changed' || !isRecorded) return undefined
  if (!exposures.some(isObserved)) return undefined
  const budget = budgetOf(exposures.map(unaided))
  if (budget === undefined) return undefined
  const byName = new Map(budget.containers.map((one) => [one.container.name, one.sleep]))
  return { sleepFor: (name) => byName.get(name) ?? budget.sleep, grace: budget.grace }
}
