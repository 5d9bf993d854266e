import { createHash } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** RFC 6455 §1.3 */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const DATA = 0
const ERROR = 1

export interface Forwarding {
  /** Where the Pod's ports are on this machine; undefined: nothing listens there. */
  readonly port?: number
  /** Answered to the upgrade instead. */
  readonly status?: number
}

/** As much of `pods/portforward` over WebSocket as an API server and a kubelet speak: channels 0 and 1 of one port. */
export function forwardPorts(
  server: Server,
  forwarding: (path: string) => Forwarding,
  asked: string[],
): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    asked.push(request.url ?? '')
    const { status, port } = forwarding(request.url ?? '')
    socket.on('error', () => {})
    socket.on('end', () => socket.end())
    if (status !== undefined)
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
    else open(request, socket, port)
  })
}

function open({ headers }: IncomingMessage, socket: Duplex, port: number | undefined): void {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${GUID}`).digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\nsec-websocket-protocol: v4.channel.k8s.io\r\n\r\n`,
  )
  const send = (channel: number, data: Buffer): void =>
    void (socket.writable && socket.write(frame(Buffer.concat([Buffer.from([channel]), data]))))
  // Each channel begins with the number of the port.
  for (const channel of [DATA, ERROR]) send(channel, Buffer.from([0x91, 0x1f]))
  if (port === undefined)
    send(ERROR, Buffer.from('failed to connect to localhost:8081 inside namespace: connection refused'))
  receive(socket, port === undefined ? undefined : podAt(port, socket, send))
}

function podAt(port: number, socket: Duplex, send: (channel: number, data: Buffer) => void): Socket {
  const pod = connect(port, '127.0.0.1')
  pod.on('data', (data) => send(DATA, data))
  pod.on('close', () => socket.end(Buffer.from([0x88, 0])))
  pod.on('error', () => socket.destroy())
  socket.on('close', () => pod.destroy())
  return pod
}

function frame(payload: Buffer): Buffer {
  if (payload.length < 126) return Buffer.concat([Buffer.from([0x82, payload.length]), payload])
  const head = Buffer.alloc(10)
  head.set([0x82, 127])
  head.writeBigUInt64BE(BigInt(payload.length), 2)
  return Buffer.concat([head, payload])
}

/** Frames of a client: short, masked, one for each message. */
function receive(socket: Duplex, pod: Socket | undefined): void {
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    for (let next = unmask(rest); next !== undefined; next = unmask(rest)) {
      rest = rest.subarray(next.size)
      if (next.opcode === 8) socket.end(Buffer.from([0x88, 0]))
      else if (next.payload[0] === DATA) pod?.write(next.payload.subarray(1))
    }
  })
}

function unmask(bytes: Buffer) {
  if (bytes.length < 2) return undefined
  const short = bytes.readUInt8(1) & 0x7f
  const start = short === 126 ? 4 : 2
  const length = short === 126 ? bytes.readUInt16BE(2) : short
  if (bytes.length < start + 4 + length) return undefined
  const mask = bytes.subarray(start, start + 4)
  const payload = Buffer.from(bytes.subarray(start + 4, start + 4 + length)).map(
    (byte, index) => byte ^ (mask[index % 4] ?? 0),
  )
  return { opcode: bytes.readUInt8(0) & 0x0f, payload: Buffer.from(payload), size: start + 4 + length }
}
