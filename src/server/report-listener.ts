import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { jsonStream, textStream } from './json-stream.ts'

/**
 * The only address to listen on: the API server decides who may reach it, with the permission to forward ports to
 * this Pod. No other Pod and no node can connect.
 */
export const LOOPBACK = '127.0.0.1'

/** Allowed names in a Host header. A browser page whose DNS name was pointed here sends its own name. */
const OUR_NAMES = ['localhost', '127.0.0.1', '[::1]']

/** The name of a Namespace is a DNS label (RFC 1123). */
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/

interface ReportListenerOptions<R> {
  /** Creates a report, of one namespace if given; aborted when the client has gone. */
  readonly report: (namespace: string | undefined, signal: AbortSignal) => Promise<R>
  /** The report as text for users, piece by piece. */
  readonly text: (report: R) => Iterable<string>
  /** The report as a page for browsers, piece by piece. */
  readonly page: (report: R) => Iterable<string>
  /** Where the ledger of departures is kept: `here`, or not. */
  readonly ledger: () => string
  /** The page's Content-Security-Policy. */
  readonly policy: string
  readonly log: Logger
}

/**
 * `GET /ledger` tells whether this replica keeps the ledger of departures, which only the leader does: `slackwater report`
 * asks the one that does. `GET /report` on plain HTTP; it does not listen. JSON, or text for a client that asks for `text/plain`, or a page for
 * one that asks for `text/html`, as browsers do.
 */
export function buildReportListener<R extends object>(options: ReportListenerOptions<R>) {
  const app = fastify({ logger: false, forceCloseConnections: true, return503OnClosing: false })
  app.addHook('onRequest', async (request, reply) => {
    if (!OUR_NAMES.includes(hostOf(request)))
      return reply.code(403).send({ error: `this listener answers only as ${OUR_NAMES.join(', ')}` })
  })
  app.get('/report', (request, reply) => answer(request, reply, options))
  app.get('/ledger', (_request, reply) => reply.headers(HEADERS).send({ ledger: options.ledger() }))
  return app
}

const hostOf = ({ headers: { host = '' } }: FastifyRequest): string => host.replace(/:\d+$/, '')

async function answer<R extends object>(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ReportListenerOptions<R>,
): Promise<FastifyReply> {
  const namespace = namespaceOf(request.query)
  if (namespace !== undefined && !NAMESPACE.test(namespace))
    return reply.code(400).send({ error: `"${namespace.slice(0, 64)}" is not a namespace name` })
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new Error('no client waits for this report any more'))
  })
  try {
    const made = await options.report(namespace, gone.signal)
    return send(made, reply.headers(HEADERS), options)
  } catch (error) {
    if (!gone.signal.aborted) options.log.error({ err: error }, 'report failed')
    return reply.code(500).send({ error: 'internal error' })
  }
}

/** For each form of a report: nothing stores it, no browser takes it for something else, no other site embeds it. */
const HEADERS = {
  vary: 'Accept',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
} as const

function send<R extends object>(
  made: R,
  reply: FastifyReply,
  { text, page, policy }: ReportListenerOptions<R>,
): FastifyReply {
  const { accept = '' } = reply.request.headers
  if (accept.includes('text/html'))
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .send(textStream(page(made)))
  return accept.includes('text/plain')
    ? reply.type('text/plain; charset=utf-8').send(textStream(text(made)))
    : reply.type('application/json; charset=utf-8').send(jsonStream(made))
}

function namespaceOf(query: unknown): string | undefined {
  const given =
    typeof query === 'object' && query !== null && 'namespace' in query ? query.namespace : undefined
  return typeof given === 'string' ? given : undefined
}
