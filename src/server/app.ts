import type { SecureContextOptions } from 'node:tls'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { type Answering, type Arrivals, answerReview } from './answer.ts'

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

/**
 * A body that comes in drops would hold its connection for ever. Milliseconds. Far above the API server's 30 s,
 * because Node counts a connection on which no request has come yet as one: it may idle for 90 s, like any other.
 */
const REQUEST_TIMEOUT = 125_000

/**
 * What Go's default transport waits for a handshake. Node's 120 s would let a connection that never begins one
 * (a TCP probe) hold up our end until the kubelet kills us. Milliseconds.
 */
const HANDSHAKE_TIMEOUT = 10_000

export interface AppOptions extends Answering {
  readonly tls: SecureContextOptions
  /** While true every answer ends its connection. */
  readonly isDraining: () => boolean
  /** @default 10 seconds */
  readonly handshakeTimeoutMs?: number
}

/** Builds the HTTPS application; it does not listen. */
export function buildApp(options: AppOptions) {
  const app = fastify({
    // HTTP/1.1: the API server forces it for every webhook that is not on localhost.
    https: {
      ...options.tls,
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      handshakeTimeout: options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT,
    },
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    logger: false,
    // Errors before routing, such as a path that is no URL, never reach the error handler.
    frameworkErrors: (error, _request, reply) => answerError(error, reply, options),
  })
  app.server.headersTimeout = HEADERS_TIMEOUT
  // Collected as bytes and parsed once. Fastify's own parser makes a string first and searches it for
  // __proto__: twice the work for a large Pod. Such keys are mere data here, since requests are never merged.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseJson)
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, options))
  app.setNotFoundHandler((request, reply) => {
    endConnectionWhereLeaving(reply, options)
    void reply.code(404).send({ error: `no such path: ${request.method} ${request.url}` })
  })
  // Fastify measures a request's time only when it logs it.
  const arrivals: Arrivals = new WeakMap()
  const { started, ended } = options.metrics
  app.addHook('onRequest', (request, reply, next) => {
    arrivals.set(request, performance.now())
    started()
    reply.raw.on('close', ended)
    next()
  })
  app.post('/mutate', (request, reply) => {
    endConnectionWhereLeaving(reply, options)
    return answerReview({ request, reply, arrivals }, options)
  })
  return app
}

export type App = ReturnType<typeof buildApp>

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
function answerError(error: unknown, reply: FastifyReply, options: AppOptions): void {
  endConnectionWhereLeaving(reply, options)
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  const isClients = status >= 400 && status < 500
  if (!isClients) options.log.error({ err: error }, 'request failed')
  const message = isClients && error instanceof Error ? error.message : 'internal error'
  void reply.code(isClients ? status : 500).send({ error: message })
}

/** Decided when the answer leaves, not when the request came: the signal may have come in between. */
function endConnectionWhereLeaving(reply: FastifyReply, { isDraining }: AppOptions): void {
  if (isDraining()) reply.header('connection', 'close')
}
