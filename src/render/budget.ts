import type { Budget, ExposureBudget } from '../core/budget/budget.ts'
import { type Formula, type TermName, termsOf, writeFormula } from '../core/budget/expression.ts'
import type { Exposure } from '../core/model/exposure.ts'
import { refText } from '../core/model/object-ref.ts'
import { originText } from './origin.ts'
import type { Paper } from './paint.ts'
import { wrap } from './wrap.ts'

export const TERM_TEXT: Readonly<Record<TermName, string>> = {
  C: 'controller',
  P: 'propagation',
  R: 'request',
  K: 'kube-proxy',
  J: 'margin',
  A: 'shutdown',
  D: 'deregistration delay',
  I: 'idle timeout',
  H: 'health check',
  L: 'unhealthy lag',
}

const BALANCER = { alb: 'ALB', nlb: 'NLB', classic: 'classic load balancer' } as const

/** `ALB, ip targets` */
export const exposureText = ({
  loadBalancer,
  targetType,
  externalTrafficPolicy,
}: Pick<Exposure, 'loadBalancer' | 'targetType' | 'externalTrafficPolicy'>): string => {
  const local = externalTrafficPolicy === 'Local' ? ', externalTrafficPolicy Local' : ''
  return `${BALANCER[loadBalancer.value]}, ${targetType.value} targets${local}`
}

/** The sum behind the sleep and the grace, and each term with its origin. */
export function drawBudget(budget: Budget, paper: Paper): readonly string[] {
  const { decidedBy, explicitSleep } = budget
  const computed =
    explicitSleep === undefined
      ? []
      : [`sleep S = ${explicitSleep.value}   ${originText(explicitSleep.origin)}`]
  return [
    ...wrapAll([...computed, `sleep S = ${writeFormula(decidedBy.sleepFormula, (name) => name)}`], paper),
    ...wrap(sleepSum(decidedBy), { width: paper.width, lead: SUM_LEAD }),
    ...wrapAll([graceLine(budget)], paper),
    ...capLines(budget, paper),
    ...comparison(budget, paper),
    ...termNames(budget).flatMap((name) => termLine(name, decidedBy, paper)),
  ]
}

const wrapAll = (lines: readonly string[], { width }: Paper): readonly string[] =>
  lines.flatMap((line) => wrap(line, { width, lead: '  ' }))

/** The numbers of the sum stand below its names. */
const SUM_LEAD = '          = '

const sleepSum = ({ sleepFormula, terms, sleep }: ExposureBudget): string =>
  `${writeFormula(sleepFormula, (name) => String(terms[name].value))} = ${sleep}`

function graceLine({
  needed,
  longestHook,
  graceDecidedBy,
  sleep,
  shutdownTime,
  grace,
  graceful,
}: Budget): string {
  const tail: Formula = graceDecidedBy.shutdownFormula
  const names = writeFormula(tail, (name) => name)
  const held = longestHook > sleep ? `hook ${longestHook}` : `${sleep}`
  const sum = `grace period G = S + ${names} = ${held} + ${shutdownTime}`
  const total = Math.max(longestHook, sleep) + shutdownTime
  const kept = grace === total ? ` = ${grace}` : ` = ${total}; the grace period ${grace} s stays`
  return `${sum}${kept}${graceful ? ' (graceful: the application drains after SIGTERM)' : ''}${needed.grace > grace ? `, but ${needed.grace} s is needed` : ''}`
}

const capLines = ({ caps }: Budget, { width }: Paper): readonly string[] =>
  caps.flatMap(({ limit, term, from, to }) =>
    wrap(`${limit} cuts the ${term} from ${from} s to ${to} s`, { width, lead: '  ' }),
  )

/** Of several target groups, which one decided, and what the others would have asked for. */
function comparison({ perExposure, decidedBy, graceDecidedBy }: Budget, { width }: Paper): readonly string[] {
  if (perExposure.length < 2) return []
  const line = (lead: string, one: ExposureBudget) =>
    wrap(needText(one), { width, lead: lead.padEnd(DECIDED.length) })
  const others = perExposure.filter((one) => one !== decidedBy && one !== graceDecidedBy)
  return [
    ...(decidedBy === graceDecidedBy
      ? line(DECIDED, decidedBy)
      : [...line('  S of ', decidedBy), ...line('  G of ', graceDecidedBy)]),
    ...others.flatMap((one) => line('  over ', one)),
  ]
}

const DECIDED = '  decided by '

const needText = ({ exposure, sleep, grace }: ExposureBudget): string =>
  `${refText(exposure.service)} (${exposureText(exposure)}): S ${sleep}, G ${grace}`

const termNames = ({ decidedBy, graceDecidedBy }: Budget): readonly TermName[] => [
  ...new Set([...termsOf(decidedBy.sleepFormula), ...termsOf(graceDecidedBy.shutdownFormula)]),
]

const TERM_COLUMN = Math.max(...Object.values(TERM_TEXT).map(({ length }) => length))

/** Annotation keys are long: what does not fit beside the term goes on below it. */
const ORIGIN_INDENT = '    P    25  '.length

function termLine(name: TermName, { terms }: ExposureBudget, { width, paint }: Paper): readonly string[] {
  const { value, origin } = terms[name]
  const lead = `    ${name} ${String(value).padStart(5)}  ${TERM_TEXT[name].padEnd(TERM_COLUMN)}  `
  const [first = '', ...rest] = wrap(originText(origin), { width, lead, hang: ORIGIN_INDENT })
  return [lead + paint.dim(first.slice(lead.length)), ...rest.map((line) => paint.dim(line))]
}
