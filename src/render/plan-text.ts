import type { Verdict } from '../core/decision/decide.ts'
import { printableIn } from '../core/model/printable.ts'
import type { Plan } from '../plan/plan.ts'
import { drawNotices, drawNoticesInShort } from './notices.ts'
import type { DetailPaper } from './paint.ts'
import { drawFindingGroups } from './plan-findings.ts'
import { drawNamespaces, drawNamespacesInShort } from './plan-namespaces.ts'
import { drawBrief, drawObject, printableObjects } from './plan-object.ts'
import { drawHeadline, drawNext, type PlanPaper } from './plan-summary.ts'
import { drawTable } from './plan-table.ts'

/** Objects for which only the reason is shown. */
const BRIEF: readonly Verdict[] = ['not-exposed', 'out-of-scope', 'opted-out', 'unchanged']

/**
 * A plan as text. It begins with what was counted; then one line for each workload and each finding once, or, with
 * details and for a single workload, everything about each.
 */
export function planText(made: Plan, paper: PlanPaper): string {
  const plan = printablePlan(made)
  const blocks = [
    drawHeadline(plan, paper),
    ...(paper.details || plan.objects.length === 1 ? detailed(plan, paper) : inShort(plan, paper)),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** Escapes control characters, except in the input of the diff, which escapes its own lines. */
const printablePlan = ({ objects, ...rest }: Plan): Plan => ({
  ...rest,
  ...printableIn({ namespaces: rest.namespaces, notices: rest.notices, notes: rest.notes }),
  objects: printableObjects(objects),
})

type Blocks = readonly (readonly string[])[]

/** First what changes, then what does not, then namespaces and notices. */
function detailed(plan: Plan, paper: DetailPaper): Blocks {
  const full = plan.objects.filter(({ decision }) => !BRIEF.includes(decision.verdict))
  const brief = plan.objects.filter(({ decision }) => BRIEF.includes(decision.verdict))
  return [
    ...full.map((object) => drawObject(object, paper)),
    brief.flatMap((object) => drawBrief(object, paper)),
    section('Namespaces', drawNamespaces(plan.namespaces, paper), paper),
    section('Notices', drawNotices(plan, paper), paper),
  ]
}

const inShort = (plan: Plan, paper: PlanPaper): Blocks => [
  drawTable(plan.objects, paper),
  section('Findings', drawFindingGroups(plan.objects, paper), paper),
  section('Namespaces', drawNamespacesInShort(plan.namespaces, paper), paper),
  section('Notices', drawNoticesInShort(plan, paper), paper),
  section('Next', plan.objects.length === 0 ? [] : drawNext(plan, paper), paper),
]

const section = (title: string, lines: readonly string[], { paint }: DetailPaper): readonly string[] =>
  lines.length === 0 ? [] : [paint.bold(title), ...lines]
