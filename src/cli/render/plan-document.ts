import type { Budget, ExposureBudget } from '../../core/budget/budget.ts'
import { termsOf, writeFormula } from '../../core/budget/formula.ts'
import { phasesOf } from '../../core/budget/timeline.ts'
import { type Exposure, reasonText, reasonTo } from '../../core/model/exposure.ts'
import type { ObjectRef } from '../../core/model/object-ref.ts'
import type { Plan, PlannedObject } from '../../plan/plan.ts'
import { summarize } from '../../plan/summary.ts'

/** The shape of `--output json` and `yaml`; a change that takes something away raises it. */
const FORMAT_VERSION = 1

/** A plan as a document for machines: the same numbers as the text, with every origin as data. */
export const planDocument = (plan: Plan) => ({
  formatVersion: FORMAT_VERSION,
  summary: summarize(plan),
  objects: plan.objects.map(objectDocument),
  namespaces: plan.namespaces,
  notices: plan.notices,
  notes: plan.notes,
  problems: plan.problems,
})

function objectDocument({ manifest, decision, operations, warnings }: PlannedObject) {
  const { subject, mode, verdict, why, budget, ending, exposures, findings } = decision
  return {
    ...subject.ref,
    position: manifest.position,
    mode: mode.mode,
    verdict,
    why,
    ...(budget === undefined ? {} : { budget: budgetDocument(budget) }),
    ...(ending === undefined ? {} : { ending }),
    exposures: exposures.map((exposure) => exposureDocument(exposure, subject.ref)),
    findings,
    warnings,
    patch: operations,
  }
}

/** Each way as text and as data, down to the object that stands behind it. */
const exposureDocument = ({ evidence: _, because, ...rest }: Exposure, object: ObjectRef) => ({
  ...rest,
  because: because.map((reason) => {
    const steps = reasonTo(object, reason)
    return { text: reasonText(steps), steps }
  }),
})

const budgetDocument = (budget: Budget) => ({
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
  const { exposure, row, terms, sleepFormula, shutdownFormula, sleep, grace } = one
  const names = [...termsOf(sleepFormula), ...termsOf(shutdownFormula)]
  return {
    exposure: exposure.id,
    row,
    phases: phasesOf(one),
    sleepSeconds: sleep,
    gracePeriodSeconds: grace,
    sleepFormula: writeFormula(sleepFormula, (name) => name),
    shutdownFormula: writeFormula(shutdownFormula, (name) => name),
    terms: Object.fromEntries(names.map((name) => [name, terms[name]] as const)),
  }
}
