import type { Budget, ExposureBudget } from '../core/budget/budget.ts'
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
  perExposure: budget.perExposure.map(exposureBudgetDocument),
})

function exposureBudgetDocument(one: ExposureBudget) {
  const { exposure, row, terms, sleepFormula, shutdownFormula, sleep, grace, classicSleep } = one
  const names = [...termsOf(sleepFormula), ...termsOf(shutdownFormula)]
  return {
    exposure: exposure.id,
    row,
    phases: phasesOf(one),
    sleepSeconds: sleep,
    gracePeriodSeconds: grace,
    ...(classicSleep === undefined ? {} : { classicSleepSeconds: classicSleep }),
    sleepFormula: writeFormula(sleepFormula, (name) => name),
    shutdownFormula: writeFormula(shutdownFormula, (name) => name),
    terms: Object.fromEntries(names.map((name) => [name, terms[name]] as const)),
  }
}

export type ExposureDocument = ReturnType<typeof exposureDocument>
export type BudgetDocument = ReturnType<typeof budgetDocument>
