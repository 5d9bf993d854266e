import { Agent, request } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'
import { cluster } from './cluster.ts'
import { jsonOf } from './json.ts'

/** Thousands of requests on a few connections: kubectl would need a process for each. */

export interface ApiReply {
  readonly status: number
  /** The object, or the Status that says why not. */
  readonly body: unknown
  readonly warnings: readonly string[]
}

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** The body as it is sent, where it was written before. */
  readonly text?: string
  readonly contentType?: string
  /** The user to act as, with every right. */
  readonly as?: string
}

/** As many as there are requests in flight. */
export const LANES = 12

const config = new KubeConfig()
config.loadFromFile(cluster.kubeconfig)
const server = config.getCurrentCluster()?.server ?? ''

/** Before the API server closes a connection that is idle, after 90 s: it might do so when the next request comes. Milliseconds. */
const IDLE = 60_000

/** Credentials as the kubeconfig gives them, and connections that are kept. */
async function connection(maxSockets: number) {
  const options: Parameters<typeof request>[1] = { headers: {} }
  await config.applyToHTTPSOptions(options)
  const given = options.agent instanceof Agent ? options.agent.options : {}
  return {
    headers: options.headers,
    agent: new Agent({ ...given, keepAlive: true, timeout: IDLE, maxSockets }),
  }
}

const connected = connection(LANES)

/** For what must not wait for another's answer. */
export const unbounded = connection(Number.POSITIVE_INFINITY)

type Connection = Awaited<ReturnType<typeof connection>>

/** @param over the connections to ask over: somebody else's requests must not hold these up. */
export const call = async (what: ApiCall, over: Promise<Connection> = connected): Promise<ApiReply> =>
  send(await over, what)

/** As whoever has a token. The cluster of the suite is its own: its certificate need not be known. */
export function callerWith(token: string): (what: ApiCall) => Promise<ApiReply> {
  const kept = { keepAlive: true, timeout: IDLE, maxSockets: LANES } as const
  const agent = new Agent({ ...kept, rejectUnauthorized: false })
  return (what) => send({ headers: { authorization: `Bearer ${token}` }, agent }, what)
}

function send(over: Connection, what: ApiCall): Promise<ApiReply> {
  const { headers, agent } = over
  const { method, path, query = {}, body, text, contentType, as } = what
  const url = new URL(`${server}${path}`)
  url.search = new URLSearchParams(query).toString()
  const type = contentType ?? 'application/json'
  return new Promise((resolve, reject) => {
    const actor = as === undefined ? {} : { 'impersonate-user': as, 'impersonate-group': 'system:masters' }
    const given = { ...headers, ...actor, 'content-type': type }
    const sent = request(url, { method, agent, headers: given }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.once('error', reject)
      answer.once('end', () => {
        const said = Buffer.concat(chunks).toString()
        const warnings = [answer.headers['warning'] ?? []].flat()
        resolve({
          status: answer.statusCode ?? 0,
          body: jsonOf(said) ?? { message: said },
          warnings,
        })
      })
    })
    sent.once('error', (error: NodeJS.ErrnoException) => {
      // It was closed since the request before.
      const isOld = sent.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '')
      if (isOld) resolve(send(over, what))
      else reject(error)
    })
    sent.end(text ?? (body === undefined ? undefined : JSON.stringify(body)))
  })
}

/**
 * Asks a program in a Pod, by way of the API server: its network may be out of our reach.
 * @returns the status; undefined where no answer came in time. Milliseconds.
 */
export async function statusOf(
  { namespace, pod, port }: { readonly namespace: string; readonly pod: string; readonly port: number },
  within: number,
): Promise<number | undefined> {
  const { headers, agent } = await unbounded
  const url = new URL(`${server}/api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy/`)
  return new Promise((resolve) => {
    const sent = request(url, { agent, headers, signal: AbortSignal.timeout(within) }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sent.once('error', () => resolve(undefined))
    sent.end()
  })
}

/** Works through a list, several at once; the results are in its order. */
export async function inLanes<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index]
      if (item !== undefined) results[index] = await work(item, index)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return results
}

/** `/apis/apps/v1/namespaces/shop/deployments/web`. */
export function pathOf(
  { apiVersion, plural }: { readonly apiVersion: string; readonly plural: string },
  namespace: string,
  name?: string,
): string {
  const root = apiVersion.includes('/') ? 'apis' : 'api'
  return ['', root, apiVersion, 'namespaces', namespace, plural, ...(name === undefined ? [] : [name])].join(
    '/',
  )
}
