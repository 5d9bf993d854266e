import type { AcceptReason } from '../core/findings/finding.ts'
import { cut } from '../core/model/cut.ts'
import { stays } from '../judgement/severity.ts'
import type { WorkloadEntry } from '../report/schema.ts'
import { provenanceText } from './origin.ts'
import type { Paper } from './paint.ts'
import { wrap } from './wrap.ts'

/** Findings that users accept, in the text of a plan and of a report: quiet, with the reason, and never left out. */

export type ShownFinding = WorkloadEntry['findings'][number]
type AcceptedFinding = ShownFinding & { readonly accepted: AcceptReason }

interface AcceptedPaper extends Paper {
  readonly lead: string
}

/** Accepted, and not fixed by the change: one that is fixed is shown as that. */
export const isAcceptedHere = (finding: ShownFinding): finding is AcceptedFinding =>
  finding.accepted !== undefined && stays(finding)

/** One finding in full. */
export const drawAccepted = (
  { id, message, accepted }: AcceptedFinding,
  { width, paint, lead }: AcceptedPaper,
): readonly string[] =>
  wrap(`${id}: ${message} (${accepted.reason}; ${provenanceText(accepted.by)})`, {
    width,
    lead: `${lead}· accepted: `,
  }).map(paint.dim)

/** What can be deleted. */
export const drawUnusedAccepts = (
  ids: readonly string[],
  { width, paint, lead }: AcceptedPaper,
): readonly string[] =>
  ids.length === 0
    ? []
    : wrap(`accepted here, but not found: ${ids.join(', ')}`, { width, lead: `${lead}· ` }).map(paint.dim)

/** Accepted findings with one id and one reason. */
interface AcceptedGroup {
  readonly id: string
  readonly reason: string
  readonly count: number
}

/** The most frequent first. */
function acceptedGroups(findings: readonly AcceptedFinding[]): readonly AcceptedGroup[] {
  const groups = Map.groupBy(findings, ({ id, accepted: { reason } }) => `${id}: ${reason}`)
  return [...groups.values()]
    .flatMap(([first, ...others]) =>
      first === undefined ? [] : [{ id: first.id, reason: first.accepted.reason, count: others.length + 1 }],
    )
    .sort((a, b) => b.count - a.count)
}

/** Groups in one line; the details have them all. A choice. */
const SHOWN = 3
/** Characters of a reason in one line. A choice. */
const SHORT_REASON = 60

const groupText = ({ id, reason, count }: AcceptedGroup): string =>
  `${id}${count > 1 ? ` ×${count}` : ''} (${cut(reason, SHORT_REASON)})`

interface Judged {
  readonly findings: readonly ShownFinding[]
}

const acceptedIn = (objects: readonly Judged[]): readonly AcceptedFinding[] =>
  objects.flatMap(({ findings }) => findings.filter(isAcceptedHere))

/** `single-replica (canary), drain-time ×2 (a batch pool)`; empty if none is accepted. */
export function acceptedText(objects: readonly Judged[]): string {
  const groups = acceptedGroups(acceptedIn(objects))
  const more = groups.length - SHOWN
  return `${groups.slice(0, SHOWN).map(groupText).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** The line of a summary: `2 accepted: single-replica (canary), drain-time (a batch pool)`; none if nothing is. */
export function acceptedSummary(objects: readonly Judged[], { width, paint }: Paper): readonly string[] {
  const { length } = acceptedIn(objects)
  return length === 0
    ? []
    : wrap(acceptedText(objects), { width, lead: `${length} accepted: ` }).map(paint.dim)
}
