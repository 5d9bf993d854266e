import { FINDINGS, type FindingId } from '../core/findings/catalogue.ts'
import { isGrave } from '../judgement/severity.ts'
import { drawAccepted, isAcceptedHere, type ShownFinding } from './accepted.ts'
import { MARK } from './notices.ts'
import type { FindingPaper } from './paint.ts'
import { wrap } from './wrap.ts'

/** The title as part of a sentence, after its id and a colon. */
export const titleText = (id: FindingId): string => {
  const { title } = FINDINGS[id]
  return `${title.charAt(0).toLowerCase()}${title.slice(1)}`
}

/** The findings of one workload, each sentence once, with how often it holds. */
export function drawFindings(
  findings: readonly ShownFinding[],
  lead: string,
  paper: FindingPaper,
): readonly string[] {
  const alike = Map.groupBy(
    findings,
    ({ id, holds, message, accepted }) => `${holds} ${id}: ${message} ${accepted?.reason ?? ''}`,
  )
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : drawFinding(first, others.length + 1, { lead, paper }),
  )
}

function drawFinding(
  finding: ShownFinding,
  times: number,
  { lead, paper: { width, paint, byHand } }: { readonly lead: string; readonly paper: FindingPaper },
): readonly string[] {
  const { id, severity, holds } = finding
  const message = `${finding.message}${times === 1 ? '' : ` (${times} times)`}`
  if (isAcceptedHere(finding)) return drawAccepted({ ...finding, message }, { width, paint, lead })
  const lines = wrap(`${id}: ${message}`, {
    width,
    lead: holds === 'before' ? `${lead}✓ fixed: ` : `${lead}${MARK[severity]} `,
  })
  if (holds === 'before' && isGrave(finding) && byHand)
    return [...lines.map(paint.green), ...drawFix(finding, `${lead}  without Slackwater: `, width)]
  if (holds === 'before') return lines.map(paint.green)
  if (!isGrave(finding)) return lines.map(paint.dim)
  return [...lines.map(paint.yellow), ...drawFix(finding, `${lead}  fix: `, width)]
}

/** What to do about it, where the message does not say it, and what to paste: whole lines, so that they can be copied. */
function drawFix({ message, action, paste }: ShownFinding, lead: string, width: number): readonly string[] {
  if (action === undefined || (paste === undefined && message.includes(action))) return []
  const pasted = `${/^ */.exec(lead)?.[0] ?? ''}  `
  return [
    ...wrap(action, { width, lead }),
    ...(paste === undefined ? [] : paste.split('\n').map((line) => `${pasted}${line}`)),
  ]
}
