import { request } from 'node:http'
import { Duplex, PassThrough, Writable } from 'node:stream'
import { type KubeConfig, PortForward } from '@kubernetes/client-node'
import { jsonOf } from './json-lines.ts'

/** An HTTP answer that came through a Pod's port. */
export interface PodAnswer {
  readonly status: number
  readonly body: unknown
}

export interface PodPort {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

/** The API server did not open the way to the Pod: no right to, no such Pod, or no way to its node. */
export class CannotForward extends Error {
  /** Of the answer to the upgrade; undefined where there was none. */
  readonly status: number | undefined

  constructor(message: string) {
    super(message)
    const [, status] = /server response: (\d{3})/.exec(message) ?? []
    this.status = status === undefined ? undefined : Number(status)
  }
}

/**
 * Asks for JSON at a path of a Pod, through the API server, as `kubectl port-forward` does; by the rights of whoever
 * the kubeconfig stands for (`create` on `pods/portforward`).
 * @throws CannotForward; or what broke the connection: nothing listens there, or the signal.
 */
export async function getThroughPod(
  config: KubeConfig,
  at: PodPort,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<PodAnswer> {
  const connection = await open(config, at)
  try {
    return await get(connection, path, signal)
  } finally {
    connection.destroy()
  }
}

async function open(config: KubeConfig, { namespace, pod, port }: PodPort): Promise<Duplex> {
  const received = new PassThrough()
  const sent = new PassThrough()
  let refusal = ''
  const said = new Writable({
    write: (chunk, _encoding, done) => {
      refusal += String(chunk)
      received.destroy(new Error(refusal.trim()))
      done()
    },
  })
  const socket = await connect(() =>
    new PortForward(config).portForward(namespace, pod, [port], received, said, sent),
  )
  if (typeof socket === 'function') throw new CannotForward('no connection')
  socket.onclose = () => received.end()
  const connection = Duplex.from({ readable: received, writable: sent })
  connection.once('close', () => socket.close())
  return connection
}

/** The library rejects with the WebSocket's own error event. */
async function connect<T>(begin: () => Promise<T>): Promise<T> {
  try {
    return await begin()
  } catch (error) {
    const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error
    throw new CannotForward(String(message))
  }
}

const get = (connection: Duplex, path: string, signal: AbortSignal): Promise<PodAnswer> =>
  new Promise((resolve, reject) => {
    const headers = { host: 'localhost', accept: 'application/json', connection: 'close' }
    const asked = request({ path, headers, signal, createConnection: () => connection }, (answer) => {
      jsonOf(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject)
    })
    asked.once('error', reject)
    asked.end()
  })
