import type { Budget, ExposureBudget } from '../core/budget/budget.ts'
import { exceedsSpotNotice, SHUTDOWN_FLOOR, SPOT_NOTICE } from '../core/budget/caps.ts'
import { type ContainerBudget, knownHook } from '../core/budget/containers.ts'
import { type TermName, termsOf, writeFormula } from '../core/budget/expression.ts'
import { LIMIT_TEXT } from '../core/budget/said.ts'
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

export const BALANCER = { alb: 'ALB', nlb: 'NLB', classic: 'classic load balancer' } as const

/** `ALB, ip targets` */
export const exposureText = ({
  loadBalancer,
  targetType,
  externalTrafficPolicy,
}: Pick<Exposure, 'loadBalancer' | 'targetType' | 'externalTrafficPolicy'>): string => {
  const local = externalTrafficPolicy === 'Local' ? ', externalTrafficPolicy Local' : ''
  return `${BALANCER[loadBalancer.value]}, ${targetType.value} targets${local}`
}

/** The formulas for sleep and grace period with their numbers, and each term with its origin. */
export function drawBudget(budget: Budget, paper: Paper): readonly string[] {
  const { decidedBy, explicitSleep } = budget
  const formula = writeFormula(decidedBy.sleepFormula, (name) => name)
  return [
    ...(explicitSleep === undefined
      ? wrapAll([`sleep S = ${formula}`], paper)
      : wrapAll(
          [`sleep S = ${explicitSleep.value}   ${originText(explicitSleep.origin)}`, `instead of ${formula}`],
          paper,
        )),
    ...wrap(sleepSum(decidedBy), { width: paper.width, lead: SUM_LEAD }),
    ...graceLines(budget, paper),
    ...capLines(budget, paper),
    ...spotLine(budget, paper),
    ...comparison(budget, paper),
    ...classicLines(budget, paper),
    ...termNames(budget).flatMap((name) => termLine(name, decidedBy, paper)),
  ]
}

const wrapAll = (lines: readonly string[], { width }: Paper): readonly string[] =>
  lines.flatMap((line) => wrap(line, { width, lead: '  ' }))

/** The numbers of the formula align below its names. */
const SUM_LEAD = '          = '

const sleepSum = ({ sleepFormula, terms, sleep }: ExposureBudget): string =>
  `${writeFormula(sleepFormula, (name) => String(terms[name].value))} = ${sleep}`

/** The sum of the container that decides it, and below it what the others need where that differs. */
function graceLines(budget: Budget, paper: Paper): readonly string[] {
  const { containers, graceContainer } = budget
  const others = containers.filter((one) => one !== graceContainer && !isAlike(one, graceContainer))
  return [
    ...wrapAll([graceLine(budget)], paper),
    ...wrapAll(
      others.map((one) => `container ${one.container.name}: ${needOf(one)}`),
      paper,
    ),
  ]
}

const isAlike = (one: ContainerBudget, other: ContainerBudget): boolean =>
  one.holds === other.holds && one.sleep === other.sleep && one.shutdownTime === other.shutdownTime

const HOLDS: Readonly<Record<ContainerBudget['holds'], string>> = {
  sleep: 'sleep',
  outlives: 'proxy, until the application has drained',
  hook: 'its own hook',
}

/** `its own hook 50 + 10 = 60` */
const needOf = ({ holds, sleep, shutdownTime }: ContainerBudget): string =>
  `${HOLDS[holds]} ${sleep} + ${shutdownTime} = ${sleep + shutdownTime}`

