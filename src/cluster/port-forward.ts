import { request } from 'node:http'
import { Duplex, PassThrough, Writable } from 'node:stream'
import { type KubeConfig, PortForward } from '@kubernetes/client-node'
import { documentWith } from './json-list.ts'

/** An HTTP answer received through a Pod's port. */
export interface PodAnswer {
  readonly status: number
  readonly body: unknown
}

interface PodPort {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

interface PodRequest {
  readonly path: string
  readonly signal: AbortSignal
  /** Milliseconds. @default 30,000 */
  readonly longestHandshake?: number
}

/** The API server did not open the connection to the Pod: no permission, no such Pod, or its node is unreachable. */
export class CannotForward extends Error {
  /** Status of the answer to the upgrade; undefined if there was none. */
  readonly status: number | undefined

  constructor(message: string) {
    super(message)
    const [, status] = /server response: (\d{3})/.exec(message) ?? []
    this.status = status === undefined ? undefined : Number(status)
  }
}

/**
 * Requests JSON from a path of a Pod, through the API server, as `kubectl port-forward` does. Needs the permission
 * `create` on `pods/portforward` for the kubeconfig's user.
 * @throws CannotForward; the error that broke the connection, such as nothing listening on the port; or the abort.
 */
export async function getThroughPod(
  config: KubeConfig,
  at: PodPort,
  { path, signal, longestHandshake = LONGEST_HANDSHAKE }: PodRequest,
): Promise<PodAnswer> {
  const { connection, close } = await open(config, at, longestHandshake)
  try {
    return await get(connection, path, signal)
  } finally {
    close()
  }
}

/** Milliseconds; if a node is unreachable, the upgrade gets no answer. */
const LONGEST_HANDSHAKE = 30_000

interface Open {
  readonly connection: Duplex
  readonly close: () => void
}

async function open(
  config: KubeConfig,
  { namespace, pod, port }: PodPort,
  longestHandshake: number,
): Promise<Open> {
  const connection = new PodConnection()
  // It may fail before the request is sent: `get` then reads the error from the stream.
  connection.on('error', () => {})
  const { received, refused, sent } = connection
  const socket = await connect(() =>
    new PortForward(impatient(config, longestHandshake)).portForward(
      namespace,
      pod,
      [port],
      received,
      refused,
      sent,
    ),
  )
  // Only with automatic reconnection does the library return a function instead.
  if (typeof socket === 'function') throw new CannotForward('no connection')
  socket.onclose = () => connection.push(null)
  const close = (): void => {
    connection.destroy()
    socket.close()
  }
  return { connection, close }
}

/** The options of the upgrade also apply to the WebSocket, whose handshake has no time limit of its own. */
const impatient = (config: KubeConfig, handshakeTimeout: number): KubeConfig =>
  Object.create(config, {
    applyToHTTPSOptions: {
      value: async (options: object): Promise<void> => {
        await config.applyToHTTPSOptions(options)
        Object.assign(options, { handshakeTimeout })
      },
    },
  })

/** The two channels of a forwarded port as one stream. Each begins with an empty chunk, which carries no data. */
class PodConnection extends Duplex {
  readonly sent = new PassThrough()
  readonly received = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (chunk.length > 0) this.push(chunk)
      done()
    },
  })
  readonly refused = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (chunk.length > 0) this.destroy(new Error(chunk.toString('utf8').trim()))
      done()
    },
  })

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.sent.write(chunk)
    done()
  }
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
    connection.once('error', reject)
    if (connection.errored !== null) reject(connection.errored)
    const headers = { host: 'localhost', accept: 'application/json', connection: 'close' }
    const outgoing = request({ path, headers, signal, createConnection: () => connection }, (answer) => {
      documentWith('workloads', answer).then(
        (body) => resolve({ status: answer.statusCode ?? 0, body }),
        reject,
      )
    })
    outgoing.once('error', reject)
    outgoing.end()
  })
