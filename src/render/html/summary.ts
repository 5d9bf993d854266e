import { STANDINGS, type Standing, standingOf } from '../../judgement/standing.ts'
import type { Result, ResultRemark } from '../../result/result.ts'
import { counted, digits } from '../counted.ts'
import { type Html, html, joined } from './html.ts'
import { STANDING_SIGN, STANDING_TEXT } from './words.ts'

/** Number of workloads of each answer. */
type Tally = Readonly<Record<Standing, number>>

const KEYS = Object.keys(STANDINGS) as Standing[]

export function tallyOf({ workloads }: Result): Tally {
  const groups = Map.groupBy(workloads, standingOf)
  const of = (key: Standing): number => groups.get(key)?.length ?? 0
  return {
    'at-risk': of('at-risk'),
    unknown: of('unknown'),
    accepted: of('accepted'),
    protected: of('protected'),
    'not-exposed': of('not-exposed'),
  }
}

/** `2 at risk, 1 unknown, 3 protected`: the page's title, so that a browser's tab says it. */
export const titleWords = ({ 'at-risk': risk, unknown, protected: fine }: Tally): string =>
  `${digits(risk)} at risk, ${digits(unknown)} unknown, ${digits(fine)} protected`

/** These three are always shown, the others where there are any. */
const ALWAYS: readonly Standing[] = ['at-risk', 'unknown', 'protected']

/** Who is protected, at risk, unknown: one number for each. The script makes them filters. */
export function summaryPart(result: Result, tally: Tally): Html {
  const shown = KEYS.filter((key) => ALWAYS.includes(key) || tally[key] > 0)
  return html`<section aria-labelledby="summary"><h2 id="summary">${counted(result.workloads.length, 'workload')}${partsText(result)}</h2>
<ul class="tiles">${shown.map((key) => tile(key, tally[key]))}</ul></section>
`
}

const tile = (key: Standing, count: number): Html =>
  html`<li class="${key}" data-state="${STANDING_TEXT[key]}"><strong>${digits(count)}</strong> <span class="word">${STANDING_SIGN[key]} ${STANDING_TEXT[key]}</span> <span class="meaning">${STANDINGS[key]}</span></li>`

/** What is not counted, because it could not be read: then no number above is complete. */
function partsText({ remarks }: Result): Html | undefined {
  const of = (is: (remark: ResultRemark) => boolean): number => remarks.filter(is).length
  const missing = of(({ what }) => what === 'missing')
  const problems = of(({ what, cluster }) => what === 'problem' && cluster === undefined)
  // Of a cluster there is one problem: that it could not be read at all.
  const clusters = of(({ what, cluster }) => what === 'problem' && cluster !== undefined)
  const parts = [
    ...(clusters ? [html`${counted(clusters, 'cluster')} could not be read`] : []),
    ...(missing ? [html`${counted(missing, 'part')} of the cluster could not be read`] : []),
    ...(problems ? [html`${counted(problems, 'object')} could not be read`] : []),
  ]
  return parts.length === 0
    ? undefined
    : html`. <span class="incomplete">Incomplete: ${joined(parts, html`, `)}</span>`
}