function graceLine(budget: Budget): string {
  const { needed, containers, graceContainer, grace, graceful } = budget
  const { container, holds, sleep, shutdownTime } = graceContainer
  const total = sleep + shutdownTime
  const stays = grace === total ? '' : `; the grace period ${grace} s stays`
  const short = needed.grace > grace ? `, but ${needed.grace} s is needed` : ''
  const sum = `${sleep} + ${shutdownTime} = ${total}`
  if (holds === 'outlives')
    return `grace period G = ${sum}: ${container.name} runs until the application has drained (${sleep} s) and needs ${shutdownTime} s more${stays}${short}`
  const whose = containers.length > 1 ? ` (container ${container.name})` : ''
  const drains = graceful ? ' (graceful: the application drains after SIGTERM)' : ''
  return `grace period G = ${graceNames(budget)} = ${sum}${stays}${whose}${drains}${short}`
}

/** `hook + A`; where every hook is the user's and this one too short, what it should have been counts. */
function graceNames({ decidedBy, graceContainer: { container, sleep } }: Budget): string {
  const held = container.hook !== undefined && knownHook(container) === sleep ? 'hook' : 'S'
  return `${held} + ${writeFormula(decidedBy.shutdownFormula, (name) => name)}`
}

const capLines = ({ caps }: Budget, { width }: Paper): readonly string[] =>
  caps.flatMap(({ limit, term, from, to }) =>
    wrap(`${LIMIT_TEXT[limit]} cuts the ${term} from ${from} s to ${to} s`, { width, lead: '  ' }),
  )

/** Not a finding: it holds behind nearly every NLB, and matters on Spot nodes only. */
const spotLine = ({ sleep, shutdownTime }: Budget, { width }: Paper): readonly string[] =>
  sleep > 0 && exceedsSpotNotice(sleep, shutdownTime)
    ? wrap(
        `not for Spot nodes: sleep ${sleep} s + ${Math.min(shutdownTime, SHUTDOWN_FLOOR)} s to exit is more than the ${SPOT_NOTICE} s that a Spot notice leaves`,
        { width, lead: '  ' },
      )
    : []

/**
 * If there are several target groups: the one that decided, and what the others would have needed. Ports of one Service
 * that need the same are named once: there is nothing to compare.
 */
function comparison({ perExposure, decidedBy }: Budget, { width }: Paper): readonly string[] {
  const line = (lead: string, text: string) => wrap(text, { width, lead: lead.padEnd(DECIDED.length) })
  const [decided = '', ...others] = new Set([decidedBy, ...perExposure].map(needText))
  return others.length === 0 ? [] : [...line(DECIDED, decided), ...others.flatMap((text) => line(OVER, text))]
}

const classicLines = ({ perExposure }: Budget, paper: Paper): readonly string[] =>
  perExposure.flatMap(({ exposure, classicSleep }) =>
    classicSleep === undefined
      ? []
      : wrapAll(
          [`if ${refText(exposure.service)} has a Classic Load Balancer instead: sleep ${classicSleep} s`],
          paper,
        ),
  )

const DECIDED = '  decided by '
const OVER = '  over '

const needText = ({ exposure, sleep, grace }: ExposureBudget): string =>
  `${refText(exposure.service)} (${exposureText(exposure)}): sleep ${sleep} s, grace period ${grace} s`

const termNames = ({ decidedBy: { sleepFormula, shutdownFormula } }: Budget): readonly TermName[] => [
  ...new Set([...termsOf(sleepFormula), ...termsOf(shutdownFormula)]),
]

const TERM_COLUMN = Math.max(...Object.values(TERM_TEXT).map(({ length }) => length))

/** Annotation keys are long: text that does not fit beside the term continues below it. */
const ORIGIN_INDENT = '    P    25  '.length

function termLine(name: TermName, { terms }: ExposureBudget, { width, paint }: Paper): readonly string[] {
  const { value, origin } = terms[name]
  const lead = `    ${name} ${String(value).padStart(5)}  ${TERM_TEXT[name].padEnd(TERM_COLUMN)}  `
  const [first = '', ...rest] = wrap(originText(origin), { width, lead, hang: ORIGIN_INDENT })
  return [lead + paint.dim(first.slice(lead.length)), ...rest.map((line) => paint.dim(line))]
}
