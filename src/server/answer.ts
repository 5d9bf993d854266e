import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import {
  type AdmissionRequest,
  type Answer,
  parseReview,
  type ReviewResponse,
  reviewOf,
} from '../admission/review.ts'
import { tooLarge } from '../admission/too-large.ts'
import { unchecked } from '../admission/validating-answer.ts'
import { type Milliseconds, parseTimeout } from './deadline.ts'
import type { Metrics } from './metrics.ts'
import { UnreadReview } from './parse-body.ts'

/** Which of the two webhooks a request is for. */
export const WEBHOOKS = ['mutate', 'validate'] as const
type WebhookName = (typeof WEBHOOKS)[number]

/** What is needed to answer a review. */
export interface Answering {
  /** The decision of each webhook. */
  readonly decide: Readonly<Record<WebhookName, (request: AdmissionRequest) => Answer>>
  /** Slow work that has to be done before, if there is any; other requests get their turn meanwhile. */
  readonly readAhead?: (request: AdmissionRequest) => Promise<unknown> | undefined
  readonly metrics: Metrics
  readonly log: Logger
}

/** When the headers of each request arrived, on the process's monotonic clock, in milliseconds. */
export type ArrivalTimes = WeakMap<FastifyRequest, number>

interface Exchange {
  readonly webhook: WebhookName
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly arrivals: ArrivalTimes
  /** Called just before the answer is sent. */
  readonly leaves: () => void
}

const elapsed = ({ request, arrivals }: Exchange): number => {
  const now = performance.now()
  return now - (arrivals.get(request) ?? now)
}

/** Answers one review: 200 with its uid, or 400 with what was expected; one line of the log for each decision. */
export function answerReview(exchange: Exchange, options: Answering): FastifyReply | Promise<FastifyReply> {
  const { request, reply } = exchange
  const parsed = request.body instanceof UnreadReview ? unread(request.body) : parseReview(request.body)
  if ('problem' in parsed) {
    exchange.leaves()
    return reply.code(400).send({ error: parsed.problem })
  }
  const answer = (): FastifyReply => send(parsed, exchange, options)
  // If this fails, the answer fails in the same way, and reports it.
  return readingAhead(parsed, options)?.then(answer, answer) ?? answer()
}

function readingAhead(parsed: Review, { readAhead }: Answering): Promise<unknown> | undefined {
  try {
    return parsed.unread === undefined ? readAhead?.(parsed) : undefined
  } catch {
    return undefined
  }
}

function send(parsed: Review, exchange: Exchange, options: Answering): FastifyReply {
  const { request, reply } = exchange
  const { answer, response } = answered(parsed, exchange, options)
  exchange.leaves()
  reply.header('content-type', 'application/json; charset=utf-8').send(response.body)
  const { patchBytes } = response
  const from = addressOf(request)
  const { webhook } = exchange
  record({ webhook, parsed, answer, from, patchBytes, milliseconds: elapsed(exchange) }, options)
  return reply
}

/** The address of a request's connection; no header is trusted. */
export const addressOf = ({ socket }: FastifyRequest): string => socket.remoteAddress ?? ''

/** If the review was not read, with the reason. */
type Review = AdmissionRequest & { readonly unread?: string }

/** If a review was not read, only its uid is known. */
const unread = ({ uid, problem }: UnreadReview): Review => ({
  uid,
  kind: { group: '', version: '', kind: '' },
  operation: '',
  dryRun: false,
  object: undefined,
  oldObject: undefined,
  unread: problem,
})

const answered = (parsed: Review, exchange: Exchange, options: Answering): Finished =>
  parsed.unread === undefined
    ? failOpen(parsed, exchange, options)
    : finished(parsed.uid, undecided(tooLarge(parsed.unread), exchange))

/** Once the API server has stopped waiting, no decision can reach it. */
function answerInTime(parsed: AdmissionRequest, exchange: Exchange, options: Answering): Answer {
  const { query } = exchange.request
  const given = typeof query === 'object' && query !== null && 'timeout' in query ? query.timeout : undefined
  const timeout = parseTimeout(given)
  if (timeout !== undefined && elapsed(exchange) >= timeout) return undecided(tooLate(timeout), exchange)
  return options.decide[exchange.webhook](parsed)
}

/** An answer without a decision: the validating webhook says the same to nobody but the audit log. */
const undecided = (answer: Answer, { webhook }: Pick<Exchange, 'webhook'>): Answer =>
  webhook === 'validate' ? unchecked(answer.outcome, answer.warnings.join()) : answer

const NOTHING = { operations: [], auditAnnotations: {}, log: {} } as const

const tooLate = (timeout: Milliseconds): Answer => ({
  ...NOTHING,
  outcome: 'too-late',
  warnings: [`slackwater: not changed: the request took longer to arrive than its timeout of ${timeout} ms`],
})

const failed = (uid: string): Answer => ({
  ...NOTHING,
  outcome: 'error',
  warnings: [`slackwater: internal error, not changed (${uid})`],
})

interface Finished {
  readonly answer: Answer
  readonly response: ReviewResponse
}

const finished = (uid: string, answer: Answer): Finished => ({ answer, response: reviewOf(uid, answer) })

/**
 * The only place where an internal error becomes an allowed request without a patch: an error in the decision, or in
 * serializing it (a restored template may be nested deeper than JSON.stringify supports).
 */
function failOpen(parsed: AdmissionRequest, exchange: Exchange, options: Answering): Finished {
  const { uid } = parsed
  try {
    return finished(uid, answerInTime(parsed, exchange, options))
  } catch (error) {
    options.log.error({ err: error, ...cut({ uid }) }, 'admission failed, allowed unchanged')
    return finished(uid, undecided(failed(uid), exchange))
  }
}

interface Answered {
  readonly webhook: WebhookName
  readonly parsed: AdmissionRequest
  readonly answer: Answer
  readonly from: string
  readonly patchBytes: number
  readonly milliseconds: number
}

function record(
  { webhook, parsed, answer, from, patchBytes, milliseconds }: Answered,
  { metrics, log }: Answering,
): void {
  const { uid, kind, name, namespace, operation, dryRun } = parsed
  const { outcome, gates, denial } = answer
  metrics.observe({
    webhook,
    kind: kind.kind,
    operation,
    outcome,
    seconds: milliseconds / 1000,
    patchBytes,
    ...(gates === undefined ? {} : { gates }),
    ...(denial === undefined || dryRun ? {} : { denied: denial.findings }),
  })
  const durationMs = Math.round(milliseconds * 1000) / 1000
  const fields = {
    webhook,
    from,
    uid,
    kind: kind.kind,
    namespace,
    name,
    operation,
    dryRun,
    outcome,
    patchBytes,
    durationMs,
  }
  log.info({ ...cut(fields), ...cut(answer.log, LONGEST_SENTENCE) }, 'decision')
}

/** The longest name in Kubernetes. */
const LONGEST_NAME = 253
/** For sentences: a log line stays short, whatever a client sends. A choice. */
export const LONGEST_SENTENCE = 1024

/** Cuts the texts of log fields that a client can influence. The log itself escapes terminal control characters. */
export const cut = (
  fields: Readonly<Record<string, unknown>>,
  longest = LONGEST_NAME,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === 'string' && value.length > longest ? `${value.slice(0, longest)}…` : value,
    ]),
  )
