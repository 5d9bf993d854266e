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

/** What was measured of a target group; both are absent where there were too few departures. */
interface GroupParts {
  readonly own?: MeasuredParts
  /** Of its load balancer, with all target groups. */
  readonly balancer?: MeasuredParts
}

/** Of which target groups the measurement is, and what was measured of others. */
interface OtherGroups {
  /** ARNs; empty: the logs name none. */
  readonly targetGroups: readonly string[]
  /** @returns undefined: the logs do not have it. */
  readonly partsOf: (targetGroup: string) => GroupParts | undefined
}

const NO_OTHERS: OtherGroups = { targetGroups: [], partsOf: () => undefined }

/**
 * The same for a workload of a report, over all of its target groups: another one may decide the sleep.
 * @returns undefined: no ALB sends to its Pods, so far as the report says.
 */
export function sleepOf(
  workload: WorkloadEntry,
  measured: MeasuredParts,
  others: OtherGroups = NO_OTHERS,
): SleepEntry | undefined {
  const { kind, namespace, name, budget, exposures } = workload
  if (budget === undefined || !budget.perExposure.some(({ row }) => row === ROW)) return undefined
  const each = budget.perExposure.map((one) => {
    const parts = one.row === ROW ? partsFor(one.exposure, exposures, { measured, others }) : undefined
    return { one, isMeasured: parts !== undefined, ...sleepsOf(one, budget.graceful, parts) }
  })
  const today = each.reduce((most, next) => (next.today.sleep > most.today.sleep ? next : most))
  const then = each.reduce((most, next) => (next.measured.sleep > most.measured.sleep ? next : most))
  const heldBy = whatHolds(budget, then, then.measured.sleep === today.today.sleep)
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

/** The part of an exposure's id that is the same for all target groups of a load balancer (core/discovery/claims/identity.ts). */
const stackOf = (id: string): string => id.split(' → ')[0] ?? id

/**
 * As the resolver finds it (core/discovery/observed): a workload may be behind two ALBs, such as an internal one, and what was
 * measured of one does not hold for the other.
 * @returns undefined: nothing was measured of this one.
 */
function partsFor(
  id: string,
  exposures: WorkloadEntry['exposures'],
  { measured, others }: { readonly measured: MeasuredParts; readonly others: OtherGroups },
): MeasuredParts | undefined {
  const { targetGroups, partsOf } = others
  const isMeant = (arn: string | undefined): boolean => arn !== undefined && targetGroups.includes(arn)
  const arn = exposures.find((one) => one.id === id)?.targetGroup
  const isKnown = exposures.some((one) => isMeant(one.targetGroup))
  if (!isKnown || arn === undefined || isMeant(arn)) return measured
  const found = partsOf(arn)
  if (found !== undefined) return found.own ?? found.balancer
  const near = exposures.filter((one) => stackOf(one.id) === stackOf(id))
  const arns = near.flatMap((one) => one.targetGroup ?? [])
  return arns.flatMap((one) => partsOf(one)?.balancer ?? [])[0]
}

interface Deciding {
  readonly one: ExposureTerms
  readonly isMeasured: boolean
}

/** Why the sleep stays as it is, or is not what the measurement alone would give. */
function whatHolds(
  budget: BudgetDocument,
  { one: { row, exposure, terms }, isMeasured }: Deciding,
  isSame: boolean,
): string | undefined {
  if (budget.explicitSleep !== undefined) return 'its sleep is set with an annotation'
  if (row !== ROW || (isSame && !isMeasured)) return `another target group decides its sleep: ${exposure}`
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
  measured: MeasuredParts | undefined,
): { readonly today: Computed; readonly measured: Computed } {
  const formula = (graceful ? GRACEFUL_SLEEP : SLEEP)[row]
  const secondsFor: SecondsFor = (name) => terms[name]?.value ?? defaultOf(name)
  const today = computed(formula, secondsFor)
  if (measured === undefined) return { today, measured: today }
  const written = { C: isWritten(terms, 'C'), P: isWritten(terms, 'P') }
  const plain: SecondsFor = (name) => (name === 'C' ? plainController(terms) : secondsFor(name))
  return { today, measured: withMeasured(formula, plain, measured, written) }
}

/** C without what was measured before, which the new measurement replaces: in a P from the deletion on it was 0. */
function plainController({ C }: ExposureTerms['terms']): number {
  const plain = C && [C, ...C.alternatives].find(({ origin }) => origin.rank !== 'observed')
  return plain?.value ?? defaultOf('C')
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
