import type { Decision, Verdict } from '../core/decision/decide.ts'
import type { Finding } from '../core/findings/finding.ts'
import { type Exposure, reasonText, reasonTo } from '../core/model/exposure.ts'
import { type ObjectRef, refText } from '../core/model/object-ref.ts'
import { printableIn } from '../core/model/printable.ts'
import { DEFAULT_GRACE } from '../core/model/workload.ts'
import { isGrave } from '../judgement/severity.ts'
import { positionText } from '../manifests/position.ts'
import type { PlannedNamespace } from '../plan/namespaces.ts'
import type { Plan, PlannedObject } from '../plan/plan.ts'
import { summarize } from '../plan/summary.ts'
import { acceptedSummary, drawAccepted, drawUnusedAccepts, isAcceptedHere } from './accepted.ts'
import { drawBudget, exposureText } from './budget.ts'
import { counted } from './counted.ts'
import { drawDiff } from './diff.ts'
import { drawNotices, MARK } from './notices.ts'
import type { Paper } from './paint.ts'
import { drawTimeline } from './timeline.ts'
import { wrap } from './wrap.ts'

/** Objects for which only the reason is shown. */
const BRIEF: readonly Verdict[] = ['not-exposed', 'out-of-scope', 'opted-out', 'unchanged']

/** A plan as text: first what changes, then what does not, then namespaces, notices and the summary. */
export function planText(made: Plan, paper: Paper): string {
  const plan = printablePlan(made)
  const full = plan.objects.filter(({ decision }) => !BRIEF.includes(decision.verdict))
  const brief = plan.objects.filter(({ decision }) => BRIEF.includes(decision.verdict))
  const blocks = [
    ...full.map((object) => drawObject(object, paper)),
    brief.flatMap((object) => drawBrief(object, paper)),
    section(
      'Namespaces',
      plan.namespaces.flatMap((namespace) => drawNamespace(namespace, paper)),
      paper,
    ),
    section('Notices', drawNotices(plan, paper), paper),
    [...wrap(summaryText(plan), { width: paper.width, lead: '' }), ...acceptedSummary(plan.objects, paper)],
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
  objects: objects.map(printableObject),
})

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

const section = (title: string, lines: readonly string[], { paint }: Paper): readonly string[] =>
  lines.length === 0 ? [] : [paint.bold(title), ...lines]

function drawObject(object: PlannedObject, paper: Paper): readonly string[] {
  const { decision, ending } = object
  const { budget, exposures } = decision
  const { width } = paper
  return [
    heading(object, paper),
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
    ...spaced(drawFindings(object, paper)),
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

function heading({ decision, manifest }: PlannedObject, { width, paint }: Paper): string {
  const name = refText(decision.subject.ref)
  const place = positionText(manifest.position)
  const gap = Math.max(2, width - name.length - place.length)
  return paint.bold(name) + ' '.repeat(gap) + paint.dim(place)
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
      return `nothing to change: ${why}${budget === undefined ? '' : `; it needs ${budget.sleep} s`}`
    default:
      return `${verdict}: ${why}`
  }
}

function drawFindings(
  { findings, warnings, unusedAccepts }: PlannedObject,
  { width, paint }: Paper,
): readonly string[] {
  const own = warnings.flatMap((text) => wrap(text, { width, lead: '  ! ' }).map(paint.yellow))
  return [
    ...own,
    ...findings.flatMap((finding) => drawFinding(finding, { width, paint })),
    ...drawUnusedAccepts(unusedAccepts, { width, paint, lead: '  ' }),
  ]
}

function drawFinding(finding: Finding, { width, paint }: Paper): readonly string[] {
  const { id, severity, holds, message } = finding
  if (isAcceptedHere(finding)) return drawAccepted(finding, { width, paint, lead: '  ' })
  const lines = wrap(`${id}: ${message}`, {
    width,
    lead: holds === 'before' ? '  ✓ fixed: ' : `  ${MARK[severity]} `,
  })
  if (holds === 'before') return lines.map(paint.green)
  return lines.map(isGrave(finding) ? paint.yellow : paint.dim)
}

function drawBrief(object: PlannedObject, { width, paint }: Paper): readonly string[] {
  const { decision, manifest } = object
  const text = `${refText(decision.subject.ref)}: ${decision.verdict}: ${decision.why} (${positionText(manifest.position)})`
  return [...wrap(text, { width, lead: '' }).map(paint.dim), ...drawFindings(object, { width, paint })]
}

const ACTION: Readonly<Record<Exclude<PlannedNamespace['action'], 'left'>, string>> = {
  add: 'gets the label',
  present: 'has the label already:',
  'other-value': 'keeps the value that you set, not',
  excluded: 'is never changed; left without',
}

const drawNamespace = (namespace: PlannedNamespace, { width }: Paper): readonly string[] =>
  wrap(namespaceText(namespace), { width, lead: '  ' })

function namespaceText({ name, label, value, action, present, why, isUnknown }: PlannedNamespace): string {
  if (action === 'left') return `${name} gets no readiness-gate label: ${why}`
  if (isUnknown && action === 'add')
    return `${name} needs the label ${label}=${value}; its Namespace is not among the manifests, so it may have it`
  return `${name} ${ACTION[action]} ${label}=${value}${action === 'other-value' ? ` (it is "${present}")` : ''}`
}

function summaryText(plan: Plan): string {
  const { workloads, changed, inPods, labelled, warnings, information } = summarize(plan)
  const parts = [
    `${changed} of ${counted(workloads, 'workload')} would change`,
    ...(inPods === 0 ? [] : [`${inPods} in their Pods only`]),
    `${counted(labelled, 'namespace')} to label`,
    `${counted(warnings, 'warning')} and ${counted(information, 'note')} stay`,
  ]
  return `${parts.join(', ')}.`
}
