import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Logger } from 'pino'
import { strangersThrottle } from '../pacing/log-throttle.ts'
import { leftOutField } from './callers.ts'
import { type ClientAuthority, isAccepted } from './client-authority.ts'
import { limitConnections } from './connection-limit.ts'
import type { Metrics } from './metrics.ts'

interface GuardOptions {
  readonly clients?: ClientAuthority
  readonly authorityVersion?: () => number
  readonly metrics: Metrics
  readonly log: Logger
}

/** What is known about the accepted connections. */
interface Guard {
  /** Whether the client was accepted under the current client CA. */
  readonly isUpToDate: (socket: Socket) => boolean
}

/** Accepts connections: no more than the limit, and only from accepted clients. */
export function guardConnections(
  server: Server,
  { connections: most }: { readonly connections: number },
  { clients, authorityVersion = () => 0, metrics: { port }, log }: GuardOptions,
): Guard {
  const versions = new WeakMap<Socket, number>()
  const { count } = limitConnections({ server, most, onClosed: port.connectionClosed })
  port.connections(count)
  const limit = strangersThrottle(() => performance.now())
  const tell = (from: string | undefined, problem: string): void => {
    const leftOut = limit(from ?? '')
    if (leftOut !== undefined) log.warn({ from, problem, ...leftOutField(leftOut) }, 'client refused')
  }
  // Before the server's own listener, which reads requests from the socket.
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    versions.set(socket, authorityVersion())
    if (clients === undefined || isAccepted(socket, clients)) return
    port.connectionClosed('client-name')
    tell(socket.remoteAddress, 'its certificate has none of the accepted common names')
    socket.destroy()
  })
  onNoHandshake(server, (from) => {
    port.connectionClosed('handshake-failed')
    if (clients !== undefined)
      tell(from, 'TLS handshake failed: aborted, or no certificate signed by the client CA')
  })
  return { isUpToDate: (socket) => versions.get(socket) === authorityVersion() }
}

/** After a failed handshake the TLS socket no longer knows the remote address: the TCP socket does. */
function onNoHandshake(server: Server, failed: (from: string | undefined) => void): void {
  const secured = new Set<string>()
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    const place = placeOf(socket)
    socket.once('close', () => {
      if (!secured.delete(place)) failed(remoteAddress)
    })
  })
  // Before any listener can close the socket: a closed socket no longer knows its address.
  server.prependListener('secureConnection', (socket: TLSSocket) => void secured.add(placeOf(socket)))
}

const placeOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`
