import { request } from 'node:http'
import { Duplex, PassThrough, Writable } from 'node:stream'
import { type KubeConfig, PortForward } from '@kubernetes/client-node'
import { jsonOf } from './json-lines.ts'

/** An HTTP answer that came through a Pod's port. */
export interface PodAnswer {
  readonly status: number
  readonly body: unknown
}

interface PodPort {
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
  const { connection, close } = await open(config, at)
  try {
    return await get(connection, path, signal)
  } finally {
    close()
  }
}

/** Milliseconds; a node that cannot be reached answers an upgrade with silence. */
const LONGEST_HANDSHAKE = 30_000

interface Open {
  readonly connection: Duplex
  readonly close: () => void
}

async function open(config: KubeConfig, { namespace, pod, port }: PodPort): Promise<Open> {
  const connection = new PodConnection()
  // It may be refused before anybody asks: what it was is read from the stream then.
  connection.on('error', () => {})
  const { received, refused, sent } = connection
  const socket = await connect(() =>
    new PortForward(impatient(config)).portForward(namespace, pod, [port], received, refused, sent),
  )
  // Only where it is told to connect anew by itself is there a function in its place.
  if (typeof socket === 'function') throw new CannotForward('no connection')
  socket.onclose = () => connection.push(null)
  const close = (): void => {
    connection.destroy()
    socket.close()
  }
  return { connection, close }
}

/** The options of the upgrade are those of the WebSocket too, whose handshake has no limit of its own. */
const impatient = (config: KubeConfig): KubeConfig =>
  Object.create(config, {
    applyToHTTPSOptions: {
      value: async (options: object): Promise<void> => {
        await config.applyToHTTPSOptions(options)
        Object.assign(options, { handshakeTimeout: LONGEST_HANDSHAKE })
      },
    },
  })

/** The two channels of a forwarded port as one stream. Each begins with an empty chunk, which is no word. */
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
      jsonOf(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject)
    })
    outgoing.once('error', reject)
    outgoing.end()
  })
