import type { TermName } from '../core/budget/expression.ts'
import { LIMIT_TEXT } from '../core/budget/said.ts'
import type { BudgetDocument } from '../report/decision-document.ts'
import type { WorkloadEntry } from '../report/schema.ts'
import { drawUnusedAccepts } from './accepted.ts'
import { exposureText, TERM_TEXT } from './budget.ts'
import { drawFindings } from './findings.ts'
import { isInTermTable } from './in-term-table.ts'
import { originText } from './origin.ts'
import type { Paper } from './paint.ts'
import { wrap } from './wrap.ts'

const LEAD = '    '

/**
 * The paths from the load balancers, the current template's hooks and grace period, the formula with its terms, and
 * each finding.
 */
export function drawDetails(entry: WorkloadEntry, paper: Paper): readonly string[] {
  const { exposures, findings, refusedWithoutUs } = entry
  const { width } = paper
  const requests = refusedWithoutUs?.requests ?? []
  return [
    ...exposures.flatMap((exposure) =>
      exposure.because.flatMap(({ text }) =>
        wrap(`${exposureText(exposure)}: ${text}`, { width, lead: LEAD }),
      ),
    ),
    ...wrap(presentText(entry), { width, lead: `${LEAD}now: ` }),
    ...(entry.budget === undefined ? [] : drawSum(entry.budget, paper)),
    ...requests.flatMap((request) =>
      wrap(request, { width, lead: `${LEAD}rejected without Slackwater if a request ` }),
    ),
    ...drawFindings(
      findings.filter((finding) => !isInTermTable(finding, entry.budget)),
      LEAD,
      paper,
    ),
    ...drawUnusedAccepts(entry.unusedAccepts ?? [], { ...paper, lead: LEAD }),
  ]
}

function presentText({ present: { containers, gracePeriodSeconds } }: WorkloadEntry): string {
  const hooks = containers.map(({ name, hook, seconds, ours }) => {
    if (hook === undefined) return `${name} no hook`
    return `${name} ${hook}${seconds === undefined ? ' of unknown length' : ` ${seconds} s`}${ours ? ' (Slackwater’s)' : ''}`
  })
  return [...hooks, `grace period ${gracePeriodSeconds ?? 'default 30'} s`].join(', ')
}

function drawSum({ perExposure, decidedBy, caps, explicitSleep }: BudgetDocument, { width, paint }: Paper) {
  const deciding = perExposure.find(({ exposure }) => exposure === decidedBy)
  if (deciding === undefined) return []
  const { sleepFormula, shutdownFormula, terms } = deciding
  const names = Object.keys(terms) as TermName[]
  const stated =
    explicitSleep === undefined
      ? ''
      : `${explicitSleep.value} (${originText(explicitSleep.origin)}), instead of `
  return [
    ...wrap(
      `sleep S = ${stated}${sleepFormula} = ${deciding.sleepSeconds}, grace period G = S + ${shutdownFormula}`,
      {
        width,
        lead: LEAD,
      },
    ),
    ...caps.flatMap(({ limit, term, from, to }) =>
      wrap(`${LIMIT_TEXT[limit]} cuts the ${term} from ${from} s to ${to} s`, { width, lead: LEAD }),
    ),
    ...names.flatMap((name) => {
      const { value, origin } = terms[name] ?? { value: '', origin: undefined }
      const from = origin === undefined ? '' : `, ${originText(origin)}`
      return wrap(`${value}  ${TERM_TEXT[name]}${from}`, { width, lead: `${LEAD}  ${name} ` }).map(paint.dim)
    }),
  ]
}
