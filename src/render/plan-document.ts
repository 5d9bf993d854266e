import type { RelatedObject } from '../core/discovery/objects/related.ts'
import type { Plan, PlannedObject } from '../plan/plan.ts'
import { summarize } from '../plan/summary.ts'
import { budgetDocument, exposureDocument } from '../report/decision-document.ts'

/** The format of `--output json` and `yaml`; a change that removes something increments it. */
const FORMAT_VERSION = 1

/** A plan as a document for programs: the same numbers as the text, with every origin as data. */
export const planDocument = (plan: Plan) => ({
  formatVersion: FORMAT_VERSION,
  summary: summarize(plan),
  objects: plan.objects.map(objectDocument),
  namespaces: plan.namespaces,
  notices: plan.notices,
  notes: plan.notes,
  problems: plan.problems,
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
}: PlannedObject) {
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
    findings,
    ...(unusedAccepts.length === 0 ? {} : { unusedAccepts }),
    warnings,
    patch: operations,
    ...(related.length === 0 ? {} : { related: related.map(relatedDocument) }),
  }
}

/** The object by its name, with its facts. */
const relatedDocument = ({ ref, about: _, ...facts }: RelatedObject) => ({ ...ref, ...facts })
