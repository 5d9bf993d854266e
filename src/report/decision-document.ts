import type { Budget, ExposureBudget } from '../core/budget/budget.ts'
import { type ContainerBudget, knownHook } from '../core/budget/containers.ts'
import { termsOf, writeFormula } from '../core/budget/expression.ts'
import { phasesOf } from '../core/budget/timeline.ts'
import { type Exposure, reasonText, reasonTo } from '../core/model/exposure.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'

/** An exposure for machines. Each path as text and as data, down to the object behind it. */
export const exposureDocument = (
  { evidence: _, port: __, because, ...rest }: Exposure,
  object: ObjectRef,
) => ({
  ...rest,
  because: because.map((reason) => {
    const steps = reasonTo(object, reason)
    return { text: reasonText(steps), steps }
  }),
})

/** A budget for machines: every term of every exposure with its origin. */
export const budgetDocument = (budget: Budget) => ({
  sleepSeconds: budget.sleep,
  gracePeriodSeconds: budget.grace,
  shutdownSeconds: budget.shutdownTime,
  needed: budget.needed,
  graceful: budget.graceful,
  longestKnownHookSeconds: budget.longestHook,
  ...(budget.explicitSleep === undefined ? {} : { explicitSleep: budget.explicitSleep }),
  decidedBy: budget.decidedBy.exposure.id,
  caps: budget.caps,
  containers: budget.containers.map(containerDocument),
  graceContainer: budget.graceContainer.container.name,
  perExposure: budget.perExposure.map(exposureBudgetDocument),
})

/** Until its SIGTERM, and after it; `hookSeconds` is the known length of a hook of the user's, 0 for none. */
const containerDocument = ({ container, holds, sleep, shutdownTime }: ContainerBudget) => ({
  name: container.name,
  holds,
  sleepSeconds: sleep,
  shutdownSeconds: shutdownTime,
  ...(container.hook === undefined ? {} : { hookSeconds: knownHook(container) }),
})

function exposureBudgetDocument(one: ExposureBudget) {
  const { exposure, row, terms, sleepFormula, shutdownFormula, sleep, grace, classicSleep, unaidedSleep } =
    one
  const names = [...termsOf(sleepFormula), ...termsOf(shutdownFormula)]
  return {
    exposure: exposure.id,
    row,
    phases: phasesOf(one),
    sleepSeconds: sleep,
    gracePeriodSeconds: grace,
    ...(classicSleep === undefined ? {} : { classicSleepSeconds: classicSleep }),
    ...(unaidedSleep === undefined ? {} : { unobservedSleepSeconds: unaidedSleep }),
    sleepFormula: writeFormula(sleepFormula, (name) => name),
    shutdownFormula: writeFormula(shutdownFormula, (name) => name),
    terms: Object.fromEntries(names.map((name) => [name, terms[name]] as const)),
  }
}

export type ExposureDocument = ReturnType<typeof exposureDocument>
type FullBudget = ReturnType<typeof budgetDocument>
/** Reports of older versions have no containers. */
export type BudgetDocument = Omit<FullBudget, 'containers' | 'graceContainer'> &
  Partial<Pick<FullBudget, 'containers' | 'graceContainer'>>

/** The target group that decided the sleep. */
export const decidingOf = ({
  perExposure,
  decidedBy,
}: Pick<BudgetDocument, 'perExposure' | 'decidedBy'>): BudgetDocument['perExposure'][number] | undefined =>
  perExposure.find(({ exposure }) => exposure === decidedBy)
