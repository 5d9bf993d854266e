import type { TermName } from '../../core/budget/expression.ts'
import { LIMIT_TEXT } from '../../core/budget/said.ts'
import type { BudgetDocument } from '../../report/decision-document.ts'
import type { ResultWorkload } from '../../result/result.ts'
import { exposureText, TERM_TEXT } from '../budget.ts'
import { originLines, originText } from '../origin.ts'
import { type Html, html, isolated } from './html.ts'

type PerExposure = BudgetDocument['perExposure'][number]

/** The sums behind sleep and grace period, and every term with its origin. */
export function budgetPart({ budget, exposures }: ResultWorkload): Html | undefined {
  if (budget === undefined) return undefined
  const alike = Map.groupBy(budget.perExposure, ({ exposure: _, ...rest }) => JSON.stringify(rest))
  const groups = [...alike.values()].toSorted((a, b) => decides(budget, b) - decides(budget, a))
  return html`<h3>Timing</h3>
${resultLines(budget)}${groups.map((group) => sumOf(group, { budget, exposures, isOnly: groups.length === 1 }))}`
}

const decides = ({ decidedBy }: BudgetDocument, group: readonly PerExposure[]): number =>
  Number(group.some(({ exposure }) => exposure === decidedBy))

function resultLines({
  sleepSeconds,
  gracePeriodSeconds,
  explicitSleep,
  caps,
  graceful,
}: BudgetDocument): Html {
  return html`<p>Sleep <b>${sleepSeconds} s</b>, grace period <b>${gracePeriodSeconds} s</b>${graceful ? ' (graceful: the application drains after SIGTERM)' : ''}.</p>${
    explicitSleep === undefined
      ? ''
      : html`<p>The sleep is ${explicitSleep.value} s by ${isolated(originText(explicitSleep.origin))}, instead of the sum below.</p>`
  }${caps.map(({ limit, term, from, to }) => html`<p>${LIMIT_TEXT[limit]} cuts the ${term} from ${from} s to ${to} s.</p>`)}`
}

interface SumContext {
  readonly budget: BudgetDocument
  readonly exposures: ResultWorkload['exposures']
  readonly isOnly: boolean
}

/** One table for target groups that need the same for the same reasons. */
function sumOf(group: readonly PerExposure[], { budget, exposures, isOnly }: SumContext): Html | undefined {
  const [one] = group
  if (one === undefined) return undefined
  const names = group.flatMap(({ exposure: id }) => exposures.find((exposure) => exposure.id === id) ?? [])
  const services = [
    ...new Set(names.map((exposure) => `${exposureText(exposure)} of Service ${exposure.service.name}`)),
  ]
  const decided = isOnly ? '' : decides(budget, group) === 1 ? ' (decides)' : ''
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Terms"><table class="terms"><caption>${isolated(services.join(', '))}${decided}: sleep S = ${sumText(one)}, grace period G = S + ${one.shutdownFormula} = ${one.gracePeriodSeconds}</caption><thead><tr><th scope="col">Term</th><th scope="col">Seconds</th><th scope="col">Origin</th></tr></thead><tbody>${termNames(one).map((name) => termRow(name, one))}</tbody></table></div>`
}

/** `C + P + J = 5 + 25 + 5 = 35` */
function sumText({ sleepFormula, terms, sleepSeconds }: PerExposure): string {
  const numbers = sleepFormula.replace(/\b[A-Z]\b/g, (name) => String(terms[name]?.value ?? name))
  return `${sleepFormula} = ${numbers} = ${sleepSeconds}`
}

const termNames = ({ terms }: PerExposure): readonly TermName[] => Object.keys(terms) as TermName[]

function termRow(name: TermName, { terms }: PerExposure): Html | undefined {
  const term = terms[name]
  if (term === undefined) return undefined
  return html`<tr><th scope="row">${name} ${TERM_TEXT[name]}</th><td class="number">${term.value}</td><td>${originLines(term).map(originPart)}</td></tr>`
}

/** Each on a line of its own. */
const originPart = (text: string, index: number): Html =>
  index === 0 ? isolated(text) : html`<br>${isolated(text)}`
