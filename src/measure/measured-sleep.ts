import { evaluate, type Formula, type TermName, writeFormula } from '../core/budget/expression.ts'
import { GRACEFUL_SLEEP, type Row, SLEEP } from '../core/budget/formulas.ts'
import { AWS_DEFAULTS, DEFAULT_TERMS } from '../core/budget/terms.ts'
import type { Measured, Sample } from '../core/model/observed.ts'
import { seconds } from '../core/model/seconds.ts'
import { given } from '../kubernetes/json.ts'
import type { BudgetDocument } from '../report/decision-document.ts'
import type { WorkloadEntry } from '../report/schema.ts'
import type { SleepEntry } from './schema.ts'

/** The sleep that the terms of a measurement give, beside today's. */

/** C and P in whole seconds, as the resolver takes them from a measurement (core/budget/measured-terms.ts). */
export interface SleepTerms {
  /** Absent: it was not measured. */
  readonly C?: number
  readonly P: number
  /** From when on P counts: from the deletion, so that C is in it and 0; or from the deregistration. */
  readonly basis: 'deletion' | 'deregistration'
}

/**
 * No time is shortened by rounding, and C and P together are never shorter than from a deletion to the last request.
 * @param enough departures that a time must be from.
 * @returns undefined: too few were measured.
 */
export function sleepTerms(group: Samples, enough: number): SleepTerms | undefined {
  const timeOf = (sample: Sample | undefined): number | undefined =>
    sample === undefined || sample.n < enough ? undefined : Math.ceil(sample.max)
  const [last, C, P] = [timeOf(group.lastRequest), timeOf(group.controller), timeOf(group.propagation)]
  if (P !== undefined && C !== undefined)
    return { C, P: Math.max(P, (last ?? 0) - C), basis: 'deregistration' }
  // Of other departures P alone may be the longer: then C is not in the time from the deletion.
  if (last !== undefined && last >= (P ?? 0)) return { C: 0, P: last, basis: 'deletion' }
  return P === undefined ? undefined : { P, basis: 'deregistration' }
}

type Samples = Pick<Measured, 'lastRequest' | 'controller' | 'propagation'>

type ExposureTerms = BudgetDocument['perExposure'][number]
type SecondsFor = (name: TermName) => number

/** An ALB sends to the Pods themselves: the only row that an access log with these targets shows. */
const ROW: Row = 'alb-ip'

/** The measured sleep where no report has the workload: with the defaults of the other terms. */
export function assumedSleep(measured: SleepTerms): SleepEntry {
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
export function sleepOf(workload: WorkloadEntry, measured: SleepTerms): SleepEntry | undefined {
  const { kind, namespace, name, budget } = workload
  if (budget === undefined || !budget.perExposure.some(({ row }) => row === ROW)) return undefined
  const each = budget.perExposure.map((one) => ({ one, ...sleepsOf(one, budget.graceful, measured) }))
  const today = each.reduce((most, next) => (next.today.sleep > most.today.sleep ? next : most))
  const then = each.reduce((most, next) => (next.measured.sleep > most.measured.sleep ? next : most))
  const heldBy = whatHolds(budget, then.one)
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
function whatHolds(budget: BudgetDocument, { row, exposure, terms }: ExposureTerms): string | undefined {
  if (budget.explicitSleep !== undefined) return 'its sleep is set with an annotation'
  if (row !== ROW) return `another target group decides its sleep: ${exposure}`
  const written = (['C', 'P'] as const).filter((name) => terms[name]?.origin.rank === 'explicit')
  if (written.length > 0)
    return `${written.join(' and ')} of its target group is set by you, which outranks what was measured`
  return undefined
}

interface Computed {
  readonly sleep: number
  /** `5 + max(25, min(300, 25 + 10)) + 5`. */
  readonly text: string
}

function sleepsOf(
  { row, terms }: ExposureTerms,
  graceful: boolean,
  measured: SleepTerms,
): { readonly today: Computed; readonly measured: Computed } {
  const formula = (graceful ? GRACEFUL_SLEEP : SLEEP)[row]
  const secondsFor: SecondsFor = (name) => terms[name]?.value ?? defaultOf(name)
  const today = computed(formula, secondsFor)
  return { today, measured: row === ROW ? withMeasured(formula, secondsFor, measured) : today }
}

const withMeasured = (formula: Formula, secondsFor: SecondsFor, { C, P }: SleepTerms): Computed =>
  computed(formula, (name) => ({ C, P })[name as 'C' | 'P'] ?? secondsFor(name))

const computed = (formula: Formula, secondsFor: SecondsFor): Computed => ({
  sleep: evaluate(formula, (name) => seconds(secondsFor(name))),
  text: writeFormula(formula, (name) => String(secondsFor(name))),
})
