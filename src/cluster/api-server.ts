import { Agent as HttpAgent, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { given } from '../kubernetes/json.ts'
import type { Access } from './access.ts'
import { Credentials } from './credentials.ts'
import { connectionProblem } from './secret-free.ts'

/** An answer whose body has yet to be read. */
export interface ApiAnswer {
  readonly status: number
  readonly body: AsyncIterable<Uint8Array>
  /** The header `Retry-After`, as sent. */
  readonly retryAfter?: string
}

/** Variables such as HTTPS_PROXY and NO_PROXY, under which Node.js connects through a proxy (http.Agent, proxyEnv). */
type ProxyVariables = Readonly<Record<string, string | undefined>>

interface ApiRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Such as `/api/v1/namespaces/shop`. */
  readonly path: string
  /** Such as `dryRun=All`, `fieldManager`, `force`. */
  readonly query?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body: unknown
  /** @default 'application/json' */
  readonly contentType?: string
}

/** The requests that Slackwater makes to an API server. */
export interface ApiServer {
  /**
   * Repeated once if a connection that was kept open turns out to be closed.
   * @param path such as `/api/v1/services`.
   * @throws if no answer comes: refused, broken off, aborted, or later than the timeout.
   */
  get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ApiAnswer>
  /** Writes. Never retried here: only the caller knows whether that is safe. @throws as `get`. */
  send(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer>
}

/** Time limit for an answer to begin. Milliseconds; client-go's dial timeout. */
const FIRST_BYTE = 30_000

/** Shown in the audit log, and in managedFields if a write names no field manager. */
const USER_AGENT = 'slackwater'

interface Outgoing {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly text?: string
}

type HttpsOptions = Parameters<typeof requestHttps>[1]

/** The caller is unknown, or its credentials have expired. */
const UNAUTHORIZED = 401

/**
 * The API server of a kubeconfig's current context, or of our Pod. Gets the credentials for each request: tokens rotate.
 * @param proxy absent: connects directly, unless the kubeconfig names a proxy.
 */
export function apiServerOf(config: Access, proxy?: ProxyVariables): ApiServer {
  const credentials = new Credentials(config)
  const cluster = config.getCurrentCluster()
  const server = cluster?.server.replace(/\/$/, '') ?? ''
  const request = server.startsWith('http:') ? requestHttp : requestHttps
  const [keeping, opening] = cluster?.proxyUrl === undefined ? agentsFor(server, proxy) : []
  const ask = async (outgoing: Outgoing, signal: AbortSignal, agent = keeping): Promise<ApiAnswer> => {
    const { method, path, query, headers, text } = outgoing
    const url = new URL(`${server}${path}`)
    url.search = new URLSearchParams(query).toString()
    const options: HttpsOptions = {
      method,
      signal,
      // Set here and not with `setTimeout`, which starts only once there is a connection.
      timeout: FIRST_BYTE,
      headers: { accept: 'application/json', 'user-agent': USER_AGENT, ...headers },
    }
    const handed = await credentials.giveTo(options)
    if (agent !== undefined) options.agent = agent
    return new Promise<ApiAnswer>((resolve, reject) => {
      const sent = request(url, options, (answer) => {
        sent.setTimeout(0)
        if (answer.statusCode === UNAUTHORIZED) credentials.refused(handed)
        const retryAfter = answer.headers['retry-after']
        resolve({ status: answer.statusCode ?? 0, body: answer, ...given('retryAfter', retryAfter) })
      })
      sent.once('timeout', () => sent.destroy(new Error(`no answer within ${FIRST_BYTE / 1000} s`)))
      sent.once('error', (error) => {
        if (method === 'GET' && sent.reusedSocket && isClosed(error)) resolve(ask(outgoing, signal, opening))
        else reject(connectionProblem(error, cluster, config.getCurrentUser()))
      })
      sent.end(text)
    })
  }
  return {
    get: (path, query, signal) => ask({ method: 'GET', path, query, headers: {} }, signal),
    send: ({ method, path, query = {}, body, contentType = 'application/json' }, signal) => {
      const text = JSON.stringify(body)
      const headers = { 'content-type': contentType, 'content-length': String(Buffer.byteLength(text)) }
      return ask({ method, path, query, headers, text }, signal)
    },
  }
}

/**
 * The other side has closed the connection. It may close an idle one just as the next request goes out; read requests are
 * then repeated once, on a connection of their own (as RFC 9110, 9.2.2, allows, and as Go's net/http does for client-go).
 */
const isClosed = (error: NodeJS.ErrnoException): boolean =>
  error.code === 'ECONNRESET' || error.code === 'EPIPE'

/**
 * The library's own agents open a connection for each request. With these, certificates and other options still come with
 * each request.
 * @returns one that reuses a connection, only for a request with the same options, and one that reuses none.
 */
function agentsFor(server: string, proxy: ProxyVariables | undefined): readonly (HttpAgent | HttpsAgent)[] {
  const AgentOf = server.startsWith('http:') ? HttpAgent : HttpsAgent
  return [true, false].map((keepAlive) => new AgentOf({ keepAlive, ...given('proxyEnv', proxy) }))
}
