import { exceedsSpotNotice, SHUTDOWN_FLOOR, SPOT_NOTICE } from '../core/budget/caps.ts'
import type { TermName } from '../core/budget/expression.ts'
import { LIMIT_TEXT } from '../core/budget/said.ts'
import type { Exposure } from '../core/model/exposure.ts'
import { refText } from '../core/model/object-ref.ts'
import { type BudgetDocument, decidingOf, type ExposureDocument } from '../report/decision-document.ts'
import { originLines, originText } from './origin.ts'
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

type ExposureBudget = BudgetDocument['perExposure'][number]
type ContainerBudget = NonNullable<BudgetDocument['containers']>[number]

/** A budget, and the target groups that it is made for. */
interface Budgeted {
  readonly budget: BudgetDocument
  readonly exposures: readonly ExposureDocument[]
}

/** The formulas for sleep and grace period with their numbers, and each term with its origin. */
export function drawBudget({ budget, exposures }: Budgeted, paper: Paper): readonly string[] {
  const { explicitSleep } = budget
  const deciding = decidingOf(budget)
  if (deciding === undefined) return []
  const { sleepFormula } = deciding
  return [
    ...(explicitSleep === undefined
      ? wrapAll([`sleep S = ${sleepFormula}`], paper)
      : wrapAll(
          [
            `sleep S = ${explicitSleep.value}   ${originText(explicitSleep.origin)}`,
            `instead of ${sleepFormula}`,
          ],
          paper,
        )),
    ...wrap(sleepSum(deciding), { width: paper.width, lead: SUM_LEAD }),
    ...unobservedLine(deciding, paper),
    ...graceLines(budget, deciding, paper),
    ...capLines(budget, paper),
    ...spotLine(budget, paper),
    ...comparison({ budget, exposures }, deciding, paper),
    ...classicLines({ budget, exposures }, paper),
    ...(Object.keys(deciding.terms) as TermName[]).flatMap((name) => termLine(name, deciding, paper)),
  ]
}

const wrapAll = (lines: readonly string[], { width }: Paper): readonly string[] =>
  lines.flatMap((line) => wrap(line, { width, lead: '  ' }))

/** The numbers of the formula align below its names. */
const SUM_LEAD = '          = '

/** The names of terms are single capital letters (core/budget/expression.ts). */
const sleepSum = ({ sleepFormula, terms, sleepSeconds }: ExposureBudget): string =>
  `${sleepFormula.replaceAll(/[A-Z]/g, (name) => String(terms[name]?.value ?? name))} = ${sleepSeconds}`

/** What the evidence changes. A number that went down comes with the next change of the template. */
const unobservedLine = (
  { sleepSeconds, unobservedSleepSeconds: without }: ExposureBudget,
  paper: Paper,
): readonly string[] =>
  without === undefined || without === sleepSeconds
    ? []
    : wrapAll([`${without} s without what was observed`], paper)

/** The sum of the container that decides it, and below it what the others need where that differs. */
function graceLines(budget: BudgetDocument, deciding: ExposureBudget, paper: Paper): readonly string[] {
  const { containers = [], graceContainer } = budget
  const first = containers.find(({ name }) => name === graceContainer)
  if (first === undefined)
    return wrapAll(
      [`grace period G = S + ${deciding.shutdownFormula} = ${deciding.gracePeriodSeconds}`],
      paper,
    )
  const others = containers.filter((one) => one !== first && !isAlike(one, first))
  return wrapAll(
    [graceLine(budget, first, deciding), ...others.map((one) => `container ${one.name}: ${needOf(one)}`)],
    paper,
  )
}

const isAlike = (one: ContainerBudget, other: ContainerBudget): boolean =>
  one.holds === other.holds &&
  one.sleepSeconds === other.sleepSeconds &&
  one.shutdownSeconds === other.shutdownSeconds

const HOLDS: Readonly<Record<ContainerBudget['holds'], string>> = {
  sleep: 'sleep',
  outlives: 'proxy, until the application has drained',
  hook: 'its own hook',
}

/** `its own hook 50 + 10 = 60` */
const needOf = ({ holds, sleepSeconds, shutdownSeconds }: ContainerBudget): string =>
  `${HOLDS[holds]} ${sleepSeconds} + ${shutdownSeconds} = ${sleepSeconds + shutdownSeconds}`

