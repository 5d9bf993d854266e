import { needText } from '../core/budget/said.ts'
import type { Decision } from '../core/decision/decide.ts'
import { type Exposure, reasonText, reasonTo } from '../core/model/exposure.ts'
import { type ObjectRef, refText } from '../core/model/object-ref.ts'
import { printableIn } from '../core/model/printable.ts'
import { DEFAULT_GRACE } from '../core/model/workload.ts'
import { positionText } from '../manifests/position.ts'
import type { PlannedObject } from '../plan/plan.ts'
import { budgetDocument } from '../report/decision-document.ts'
import { drawUnusedAccepts } from './accepted.ts'
import { drawBudget, exposureText } from './budget.ts'
import { columnsOf } from './columns.ts'
import { drawDiff } from './diff.ts'
import { drawFindings } from './findings.ts'
import { isInTermTable } from './in-term-table.ts'
import type { Paper } from './paint.ts'
import { drawTimeline } from './timeline.ts'
import { wrap } from './wrap.ts'

/** Escapes control characters, except in the input of the diff, which escapes its own lines. */
export const printableObject = ({
  manifest,
  operations,
  withoutRecord,
  ...rest
}: PlannedObject): PlannedObject => ({
  ...printableIn(rest),
  manifest: { ...manifest, position: printableIn(manifest.position) },
  operations,
  withoutRecord,
})

/** Everything about one workload: what changes, why, its numbers, its findings and the diff. */
export function drawObject(object: PlannedObject, paper: Paper): readonly string[] {
  const { decision, ending } = object
  const { budget, exposures } = decision
  const { width } = paper
  return [
    ...heading(object, paper),
    ...wrap(verdictText(decision), { width, lead: '  ' }),
    ...exposures.flatMap((exposure) =>
      wrap(`${exposureText(exposure)}: ${chains(exposure, decision.subject.ref)}`, {
        width,
        lead: '  behind ',
      }),
    ),
    ...assumptionsOf(exposures).flatMap((text) => wrap(text, { width, lead: '  assumption: ' })),
    ...(budget === undefined || ending === undefined
      ? []
      : ['', ...drawTimeline(budget, ending, paper), '', ...drawBudget(budget, paper)]),
    ...spaced(drawSaid(object, paper)),
    ...spaced(drawDiff(object, paper)),
  ]
}

/** Several exposures of one workload often have the same assumption. */
const assumptionsOf = (exposures: readonly Exposure[]): readonly string[] => [
  ...new Set(exposures.flatMap(({ assumptions }) => assumptions)),
]

const chains = ({ because }: Exposure, object: ObjectRef): string =>
  because.map((reason) => reasonText(reasonTo(object, reason))).join('; ')

const spaced = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['', ...lines])

function heading({ decision, manifest }: PlannedObject, { width, paint }: Paper): readonly string[] {
  const name = refText(decision.subject.ref)
  const place = positionText(manifest.position)
  const gap = width - columnsOf(name) - columnsOf(place)
  if (gap >= 2) return [paint.bold(name) + ' '.repeat(gap) + paint.dim(place)]
  return [...wrap(name, { width, lead: '', hang: 2 }).map(paint.bold), paint.dim(`  ${place}`)]
}

/** One sentence: what happens here, and where. */
function verdictText({ verdict, why, budget, mode, subject, desired }: Decision): string {
  const numbers = budget === undefined ? '' : `sleep ${budget.sleep} s, grace period ${budget.grace} s`
  const would = mode.mode === 'dry-run' ? 'dry-run, would ' : ''
  switch (verdict) {
    case 'inject':
      return `${would}inject: ${numbers}${subject.what === 'pod' ? '' : ', in the template'}`
    case 'inject-in-pods':
      return `${would}inject into its Pods, not into this template: ${numbers}; ${why}`
    case 'withhold':
      return `no sleep is injected: ${why}`
    case 'grace-only': {
      const [from, to] = [subject.template.grace, desired?.grace].map((grace) => grace ?? DEFAULT_GRACE)
      return `${would}change the grace period: ${from} → ${to} s${subject.what === 'pod' ? '' : ', in the template'}; ${why}`
    }
    case 'complete':
      return `nothing to change: ${why}${budget === undefined ? '' : `; ${needText(budget)}`}`
    default:
      return `${verdict}: ${why}`
  }
}

function drawSaid(
  { findings, warnings, unusedAccepts, decision }: PlannedObject,
  paper: Paper,
): readonly string[] {
  const { width, paint } = paper
  const budget = decision.budget === undefined ? undefined : budgetDocument(decision.budget)
  const shown = findings.filter((finding) => !isInTermTable(finding, budget))
  return [
    ...warnings.flatMap((text) => wrap(text, { width, lead: '  ! ' }).map(paint.yellow)),
    ...drawFindings(shown, '  ', paper),
    ...drawUnusedAccepts(unusedAccepts, { ...paper, lead: '  ' }),
  ]
}

/** A workload of which only the reason is shown. */
export function drawBrief(object: PlannedObject, paper: Paper): readonly string[] {
  const { width, paint } = paper
  const { decision, manifest } = object
  const text = `${refText(decision.subject.ref)}: ${decision.verdict}: ${decision.why} (${positionText(manifest.position)})`
  return [...wrap(text, { width, lead: '' }).map(paint.dim), ...drawSaid(object, paper)]
}
