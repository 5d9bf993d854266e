import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { first } from './app.ts'

/** Clients that do not behave as an API server. All of them come from this machine; by another of its addresses each is another. */

export interface Stranger {
  readonly socket: TLSSocket
  /** What came back so far. */
  readonly heard: () => string
  /** Resolves when its connection is closed. */
  readonly closed: Promise<unknown>
}

export interface StrangerOptions extends ConnectionOptions {
  readonly localAddress?: string
}

/** @param options such as `localAddress`: 127.0.0.2 is another address of the same machine. */
export async function stranger(port: number, options: StrangerOptions = {}): Promise<Stranger> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
  socket.on('error', () => undefined)
  const closed = first(socket, 'close')
  let heard = ''
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1')
  })
  await first(socket, 'secureConnect')
  return { socket, heard: () => heard, closed }
}

/** The beginning of a request to /mutate, with a body of so many bytes; absent: in chunks, and without an end. */
export const headers = (length?: number): string =>
  [
    'POST /mutate HTTP/1.1',
    'host: a',
    'content-type: application/json',
    length === undefined ? 'transfer-encoding: chunked' : `content-length: ${length}`,
    '\r\n',
  ].join('\r\n')

/** One chunk of a body in chunks. */
export const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