function graceLine(budget: BudgetDocument, container: ContainerBudget, deciding: ExposureBudget): string {
  const { needed, containers = [], gracePeriodSeconds: grace, graceful } = budget
  const { name, holds, sleepSeconds: sleep, shutdownSeconds: shutdown } = container
  const total = sleep + shutdown
  const stays = grace === total ? '' : `; the grace period ${grace} s stays`
  const short = needed.grace > grace ? `, but ${needed.grace} s is needed` : ''
  const sum = `${sleep} + ${shutdown} = ${total}`
  if (holds === 'outlives')
    return `grace period G = ${sum}: ${name} runs until the application has drained (${sleep} s) and needs ${shutdown} s more${stays}${short}`
  const whose = containers.length > 1 ? ` (container ${name})` : ''
  const drains = graceful ? ' (graceful: the application drains after SIGTERM)' : ''
  return `grace period G = ${graceNames(container, deciding)} = ${sum}${stays}${whose}${drains}${short}`
}

/** `hook + A`; where every hook is the user's and this one too short, what it should have been counts. */
const graceNames = ({ hookSeconds, sleepSeconds }: ContainerBudget, { shutdownFormula }: ExposureBudget) =>
  `${hookSeconds === sleepSeconds ? 'hook' : 'S'} + ${shutdownFormula}`

const capLines = ({ caps }: BudgetDocument, { width }: Paper): readonly string[] =>
  caps.flatMap(({ limit, term, from, to }) =>
    wrap(`${LIMIT_TEXT[limit]} cuts the ${term} from ${from} s to ${to} s`, { width, lead: '  ' }),
  )

/** Not a finding: it holds behind nearly every NLB, and matters on Spot nodes only. */
const spotLine = ({ sleepSeconds, shutdownSeconds }: BudgetDocument, { width }: Paper): readonly string[] =>
  sleepSeconds > 0 && exceedsSpotNotice(sleepSeconds, shutdownSeconds)
    ? wrap(
        `not for Spot nodes: sleep ${sleepSeconds} s + ${Math.min(shutdownSeconds, SHUTDOWN_FLOOR)} s to exit is more than the ${SPOT_NOTICE} s that a Spot notice leaves`,
        { width, lead: '  ' },
      )
    : []

/**
 * If there are several target groups: the one that decided, and what the others would have needed. Ports of one Service
 * that need the same are named once: there is nothing to compare.
 */
function comparison(
  { budget: { perExposure }, exposures }: Budgeted,
  deciding: ExposureBudget,
  { width }: Paper,
): readonly string[] {
  const line = (lead: string, text: string) => wrap(text, { width, lead: lead.padEnd(DECIDED.length) })
  const [decided = '', ...others] = new Set([deciding, ...perExposure].map((one) => needText(one, exposures)))
  return others.length === 0 ? [] : [...line(DECIDED, decided), ...others.flatMap((text) => line(OVER, text))]
}

const classicLines = ({ budget: { perExposure }, exposures }: Budgeted, paper: Paper): readonly string[] =>
  perExposure.flatMap((one) => {
    const service = exposureOf(one, exposures)?.service
    return one.classicSleepSeconds === undefined || service === undefined
      ? []
      : wrapAll(
          [`if ${refText(service)} has a Classic Load Balancer instead: sleep ${one.classicSleepSeconds} s`],
          paper,
        )
  })

const DECIDED = '  decided by '
const OVER = '  over '

const exposureOf = (
  { exposure }: ExposureBudget,
  exposures: readonly ExposureDocument[],
): ExposureDocument | undefined => exposures.find(({ id }) => id === exposure)

function needText(one: ExposureBudget, exposures: readonly ExposureDocument[]): string {
  const exposure = exposureOf(one, exposures)
  const what =
    exposure === undefined ? one.exposure : `${refText(exposure.service)} (${exposureText(exposure)})`
  return `${what}: sleep ${one.sleepSeconds} s, grace period ${one.gracePeriodSeconds} s`
}

const TERM_COLUMN = Math.max(...Object.values(TERM_TEXT).map(({ length }) => length))

/** Annotation keys are long: text that does not fit beside the term continues below it. */
const ORIGIN_INDENT = '    P    25  '.length

function termLine(name: TermName, { terms }: ExposureBudget, { width, paint }: Paper): readonly string[] {
  const term = terms[name]
  if (term === undefined) return []
  const { value } = term
  const [origin = '', ...others] = originLines(term)
  const lead = `    ${name} ${String(value).padStart(5)}  ${TERM_TEXT[name].padEnd(TERM_COLUMN)}  `
  const [first = '', ...rest] = wrap(origin, { width, lead, hang: ORIGIN_INDENT })
  const below = others.flatMap((text) => wrap(text, { width, lead: ' '.repeat(ORIGIN_INDENT) }))
  return [lead + paint.dim(first.slice(lead.length)), ...[...rest, ...below].map((line) => paint.dim(line))]
}
