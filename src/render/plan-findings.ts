import { refText } from '../core/model/object-ref.ts'
import { isGrave, stays } from '../judgement/severity.ts'
import type { PlannedObject } from '../plan/plan.ts'
import { budgetDocument } from '../report/decision-document.ts'
import { counted, few } from './counted.ts'
import { titleText } from './findings.ts'
import { isInTermTable } from './in-term-table.ts'
import { MARK } from './notices.ts'
import type { Paper } from './paint.ts'
import { type Said, saidOf } from './plan-states.ts'
import { wrap } from './wrap.ts'

/** Workloads by name in one sentence, and sentences below one finding. Choices. */
const NAMED = 3
const SENTENCES = 3

interface Told extends Said {
  readonly object: PlannedObject
}

/** Each finding once, with the workloads that have it: what needs attention first, then information. */
export function drawFindingGroups(objects: readonly PlannedObject[], paper: Paper): readonly string[] {
  const told = objects.flatMap(toldOf)
  const groups = [...Map.groupBy(told, ({ id, severity }) => `${severity} ${id}`).values()]
  const order = (group: readonly Told[]): number => (group.some(isGrave) ? 0 : 1)
  groups.sort((a, b) => order(a) - order(b) || b.length - a.length)
  return [...drawFixed(objects, paper), ...groups.flatMap((group) => drawGroup(group, paper))]
}

const toldOf = (object: PlannedObject): readonly Told[] => {
  const { budget } = object.decision
  const terms = budget === undefined ? undefined : budgetDocument(budget)
  return saidOf(object)
    .filter(
      (said) =>
        !isToldElsewhere(said) &&
        (said.id === 'unusable-annotation' || !isInTermTable({ id: said.id }, terms)),
    )
    .map(({ id, severity, message }) => ({ id, severity, message, object }))
}

/** A Namespace that is not among the manifests: the section about namespaces names it. */
const isToldElsewhere = ({ id, severity }: Said): boolean =>
  id === 'readiness-gate-missing' && severity === 'information'

/** Only how often: what the changes are shows in the table. */
function drawFixed(objects: readonly PlannedObject[], { width, paint }: Paper): readonly string[] {
  const fixed = objects.flatMap(({ findings }) => [
    ...new Set(findings.filter((finding) => !stays(finding)).map(({ id }) => id)),
  ])
  const counts = [...Map.groupBy(fixed, (id) => id)].map(([id, { length }]) => `${id} (${length})`)
  return counts.length === 0
    ? []
    : wrap(`fixed by the changes, with number of workloads: ${counts.join(', ')}`, {
        width,
        lead: '  ✓ ',
      }).map(paint.green)
}

function drawGroup(group: readonly Told[], { width, paint }: Paper): readonly string[] {
  const [first] = group
  if (first === undefined) return []
  const { id, severity } = first
  const lead = `  ${MARK[severity]} `
  const sentences = [...Map.groupBy(group, ({ message }) => message)]
  const isOne = sentences.length === 1
  const below = isOne || !isGrave(first) ? [] : sentences
  const who = below.length === 0 ? whose(group) : counted(distinct(group).length, 'workload')
  const text = `${id}: ${isOne ? first.message : titleOf(id)} (${who})`
  const more = below.length - SENTENCES
  const lines = [
    ...wrap(text, { width, lead }),
    ...below
      .slice(0, SENTENCES)
      .flatMap(([message, own]) => wrap(`${namesOf(own)}: ${message}`, { width, lead: '      ', hang: 8 })),
    ...(more > 0 ? [`      and ${counted(more, 'other')}: --details has all`] : []),
  ]
  return lines.map(isGrave(first) ? paint.yellow : paint.dim)
}

const titleOf = (id: Told['id']): string =>
  id === 'unusable-annotation' ? 'labels or annotations that could not be used' : titleText(id)

const distinct = (group: readonly Told[]): readonly PlannedObject[] => [
  ...new Set(group.map(({ object }) => object)),
]

/** A workload that stands in several files is named once: `3 × Deployment shop/web`. */
function namesOf(group: readonly Told[]): string {
  const byName = Map.groupBy(distinct(group), ({ decision }) => refText(decision.subject.ref))
  const names = [...byName].map(([name, { length }]) => (length === 1 ? name : `${length} × ${name}`))
  return few(names, NAMED)
}

/** `3 × Deployment shop/web`, `12 workloads: Deployment shop/web, Deployment shop/api, Deployment shop/cart and 9 more` */
function whose(group: readonly Told[]): string {
  const names = new Set(group.map(({ object }) => refText(object.decision.subject.ref)))
  return names.size === 1
    ? namesOf(group)
    : `${counted(distinct(group).length, 'workload')}: ${namesOf(group)}`
}
