import type { Provenance } from '../../core/model/resolved.ts'
import type { ResultWorkload } from '../../result/result.ts'
import { exposureText } from '../budget.ts'
import { provenanceText } from '../origin.ts'
import { budgetPart } from './budget-part.ts'
import { findingList } from './finding-list.ts'
import { type Html, html, isolated } from './html.ts'
import { podPart } from './pod-part.ts'
import { timelineOf } from './timeline.ts'
import { drawTimelineSvg } from './timeline-svg.ts'

interface DetailPlace {
  readonly anchor: string
  /** Which workload of the page it is, from 0. */
  readonly index: number
}

/** Everything about one workload, as one element: findings first, then the timeline, the chains, and the numbers. */
export const detailsOf = (workload: ResultWorkload, { anchor, index }: DetailPlace): Html =>
  html`<div class="details"><p>${heading(workload)} <a href="#${anchor}">Link to this workload</a></p>
<h3>Findings</h3>${findingList(workload, anchor)}${timelinePart(workload, index)}${chainPart(workload)}${budgetPart(workload)}${podPart(workload)}</div>
`

function heading({ verdict, why, mode, modeSource, position, cluster }: ResultWorkload): Html {
  const where = position === undefined ? '' : html`; ${isolated(`${position.file}:${position.line}`)}`
  const cell = cluster === undefined ? '' : html`; cluster ${isolated(cluster)}`
  return html`<b>${verdict}</b>: ${isolated(why)}; mode ${mode}${modeText(modeSource)}${where}${cell}.`
}

/** Shown only where it is not the installation's. */
const modeText = (source: Provenance): Html | undefined =>
  source.kind === 'setting' || source.kind === 'default'
    ? undefined
    : html` by ${isolated(provenanceText(source))}`

function timelinePart(workload: ResultWorkload, index: number): Html | undefined {
  const drawing = timelineOf(workload)
  return drawing === undefined
    ? undefined
    : html`<h3>Timeline of a Pod’s termination</h3>${drawTimelineSvg(drawing, `t${index}`)}`
}

function chainPart({ exposures }: ResultWorkload): Html | undefined {
  if (exposures.length === 0) return undefined
  return html`<h3>How it is reached</h3><ul class="chains">${exposures.map((exposure) =>
    exposure.because.map(({ text }) => html`<li><b>${exposureText(exposure)}</b>: ${isolated(text)}</li>`),
  )}${[...new Set(exposures.flatMap(({ assumptions }) => assumptions))].map(
    (text) => html`<li class="dim">Assumed: ${isolated(text)}</li>`,
  )}</ul>`
}
