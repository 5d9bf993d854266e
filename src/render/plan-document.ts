import type { RelatedObject } from '../core/discovery/objects/related.ts'
import type { Plan, PlannedObject } from '../plan/plan.ts'
import { summarize } from '../plan/summary.ts'
import { budgetDocument, exposureDocument } from '../report/decision-document.ts'
import { PLAN_FORMAT, type PlanDocument } from '../result/plan-schema.ts'

/** A plan as a document for programs: the same numbers as the text, with every origin as data. */
export const planDocument = (plan: Plan): PlanDocument => ({
  formatVersion: PLAN_FORMAT,
  summary: summarize(plan),
  objects: plan.objects.map(objectDocument),
  namespaces: [...plan.namespaces],
  notices: [...plan.notices],
  notes: [...plan.notes],
  problems: [...plan.problems],
})

function objectDocument({
  manifest,
  decision,
  findings,
  ending,
  operations,
  warnings,
  unusedAccepts,
  related,
}: PlannedObject): PlanDocument['objects'][number] {
  const { subject, mode, verdict, why, budget, exposures } = decision
  return {
    ...subject.ref,
    position: manifest.position,
    mode: mode.mode,
    verdict,
    why,
    ...(budget === undefined ? {} : { budget: budgetDocument(budget) }),
    ...(ending === undefined ? {} : { ending }),
    exposures: exposures.map((exposure) => exposureDocument(exposure, subject.ref)),
    findings: [...findings],
    ...(unusedAccepts.length === 0 ? {} : { unusedAccepts: [...unusedAccepts] }),
    warnings: [...warnings],
    patch: [...operations],
    ...(related.length === 0 ? {} : { related: related.map(relatedDocument) }),
  }
}

/** The object by its name, with its facts. */
const relatedDocument = ({ ref, about: _, ...facts }: RelatedObject) => ({ ...ref, ...facts })
