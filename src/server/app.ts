import type { Server } from 'node:https'
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { type Answering, type ArrivalTimes, addressOf, answerReview, WEBHOOKS } from './answer.ts'
import { BodyBudget } from './body-budget.ts'
import { watchCallers } from './callers.ts'
import type { ClientAuthority } from './client-authority.ts'
import { type Guard, guardConnections } from './guard.ts'
import { BodyParser } from './parse-body.ts'
import { RefusedBody, readBody } from './read-body.ts'
import { tlsOptions } from './tls-options.ts'

/**
 * Two objects of at most 3 MiB each (the API server's limit for a request body) in an UPDATE review, escaped and
 * wrapped: 8 MiB. Fastify's default is 1 MiB.
 */
const BODY_LIMIT = 8 * 1024 * 1024

/**
 * The API server keeps idle connections for 90 s (Go's default transport). A server that closes earlier may close a
 * socket just as a request is sent on it. Milliseconds; the limit for headers must be the longer one.
 */
const KEEP_ALIVE_TIMEOUT = 120_000
const HEADERS_TIMEOUT = 125_000

/**
 * A body that arrives in tiny pieces would hold its connection forever. Milliseconds. Far above the 30 s of the API
 * server, because Node also applies it to a connection without any request yet: such a connection may idle for 90 s,
 * like any other.
 */
const REQUEST_TIMEOUT = 125_000

/**
 * For a connection without any traffic: its client may not read the answers that wait for it, and they hold memory.
 * Node has no limit of its own. Milliseconds; above the others, so that it never ends a connection that they would
 * keep.
 */
const SILENCE_TIMEOUT = 130_000

/**
 * The time that Go's default transport allows for a handshake. With Node's 120 s, a connection that never starts one
 * (a TCP probe) could delay the shutdown until the kubelet kills the process. Milliseconds.
 */
const HANDSHAKE_TIMEOUT = 10_000

/** The API server's longest webhook timeout, 30 s: after it no caller waits for the answer. Milliseconds. */
const BODY_TIMEOUT = 30_000

/** What clients may use of Slackwater's resources. Defaults: see `DEFAULT_LIMITS`. */
export interface Limits {
  /** Bytes of incomplete bodies, over all connections. */
  readonly bodyBytes: number
  readonly connections: number
  /** For a whole body, milliseconds. */
  readonly bodyTimeoutMs: number
}

/**
 * Parts of the chart's 512 MiB (docs/failure-behaviour.md): four of the largest bodies, or two thousand ordinary
 * ones; a connection takes up to 90 KiB, so four hundred take 36 MiB.
 */
const DEFAULT_LIMITS: Limits = {
  bodyBytes: 32 * 1024 * 1024,
  connections: 400,
  bodyTimeoutMs: BODY_TIMEOUT,
}

interface AppOptions extends Answering {
  /** Absent: no certificate yet, and handshakes fail until there is one. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Absent: every client that can reach the port is answered. */
  readonly clients?: ClientAuthority
  /** Changes each time the client CA has changed. */
  readonly authorityVersion?: () => number
  /** While true every answer ends its connection. */
  readonly isDraining: () => boolean
  readonly limits?: Partial<Limits>
  /** @default 10 seconds */
  readonly handshakeTimeoutMs?: number
}

/** Builds the HTTPS application; it does not listen. */
export function buildApp(options: AppOptions) {
  const app = fastify({
    // HTTP/1.1: the API server forces it for every webhook that is not on localhost.
    https: {
      ...tlsOptions({ certificate: options.tls, clients: options.clients }),
      requestCert: options.clients !== undefined,
      rejectUnauthorized: options.clients !== undefined,
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT,
    },
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    connectionTimeout: SILENCE_TIMEOUT,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    logger: false,
    // Errors before routing, such as a path that is not a URL, never reach the error handler.
    frameworkErrors: (error, _request, reply) => answerError(error, reply, served),
  })
  app.server.headersTimeout = HEADERS_TIMEOUT
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const served: Served = { ...options, guard: guardConnections(app.server, limits, options) }
  readBodies(app, limits, options)
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, served))
  app.setNotFoundHandler((request, reply) => {
    endConnectionWhereLeaving(reply, served)
    void reply.code(404).send({ error: `no such path: ${request.method} ${request.url}` })
  })
  // Fastify measures a request's time only when it logs it.
  const arrivals: ArrivalTimes = new WeakMap()
  const { started, ended } = options.metrics
  const heardFrom = watchCallers(options.log, now)
  app.addHook('onRequest', (request, reply, next) => {
    arrivals.set(request, now())
    started()
    reply.raw.on('close', ended)
    heardFrom(addressOf(request))
    next()
  })
  for (const webhook of WEBHOOKS)
    app.post(`/${webhook}`, (request, reply) => {
      const leaves = (): void => endConnectionWhereLeaving(reply, served)
      return answerReview({ webhook, request, reply, arrivals, leaves }, options)
    })
  return app
}

interface Served extends AppOptions {
  readonly guard: Guard
}

const now = (): number => performance.now()

/**
 * Collects the bytes and parses them once. Fastify's own parser makes a string first and searches it for __proto__:
 * twice the work for a large Pod. Such keys are harmless here, since requests are never merged into other objects.
 */
function readBodies(
  app: FastifyInstance<Server>,
  { bodyBytes, bodyTimeoutMs: timeoutMs }: Limits,
  { metrics: { port } }: AppOptions,
): void {
  const budget = new BodyBudget(bodyBytes)
  const parser = new BodyParser(now)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', (request, payload, done) => {
    const reading = { budget, from: addressOf(request), limit: BODY_LIMIT, timeoutMs }
    readBody(payload, reading, (error, body) => {
      if (error instanceof RefusedBody) port.bodyRefused(error.refusal)
      if (body === undefined) done(error)
      else parser.parse(body, done)
    })
  })
  port.bodyBytes(() => budget.bytes)
}

export type App = ReturnType<typeof buildApp>

/** A client's mistake is reported to the client; any other error is internal, and logged. */
function answerError(error: unknown, reply: FastifyReply, options: Served): void {
  endConnectionWhereLeaving(reply, options)
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  // A body that had to give way is not an internal error, though its status is above 500.
  const isClients = (status >= 400 && status < 500) || error instanceof RefusedBody
  if (!isClients) options.log.error({ err: error }, 'request failed')
  const message = isClients && error instanceof Error ? error.message : 'internal error'
  void reply.code(isClients ? status : 500).send({ error: message })
}

/**
 * Decided when the answer is sent, not when the request arrived: the signal may have come in between. A connection
 * whose client was accepted under a former CA also ends with its next answer.
 */
function endConnectionWhereLeaving(reply: FastifyReply, { isDraining, guard }: Served): void {
  if (isDraining() || !guard.isUpToDate(reply.request.raw.socket)) reply.header('connection', 'close')
}
