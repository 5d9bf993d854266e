import type { IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { Socket } from 'node:net'
import fastify, { type FastifyReply } from 'fastify'
import type { Answering } from './answer.ts'
import type { ClientAuthority } from './client-authority.ts'
import { guardConnections } from './guard.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { refuse } from './respond.ts'
import { tlsOptions } from './tls-options.ts'
import { receiveReviews } from './webhooks.ts'

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
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const server = createServer(serverOptions(options)).setTimeout(SILENCE_TIMEOUT)
  // Decided when the answer is sent, not when the request arrived: the signal may have come in between. A connection
  // whose client was accepted under a former CA also ends with its next answer.
  const isLast = (socket: Socket): boolean => options.isDraining() || !guard.isUpToDate(socket)
  const answer = (reply: FastifyReply, error: unknown): void => {
    const { raw } = reply.request
    reply.hijack()
    refuse(reply.raw, error, { log: options.log, isLast: hasBody(raw) || isLast(raw.socket) })
  }
  const app = fastify<Server>({
    serverFactory: (rest) => server.on('request', receiveReviews(options, { limits, isLast, rest })),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    logger: false,
    // Errors before routing, such as a path that is not a URL, never reach the error handler.
    frameworkErrors: (error, _request, reply) => answer(reply, error),
  })
  // Whatever the framework answers, it answers without the body.
  app.removeAllContentTypeParsers()
  app.setErrorHandler((error, _request, reply) => answer(reply, error))
  app.setNotFoundHandler((request, reply) =>
    answer(reply, new NoSuchPath(`no such path: ${request.method} ${request.url}`)),
  )
  const guard = guardConnections(server, limits, options)
  return app
}

/** It is not read: on a connection that stays, it would be on the way for as long as its sender likes. */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined

class NoSuchPath extends Error {
  readonly statusCode = 404
}

const serverOptions = ({ tls, clients, handshakeTimeoutMs = HANDSHAKE_TIMEOUT }: AppOptions) => ({
  ...tlsOptions({ certificate: tls, clients }),
  requestCert: clients !== undefined,
  rejectUnauthorized: clients !== undefined,
  // HTTP/1.1: the API server forces it for every webhook that is not on localhost.
  ALPNProtocols: ['http/1.1'],
  handshakeTimeout: handshakeTimeoutMs,
  keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
  headersTimeout: HEADERS_TIMEOUT,
  requestTimeout: REQUEST_TIMEOUT,
})

export type App = ReturnType<typeof buildApp>
