import { FINDINGS, type FindingId } from '../../core/findings/catalogue.ts'
import { findingPage } from '../../core/findings/page.ts'
import { counts, isGrave, stays } from '../../judgement/severity.ts'
import type { ResultWorkload } from '../../result/result.ts'
import { provenanceText } from '../origin.ts'
import { findingAnchors } from './anchors.ts'
import { type Html, html, isolated, textLines } from './html.ts'

type ResultFinding = ResultWorkload['findings'][number]

const HOLDS: Readonly<Record<ResultFinding['holds'], string>> = {
  before: ', fixed by the change',
  after: ', caused by the change',
  throughout: '',
}

/** 0: it needs attention; 1: the change fixes it, or it is accepted; 2: information. */
const urgencyOf = (finding: ResultFinding): number =>
  stays(finding) && counts(finding) ? 0 : isGrave(finding) ? 1 : 2

/** Each finding: what, why it loses requests, the fix to paste. The most urgent first. */
export function findingList(workload: ResultWorkload, anchor: string): Html {
  if (workload.findings.length === 0) return html`<p>No findings.</p>`
  const findings = workload.findings.toSorted((a, b) => urgencyOf(a) - urgencyOf(b))
  const anchors = findingAnchors(anchor, findings)
  return html`<ul class="findings">${findings.map((finding, at) => findingItem(finding, anchors[at] ?? anchor))}</ul>`
}

function findingItem(finding: ResultFinding, anchor: string): Html {
  const { id, severity, holds, message, action, accepted } = finding
  const kind = accepted === undefined ? severity : 'accepted'
  return html`<li id="${anchor}" class="${kind}" tabindex="-1"><h4><span class="severity">${kind}${HOLDS[holds]}</span> ${titleOf(id)}</h4>
<p>${isolated(message)}</p>${accepted === undefined ? '' : acceptedLine(accepted)}${action === undefined || action === '' ? '' : html`<p><b>Fix:</b> ${isolated(action)}</p>`}${pasteOf(finding)}<p class="links"><a href="${findingPage(id)}" rel="noreferrer">About ${id}</a> <a href="#${anchor}">Link to this finding</a></p></li>`
}

/** A later version may have findings that this one does not know. */
const titleOf = (id: string): string => (isKnown(id) ? FINDINGS[id].title : id)
const isKnown = (id: string): id is FindingId => Object.hasOwn(FINDINGS, id)

const acceptedLine = ({ reason, by }: NonNullable<ResultFinding['accepted']>): Html =>
  html`<p><b>Accepted:</b> ${isolated(reason)} (${provenanceText(by)})</p>`

const pasteOf = ({ paste }: ResultFinding): Html | undefined =>
  paste === undefined || paste === '' ? undefined : pasteBox(paste)

/** Lines to paste, with the button that copies them. */
const pasteBox = (paste: string): Html =>
  html`<div class="paste"><pre tabindex="0">${textLines(paste)}</pre><button type="button" class="copy">Copy</button></div>`
