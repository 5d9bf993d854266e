import { evaluate, type Formula, type TermName, writeFormula } from '../core/budget/expression.ts'
import { GRACEFUL_SLEEP, type Row, SLEEP } from '../core/budget/formulas.ts'
import type { MeasuredParts } from '../core/budget/measured-terms.ts'
import { AWS_DEFAULTS, DEFAULT_TERMS } from '../core/budget/terms.ts'
import { seconds } from '../core/model/seconds.ts'
import { given } from '../kubernetes/json.ts'
import type { BudgetDocument } from '../report/decision-document.ts'
import type { WorkloadEntry } from '../report/schema.ts'
import type { SleepEntry } from './schema.ts'

/** The sleep that a measurement gives, beside today's. */

type ExposureTerms = BudgetDocument['perExposure'][number]
type SecondsFor = (name: TermName) => number

/** An ALB sends to the Pods themselves: the only row that an access log with these targets shows. */
const ROW: Row = 'alb-ip'

/** The measured sleep where no report has the workload: with the defaults of the other terms. */
export function assumedSleep(measured: MeasuredParts): SleepEntry {
  const today = computed(SLEEP[ROW], defaultOf)
  const then = withMeasured(SLEEP[ROW], defaultOf, measured)
  return {
    todaySeconds: today.sleep,
    measuredSeconds: then.sleep,
    todayFormula: today.text,
    measuredFormula: then.text,
    assumed: true,
  }
}

const DEFAULTS: Partial<Record<TermName, number>> = {
  C: DEFAULT_TERMS.controller,
  P: DEFAULT_TERMS.propagation.alb,
  R: DEFAULT_TERMS.request,
  D: AWS_DEFAULTS.deregistrationDelay,
  J: DEFAULT_TERMS.margin,
}
const defaultOf: SecondsFor = (name) => DEFAULTS[name] ?? 0

/**
 * The same for a workload of a report, over all of its target groups: another one may decide the sleep.
 * @returns undefined: no ALB sends to its Pods, so far as the report says.
 */
export function sleepOf(workload: WorkloadEntry, measured: MeasuredParts): SleepEntry | undefined {
  const { kind, namespace, name, budget } = workload
  if (budget === undefined || !budget.perExposure.some(({ row }) => row === ROW)) return undefined
  const each = budget.perExposure.map((one) => ({ one, ...sleepsOf(one, budget.graceful, measured) }))
  const today = each.reduce((most, next) => (next.today.sleep > most.today.sleep ? next : most))
  const then = each.reduce((most, next) => (next.measured.sleep > most.measured.sleep ? next : most))
  const heldBy = whatHolds(budget, then.one, then.measured.sleep === today.today.sleep)
  return {
    todaySeconds: budget.sleepSeconds,
    measuredSeconds: budget.explicitSleep === undefined ? then.measured.sleep : budget.sleepSeconds,
    todayFormula: today.today.text,
    measuredFormula: then.measured.text,
    workload: { kind, namespace, name },
    assumed: false,
    ...given('heldBy', heldBy),
  }
}

/** Why the sleep stays as it is, or is not what the measurement alone would give. */
function whatHolds(
  budget: BudgetDocument,
  { row, exposure, terms }: ExposureTerms,
  isSame: boolean,
): string | undefined {
  if (budget.explicitSleep !== undefined) return 'its sleep is set with an annotation'
  if (row !== ROW) return `another target group decides its sleep: ${exposure}`
  const written = (['C', 'P'] as const).filter((name) => isWritten(terms, name))
  if (isSame && written.length > 0)
    return `${written.join(' and ')} of its target group is set by you, which outranks what was measured`
  return undefined
}

const isWritten = (terms: ExposureTerms['terms'], name: 'C' | 'P'): boolean =>
  terms[name]?.origin.rank === 'explicit'

interface Computed {
  readonly sleep: number
  /** `5 + max(25, min(300, 25 + 10)) + 5`. */
  readonly text: string
}

function sleepsOf(
  { row, terms }: ExposureTerms,
  graceful: boolean,
  measured: MeasuredParts,
): { readonly today: Computed; readonly measured: Computed } {
  const formula = (graceful ? GRACEFUL_SLEEP : SLEEP)[row]
  const secondsFor: SecondsFor = (name) => terms[name]?.value ?? defaultOf(name)
  const today = computed(formula, secondsFor)
  if (row !== ROW) return { today, measured: today }
  const written = { C: isWritten(terms, 'C'), P: isWritten(terms, 'P') }
  return { today, measured: withMeasured(formula, secondsFor, measured, written) }
}

/** What the user wrote outranks what was measured; where C is in a measured P, it is taken from it only with that P. */
function withMeasured(
  formula: Formula,
  secondsFor: SecondsFor,
  { basis, ...parts }: MeasuredParts,
  written = { C: false, P: false },
): Computed {
  const isGiven = written.C || (basis === 'deletion' && written.P)
  const C = isGiven ? secondsFor('C') : (parts.C ?? secondsFor('C'))
  const P = written.P ? secondsFor('P') : parts.P(seconds(C)).value
  return computed(formula, (name) => (name === 'C' ? C : name === 'P' ? P : secondsFor(name)))
}

const computed = (formula: Formula, secondsFor: SecondsFor): Computed => ({
  sleep: evaluate(formula, (name) => seconds(secondsFor(name))),
  text: writeFormula(formula, (name) => String(secondsFor(name))),
})
