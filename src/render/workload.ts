import { needText } from '../core/budget/said.ts'
import { refText } from '../core/model/object-ref.ts'
import { DEFAULT_GRACE } from '../core/model/workload.ts'
import { positionText } from '../manifests/position.ts'
import { decidingOf } from '../report/decision-document.ts'
import type { WorkloadEntry } from '../report/schema.ts'
import type { ResultWorkload } from '../result/result.ts'
import { drawUnusedAccepts } from './accepted.ts'
import { drawBudget, exposureText } from './budget.ts'
import { columnsOf } from './columns.ts'
import { drawFindings } from './findings.ts'
import { isInTermTable } from './in-term-table.ts'
import type { FindingPaper, Paper } from './paint.ts'
import { STATE_TEXT } from './report-overview.ts'
import { drawTimeline } from './timeline.ts'
import { wrap } from './wrap.ts'

/** One workload as a plan, a report and `explain` show it in full: what is computed for it, and from what. */
export function drawWorkload(entry: ResultWorkload, paper: Paper): readonly string[] {
  const { budget, ending, exposures } = entry
  const { width } = paper
  return [
    ...heading(entry, paper),
    ...wrap(verdictText(entry), { width, lead: '  ' }),
    ...exposures.flatMap((exposure) =>
      wrap(`${exposureText(exposure)}: ${exposure.because.map(({ text }) => text).join('; ')}`, {
        width,
        lead: '  behind ',
      }),
    ),
    ...assumptionsOf(entry).flatMap((text) => wrap(text, { width, lead: '  assumption: ' })),
    ...(budget === undefined || ending === undefined
      ? []
      : ['', ...drawTimeline(decidingOf(budget)?.phases ?? [], ending, paper)]),
    ...(budget === undefined ? [] : ['', ...drawBudget({ budget, exposures }, paper)]),
  ]
}

/** Several exposures of one workload often have the same assumption. */
const assumptionsOf = ({ exposures }: WorkloadEntry): readonly string[] => [
  ...new Set(exposures.flatMap(({ assumptions }) => assumptions)),
]

/** The name, and at the right where it is written, or the state of one in a cluster. */
function heading(entry: ResultWorkload, { width, paint }: Paper): readonly string[] {
  const name = refText(entry)
  const place = placeOf(entry)
  const gap = width - columnsOf(name) - columnsOf(place)
  if (place !== '' && gap >= 2) return [paint.bold(name) + ' '.repeat(gap) + paint.dim(place)]
  const title = wrap(name, { width, lead: '', hang: 2 }).map(paint.bold)
  return place === '' ? title : [...title, paint.dim(`  ${place}`)]
}

function placeOf({ position, state }: ResultWorkload): string {
  if (position !== undefined) return positionText(position)
  return state === undefined ? '' : STATE_TEXT[state]
}

/** One sentence: what happens here, and where. */
function verdictText(entry: WorkloadEntry): string {
  const { verdict, why, budget, mode, kind } = entry
  const numbers =
    budget === undefined ? '' : `sleep ${budget.sleepSeconds} s, grace period ${budget.gracePeriodSeconds} s`
  const would = mode === 'dry-run' ? 'dry-run, would ' : ''
  const inTemplate = kind === 'Pod' ? '' : ', in the template'
  switch (verdict) {
    case 'inject':
      return `${would}inject: ${numbers}${inTemplate}`
    case 'inject-in-pods':
      return `${would}inject into its Pods, not into this template: ${numbers}; ${why}`
    case 'withhold':
      return `no sleep is injected: ${why}`
    case 'grace-only':
      return `${would}change the grace period: ${graceChange(entry)} s${inTemplate}; ${why}`
    case 'complete':
      return `nothing to change: ${why}${budget === undefined ? '' : `; ${needText({ ...budget, sleep: budget.sleepSeconds })}`}`
    default:
      return `${verdict}: ${why}`
  }
}

/** `30 → 75` */
function graceChange({ present, patch }: WorkloadEntry): string {
  const written = patch.find(({ path }) => path.endsWith('/terminationGracePeriodSeconds'))
  const after = written !== undefined && 'value' in written ? written.value : undefined
  return `${present.gracePeriodSeconds ?? DEFAULT_GRACE} → ${after ?? DEFAULT_GRACE}`
}

/** What is reported about it: labels that could not be used, findings, and what is accepted in vain. */
export function drawSaid(entry: WorkloadEntry, paper: FindingPaper): readonly string[] {
  const { warnings, findings, budget, unusedAccepts = [] } = entry
  const { width, paint } = paper
  return [
    ...warnings.flatMap((text) => wrap(text, { width, lead: '  ! ' }).map(paint.yellow)),
    ...drawFindings(
      findings.filter((finding) => !isInTermTable(finding, budget)),
      '  ',
      paper,
    ),
    ...drawUnusedAccepts(unusedAccepts, { ...paper, lead: '  ' }),
  ]
}

/** Lines after an empty one; none if there are none. */
export const spaced = (lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', ...lines]

/** A workload of which only the reason is shown. */
export const drawReason = (entry: ResultWorkload, { width, paint }: Paper): readonly string[] => {
  const { verdict, why, position } = entry
  const place = position === undefined ? '' : ` (${positionText(position)})`
  return wrap(`${refText(entry)}: ${verdict}: ${why}${place}`, { width, lead: '' }).map(paint.dim)
}
