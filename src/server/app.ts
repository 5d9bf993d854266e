import type { SecureContextOptions } from 'node:tls'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { type AdmissionRequest, type Answer, parseReview, reviewOf } from '../admission/review.ts'
import { type Milliseconds, parseTimeout } from './deadline.ts'
import type { Metrics } from './metrics.ts'

/**
 * Two objects of at most 3 MiB each (API server's limit of a request body) in an UPDATE review, escaped and
 * wrapped: 8 MiB. Fastify's default is 1 MiB.
 */
const BODY_LIMIT = 8 * 1024 * 1024

/**
 * The API server keeps idle connections for 90 s (Go's default transport). A server that closes earlier closes
 * a socket just as a request is sent on it. Milliseconds; the headers' limit must be the longer one.
 */
const KEEP_ALIVE_TIMEOUT = 120_000
const HEADERS_TIMEOUT = 125_000

export interface AppOptions {
  readonly tls: SecureContextOptions
  readonly admit: (request: AdmissionRequest) => Answer
  readonly metrics: Metrics
  readonly log: Logger
  /** While true every answer ends its connection. */
  readonly isDraining: () => boolean
}

/** Builds the HTTPS application; it does not listen. */
export function buildApp(options: AppOptions) {
  const app = fastify({
    // HTTP/1.1: the API server forces it for every webhook that is not on localhost.
    https: { ...options.tls, ALPNProtocols: ['http/1.1'], minVersion: 'TLSv1.2' },
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    logger: false,
    // Errors before routing, such as a path that is no URL, never reach the error handler.
    frameworkErrors: (error, _request, reply) => answerError(error, reply, options.log),
  })
  app.server.headersTimeout = HEADERS_TIMEOUT
  // Collected as bytes and parsed once. Fastify's own parser makes a string first and searches it for
  // __proto__: twice the work for a large Pod. Such keys are mere data here, since requests are never merged.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseJson)
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, options.log))
  app.setNotFoundHandler((request, reply) => {
    void reply.code(404).send({ error: `no such path: ${request.method} ${request.url}` })
  })
  // Fastify measures a request's time only when it logs it.
  const arrivals: Arrivals = new WeakMap()
  app.addHook('onRequest', (request, _reply, next) => {
    arrivals.set(request, performance.now())
    next()
  })
  app.post('/mutate', (request, reply) => answerReview({ request, reply, arrivals }, options))
  return app
}

export type App = ReturnType<typeof buildApp>

/** When each request's headers had come, by the process's own clock, in milliseconds. */
type Arrivals = WeakMap<FastifyRequest, number>

interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly arrivals: Arrivals
}

const elapsed = ({ request, arrivals }: Exchange): number => {
  const now = performance.now()
  return now - (arrivals.get(request) ?? now)
}

class BadBody extends Error {
  readonly statusCode = 400
}

function parseJson(
  _request: FastifyRequest,
  body: Buffer,
  done: (error: Error | null, value?: unknown) => void,
): void {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch (error) {
    done(new BadBody(`expected JSON: ${error instanceof Error ? error.message : String(error)}`))
    return
  }
  done(null, value)
}

/** What a client did wrong is told to it; anything else is ours, and logged. */
function answerError(error: unknown, reply: FastifyReply, log: Logger): void {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  const isClients = status >= 400 && status < 500
  if (!isClients) log.error({ err: error }, 'request failed')
  const message = isClients && error instanceof Error ? error.message : 'internal error'
  void reply.code(isClients ? status : 500).send({ error: message })
}

function answerReview(exchange: Exchange, options: AppOptions): FastifyReply {
  const { request, reply } = exchange
  if (options.isDraining()) reply.header('connection', 'close')
  const parsed = parseReview(request.body)
  if ('problem' in parsed) return reply.code(400).send({ error: parsed.problem })
  options.metrics.started()
  const answer = answerInTime(parsed, exchange, options)
  const { body, patchBytes } = reviewOf(parsed.uid, answer)
  reply.header('content-type', 'application/json; charset=utf-8').send(body)
  record({ parsed, answer, patchBytes, milliseconds: elapsed(exchange) }, options)
  return reply
}

/** Once the API server has stopped waiting, nothing that we decide can reach it. */
function answerInTime(parsed: AdmissionRequest, exchange: Exchange, options: AppOptions): Answer {
  const { query } = exchange.request
  const given = typeof query === 'object' && query !== null && 'timeout' in query ? query.timeout : undefined
  const timeout = parseTimeout(given)
  if (timeout !== undefined && elapsed(exchange) >= timeout) return tooLate(timeout)
  return failOpen(parsed, options)
}

const NOTHING = { operations: [], auditAnnotations: {}, log: {} } as const

const tooLate = (timeout: Milliseconds): Answer => ({
  ...NOTHING,
  outcome: 'too-late',
  warnings: [`slackwater: not changed: the request took longer to arrive than its timeout of ${timeout} ms`],
})

/** The one boundary at which a fault of ours becomes an allowed request without a patch. */
function failOpen(request: AdmissionRequest, { admit, log }: AppOptions): Answer {
  try {
    return admit(request)
  } catch (error) {
    log.error({ err: error, uid: request.uid }, 'admission failed, allowed unchanged')
    return {
      ...NOTHING,
      outcome: 'error',
      warnings: [`slackwater: internal error, not changed (${request.uid})`],
    }
  }
}

interface Answered {
  readonly parsed: AdmissionRequest
  readonly answer: Answer
  readonly patchBytes: number
  readonly milliseconds: number
}

function record({ parsed, answer, patchBytes, milliseconds }: Answered, { metrics, log }: AppOptions): void {
  const { uid, kind, name, namespace, operation, dryRun } = parsed
  const { outcome } = answer
  metrics.observe({ kind: kind.kind, operation, outcome, seconds: milliseconds / 1000, patchBytes })
  const durationMs = Math.round(milliseconds * 1000) / 1000
  log.info(
    {
      uid,
      kind: kind.kind,
      namespace,
      name,
      operation,
      dryRun,
      outcome,
      patchBytes,
      durationMs,
      ...answer.log,
    },
    'decision',
  )
}
