import type { IncomingMessage, RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { type Answering, answerAgain, answerReview, type Exchange, type WebhookName } from './answer.ts'
import { BodyBudget } from './body-budget.ts'
import { watchCallers } from './callers.ts'
import type { Limits } from './limits.ts'
import { BadBody, BodyParser } from './parse-body.ts'
import { RefusedBody, readBody } from './read-body.ts'
import { type GivenAnswer, RememberedAnswers } from './remembered-answers.ts'
import { refuse, respondJson } from './respond.ts'

/**
 * Two objects of at most 3 MiB each (the API server's limit for a request body) in an UPDATE review, escaped and
 * wrapped: 8 MiB.
 */
const BODY_LIMIT = 8 * 1024 * 1024

interface Receiving {
  readonly limits: Limits
  /** Whether the connection ends with the answer that is sent now. */
  readonly isLast: (socket: Socket) => boolean
  /** Answers whatever is not for a webhook. */
  readonly rest: RequestListener
}

/**
 * Receives every request of the HTTPS port, and answers those for a webhook. They do not pass through the framework:
 * its routes, hooks and replies cost as much as the decision. A body's bytes are collected, and parsed once. Keys such
 * as __proto__ are harmless in it, since requests are never merged into other objects.
 */
export function receiveReviews(options: Answering, { limits, isLast, rest }: Receiving): RequestListener {
  const { port, started, ended } = options.metrics
  const budget = new BodyBudget(limits.bodyBytes)
  const parser = new BodyParser(now)
  const heardFrom = watchCallers(options.log, now)
  const targetOf = targets()
  const remembered = new RememberedAnswers(() => options.asOf?.())
  port.bodyBytes(() => budget.bytes)
  return (request, response) => {
    // Of a connection that was closed for it, what came in the same chunk still arrives: nobody reads an answer.
    if (request.socket.destroyed) {
      request.destroy()
      return
    }
    const arrived = now()
    const from = request.socket.remoteAddress ?? ''
    started()
    response.on('close', ended)
    heardFrom(from)
    const target = request.method === 'POST' ? targetOf(request.url ?? '') : undefined
    if (target === undefined) {
      rest(request, response)
      return
    }
    // The rest of its body may be on the way.
    const fail: Fail = (error) => refuse(response, error, { log: options.log, isLast: true })
    if (!isJson(request)) {
      fail(new BadBody(415, 'Unsupported Media Type'))
      return
    }
    const exchange: Exchange = {
      ...target,
      from,
      arrived,
      respond: (status, json) => respondJson(response, status, json, isLast(request.socket)),
    }
    const reading = { budget, from, limit: BODY_LIMIT, timeoutMs: limits.bodyTimeoutMs }
    readBody(request, reading, (error, body) => {
      if (error instanceof RefusedBody) port.bodyRefused(error.refusal)
      if (body === undefined) {
        fail(error)
        return
      }
      const isMutating = target.webhook === 'mutate'
      const isKnown = attempt(fail, () => {
        const known = isMutating ? remembered.find(body) : undefined
        return known !== undefined && answerAgain(known, exchange, options)
      })
      if (isKnown !== false) return
      const keeping = { ...exchange, onDecided: (given: GivenAnswer) => remembered.keep(body, given) }
      parser.parse(body, (problem, review) => {
        if (problem !== null) fail(problem)
        else attempt(fail, () => answerReview(review, isMutating ? keeping : exchange, options)?.catch(fail))
      })
    })
  }
}

const now = (): number => performance.now()

type Fail = (error: unknown) => void

/** An error in the work ends one request, and not the process. @returns undefined after an error. */
function attempt<T>(fail: Fail, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    fail(error)
    return undefined
  }
}

/** What a URL says. */
type Target = Pick<Exchange, 'webhook' | 'timeout'>

const WEBHOOKS: ReadonlyMap<string, WebhookName> = new Map([
  ['/mutate', 'mutate'],
  ['/validate', 'validate'],
])

/** Reads URLs. API servers send each request of a webhook to the same one, so that the last one is remembered. */
function targets(): (url: string) => Target | undefined {
  let last: { readonly url: string; readonly target: Target | undefined } | undefined
  return (url) => {
    if (last?.url !== url) last = { url, target: targetAt(url) }
    return last.target
  }
}

function targetAt(url: string): Target | undefined {
  const [path = '', ...query] = url.split('?')
  const webhook = WEBHOOKS.get(path)
  const timeout = new URLSearchParams(query.join('?')).get('timeout')
  return webhook && { webhook, timeout }
}

const JSON_TYPE = 'application/json'

/** Parameters, such as a charset, may follow the type. */
const isJson = ({ headers: { 'content-type': type = '' } }: IncomingMessage): boolean =>
  type === JSON_TYPE || type.split(';', 1)[0]?.trim().toLowerCase() === JSON_TYPE
