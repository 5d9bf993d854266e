import type { Budget, ExposureBudget } from '../../budget/budget.ts'
import { evaluate, termsOf } from '../../budget/expression.ts'
import { AWS_DEFAULTS } from '../../budget/terms.ts'
import { REQUEST_ANNOTATION, SHUTDOWN_ANNOTATION } from '../../model/keys.ts'
import { longest, type Seconds, seconds, shorter } from '../../model/seconds.ts'
import type { Declaration } from '../../servers/declarations.ts'
import { onTemplate } from '../paste.ts'
import { pasteOf, type Rule, type Situation } from '../rule.ts'
import { isStatedByPod } from '../stated-by-pod.ts'

/** An idle timeout up to twice AWS's default is a margin, and says nothing about the length of requests. A choice. */
const LONG_IDLE_TIMEOUT = seconds(2 * AWS_DEFAULTS.idleTimeout.alb)

interface Evidence {
  readonly value: Seconds
  readonly text: string
  readonly who: string
}

/**
 * Something was set so that requests may take longer than the request time that is waited for: a time limit of the
 * server, or an idle timeout that somebody raised well above AWS's default. Such a request is cut when its pod leaves.
 */
export const requestDeclared: Rule = {
  id: 'request-declared',
  check: (situation) => {
    const { budget, declared = [], outage } = situation
    if (budget.explicitSleep !== undefined || outage !== undefined) return []
    const limits = declared.filter(({ role }) => role === 'request')
    const [most] = budget.perExposure
      .filter(waitsForRequests)
      .flatMap((one) => evidenceOf(one, limits).filter(({ value }) => value > one.terms.R.value))
      .sort((a, b) => b.value - a.value)
    const assumed = budget.decidedBy.terms.R
    if (most === undefined || isStatedByPod(assumed)) return []
    const { text, value, who } = most
    return [
      {
        brief: `${who}: requests up to ${value} s, ${assumed.value} s assumed`,
        ...pasteOf(statement(value, situation)),
        message: `${text}: if requests take longer than ${assumed.value} s, set ${toWrite(value, budget)}`,
      },
    ]
  },
}

/** What somebody set is a limit, seldom what requests take: where the sleep for it is capped, it is not the value to write. */
const toWrite = (value: Seconds, budget: Budget): string =>
  sleepFor(value, budget) <= budget.maxSleep
    ? `${REQUEST_ANNOTATION}: "${value}"`
    : `${REQUEST_ANNOTATION} to the longest one, or ${SHUTDOWN_ANNOTATION}: graceful`

/** The limit, as a statement to lower; none where the sleep for it would be capped. */
const statement = (value: Seconds, situation: Situation): string | undefined =>
  sleepFor(value, situation.budget) <= situation.budget.maxSleep
    ? `# what requests take: ${value} s is the limit\n${onTemplate(situation, { [REQUEST_ANNOTATION]: String(value) })}`
    : undefined

const sleepFor = (request: Seconds, { perExposure }: Budget): Seconds =>
  longest(
    perExposure.map(({ sleepFormula, terms }) =>
      evaluate(sleepFormula, (name) => (name === 'R' ? request : terms[name].value)),
    ),
  )

const waitsForRequests = ({ sleepFormula, shutdownFormula }: ExposureBudget): boolean =>
  [sleepFormula, shutdownFormula].some((formula) => termsOf(formula).includes('R'))

/** An ALB ends a request in which nothing is sent for its idle timeout: no limit of the server's is worth more. */
function evidenceOf(
  { exposure, terms: { I } }: ExposureBudget,
  limits: readonly Declaration[],
): readonly Evidence[] {
  const isAlb = exposure.loadBalancer.value === 'alb'
  const ofServer = limits.map(({ container, line, value }) => ({
    value: isAlb ? shorter(value, I.value) : value,
    text: `${container} allows ${value} s (${line})`,
    who: container,
  }))
  // The installation's own setting is about every application.
  const isOwn = I.origin.rank === 'declared' || I.origin.rank === 'observed'
  if (!isAlb || !isOwn || I.value <= LONG_IDLE_TIMEOUT) return ofServer
  const text = `the ALB of ${exposure.service.name} allows ${I.value} s (idle_timeout.timeout_seconds)`
  return [...ofServer, { value: I.value, text, who: `ALB of ${exposure.service.name}` }]
}
