import { FINDINGS, type FindingId } from '../core/findings/catalogue.ts'
import { isGrave } from '../judgement/severity.ts'
import { drawAccepted, isAcceptedHere, type ShownFinding } from './accepted.ts'
import { MARK } from './notices.ts'
import type { Paper } from './paint.ts'
import { wrap } from './wrap.ts'

/** The title as part of a sentence, after its id and a colon. */
export const titleText = (id: FindingId): string => {
  const { title } = FINDINGS[id]
  return `${title.charAt(0).toLowerCase()}${title.slice(1)}`
}

export interface FindingPaper extends Paper {
  /** What to do and what to paste stand below each that stays. */
  readonly fixes?: true
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
  { lead, paper }: { readonly lead: string; readonly paper: FindingPaper },
): readonly string[] {
  const { id, severity, holds } = finding
  const { width, paint } = paper
  const message = `${finding.message}${times === 1 ? '' : ` (${times} times)`}`
  if (isAcceptedHere(finding)) return drawAccepted({ ...finding, message }, { width, paint, lead })
  const lines = wrap(`${id}: ${message}`, {
    width,
    lead: holds === 'before' ? `${lead}✓ fixed: ` : `${lead}${MARK[severity]} `,
  })
  if (holds === 'before') return lines.map(paint.green)
  const said = lines.map(isGrave(finding) ? paint.yellow : paint.dim)
  return paper.fixes === true ? [...said, ...drawFix(finding, `${lead}    `, paper)] : said
}

/** What the message has not said yet, and lines to copy: these are not broken. */
function drawFix(
  { message, action, paste }: ShownFinding,
  lead: string,
  { width }: Paper,
): readonly string[] {
  const isSaid = action === undefined || message.toLowerCase().includes(action.toLowerCase())
  return [
    ...(isSaid ? [] : wrap(action, { width, lead: `${lead}fix: `, hang: lead.length })),
    ...(paste ?? '')
      .trimEnd()
      .split('\n')
      .filter((line, _, { length }) => length > 1 || line !== '')
      .map((line) => `${lead}${line}`.trimEnd()),
  ]
}
