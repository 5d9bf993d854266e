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
import type { GivenAnswer } from './remembered-answers.ts'

/** Which of the two webhooks a request is for. */
export type WebhookName = 'mutate' | 'validate'

/** What is needed to answer a review. */
export interface Answering {
  /** The decision of each webhook. */
  readonly decide: Readonly<Record<WebhookName, (request: AdmissionRequest) => Answer>>
  /** Slow work that has to be done before, if there is any; other requests get their turn meanwhile. */
  readonly readAhead?: (request: AdmissionRequest) => Promise<unknown> | undefined
  /** Told of each answer of the mutating webhook that is sent. */
  readonly onMutated?: (answer: Answer) => void
  /**
   * A number that differs after every change of what the mutating webhook's answers rest on, apart from the review;
   * undefined, or absent: no answer may be given again.
   */
  readonly asOf?: () => number | undefined
  readonly metrics: Metrics
  readonly log: Logger
  /** Writes the line of one decision; absent: the log does. */
  readonly logDecision?: LogDecision
}

type Fields = Readonly<Record<string, unknown>>

/** Writes a line with these fields and `"msg":"decision"`, at the level `info`. */
export type LogDecision = (fields: Fields) => void

/** One request of a webhook, and the way to its sender. */
export interface Exchange {
  readonly webhook: WebhookName
  /** The API server's limit as it was given, such as `5s`; null: none. */
  readonly timeout: string | null
  /** The address of the connection; no header is trusted. */
  readonly from: string
  /** When the headers arrived, on the process's monotonic clock, in milliseconds. */
  readonly arrived: number
  /** Sends a JSON text; called once. */
  readonly respond: (status: number, json: string) => void
  /** Told of an answer that the same review would get again, in the same turn in which it was decided and sent. */
  readonly onDecided?: (given: GivenAnswer) => void
}

const elapsed = ({ arrived }: Exchange): number => performance.now() - arrived

/**
 * Answers one review: 200 with its uid, or 400 with what was expected; one line of the log for each decision.
 * @param body the parsed JSON, or an `UnreadReview`.
 */
export function answerReview(
  body: unknown,
  exchange: Exchange,
  options: Answering,
): Promise<void> | undefined {
  const parsed = body instanceof UnreadReview ? unread(body) : parseReview(body)
  if ('problem' in parsed) {
    exchange.respond(400, JSON.stringify({ error: parsed.problem }))
    return undefined
  }
  const answer = (): void => send(parsed, exchange, options)
  const read = readingAhead(parsed, options)
  // If this fails, the answer fails in the same way, and reports it.
  if (read !== undefined) return read.then(answer, answer)
  answer()
  return undefined
}

function readingAhead(parsed: Review, { readAhead }: Answering): Promise<unknown> | undefined {
  try {
    return parsed.unread === undefined ? readAhead?.(parsed) : undefined
  } catch {
    return undefined
  }
}

function send(parsed: Review, exchange: Exchange, options: Answering): void {
  const { answer, response, isDecided } = answered(parsed, exchange, options)
  const given = { review: parsed, answer, response }
  give(given, exchange, options)
  // Only now: nobody waits for it any more, and if it fails, the answer has been sent.
  if (isDecided) exchange.onDecided?.(given)
}

/** Answers as the same review was answered before. @returns whether there was still time. */
export function answerAgain(remembered: GivenAnswer, exchange: Exchange, options: Answering): boolean {
  if (timeOver(exchange) !== undefined) return false
  give(remembered, exchange, options)
  return true
}

function give({ review, answer, response }: GivenAnswer, exchange: Exchange, options: Answering): void {
  exchange.respond(200, response.body)
  const { webhook, from } = exchange
  const { patchBytes } = response
  if (webhook === 'mutate') options.onMutated?.(answer)
  record({ webhook, parsed: review, answer, from, patchBytes, milliseconds: elapsed(exchange) }, options)
}

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

/** Once the API server has stopped waiting, no decision can reach it. @returns its timeout, if that is over. */
function timeOver(exchange: Exchange): Milliseconds | undefined {
  const timeout = parseTimeout(exchange.timeout)
  return timeout !== undefined && elapsed(exchange) >= timeout ? timeout : undefined
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
  /** By the webhook's decision, and not because there was none. */
  readonly isDecided: boolean
}

const finished = (uid: string, answer: Answer, isDecided = false): Finished => ({
  answer,
  response: reviewOf(uid, answer),
  isDecided,
})

/**
 * The only place where an internal error becomes an allowed request without a patch: an error in the decision, or in
 * serializing it (a restored template may be nested deeper than JSON.stringify supports).
 */
function failOpen(parsed: AdmissionRequest, exchange: Exchange, options: Answering): Finished {
  const { uid } = parsed
  try {
    const over = timeOver(exchange)
    if (over !== undefined) return finished(uid, undecided(tooLate(over), exchange))
    return finished(uid, options.decide[exchange.webhook](parsed), true)
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
  { metrics, log, logDecision = (fields) => log.info(fields, 'decision') }: Answering,
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
  logDecision({ ...cut(fields), ...cut(answer.log, LONGEST_SENTENCE) })
}

/** The longest name in Kubernetes. */
const LONGEST_NAME = 253
/** For sentences: a log line stays short, whatever a client sends. A choice. */
export const LONGEST_SENTENCE = 1024

/**
 * Cuts the texts of log fields that a client can influence. The log itself escapes terminal control characters.
 * @returns the fields themselves where nothing is too long.
 */
export function cut(fields: Fields, longest = LONGEST_NAME): Fields {
  const isLong = (value: unknown): value is string => typeof value === 'string' && value.length > longest
  if (!Object.values(fields).some(isLong)) return fields
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      isLong(value) ? `${value.slice(0, longest)}…` : value,
    ]),
  )
}
