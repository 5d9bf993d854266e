import type { Finding } from './finding.ts'

/** Before each warning, so that a user knows where it comes from. */
export const WARNING_PREFIX = 'slackwater: '
/** Longer warnings may be cut by clients (kubernetes, admission/v1 AdmissionResponse.warnings). Characters. */
const LONGEST_WARNING = 120

/** A finding in one line for a warning, without the prefix: `ID: BRIEF; ACTION`. Names that are too long cost its end. */
export const warningOf = (finding: WarnedFinding): string => warningAfter(WARNING_PREFIX, finding)

type WarnedFinding = Pick<Finding, 'id' | 'brief' | 'action'>

/** The same after another prefix, which takes some of its room. */
export function warningAfter(prefix: string, { id, brief, action }: WarnedFinding): string {
  const room = LONGEST_WARNING - prefix.length
  const whole = `${id}: ${brief}; ${action}`
  if (whole.length <= room) return whole
  const left = room - `${id}: ; ${action}`.length
  return `${id}: ${cut(brief, left)}; ${action}`
}

/** At the last space that leaves room for the ellipsis, but within a word where that would cost more: names are long. */
function cut(text: string, longest: number): string {
  const start = text.slice(0, Math.max(0, longest - 1))
  const space = start.lastIndexOf(' ')
  return `${space > start.length / 2 ? start.slice(0, space) : start}…`
}
