import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Logger } from 'pino'
import { leftOutField } from './callers.ts'
import { type ClientAuthority, isAccepted } from './client-authority.ts'
import { limitConnections } from './connection-limit.ts'
import { logLimit } from './log-limit.ts'
import type { Metrics } from './metrics.ts'

export interface GuardOptions {
  readonly clients?: ClientAuthority
  readonly authorityVersion?: () => number
  readonly metrics: Metrics
  readonly log: Logger
}

/** What is known of the connections that were let in. */
export interface Guard {
  /** Its client was accepted by the authority that holds now. */
  readonly isUpToDate: (socket: Socket) => boolean
}

/** Lets connections in: no more than there may be, and of clients only those that are to be answered. */
export function guardConnections(
  server: Server,
  { connections: most }: { readonly connections: number },
  { clients, authorityVersion = () => 0, metrics: { port }, log }: GuardOptions,
): Guard {
  const versions = new WeakMap<Socket, number>()
  const { count } = limitConnections({ server, most, onClosed: () => port.connectionClosed('gave-way') })
  port.connections(count)
  const limit = logLimit(() => performance.now())
  const tell = (socket: TLSSocket, problem: string): void => {
    const leftOut = limit()
    if (leftOut === undefined) return
    log.warn({ from: socket.remoteAddress, problem, ...leftOutField(leftOut) }, 'client refused')
  }
  server.on('tlsClientError', (_error, socket) => {
    port.connectionClosed('handshake-failed')
    // Probes and scanners break off, too; only where a certificate is asked for does it matter to an API server.
    if (clients !== undefined) tell(socket, 'no certificate of its own that the client CA signed')
  })
  // Before the server's own listener, which reads requests from the socket.
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    versions.set(socket, authorityVersion())
    if (clients === undefined || isAccepted(socket, clients)) return
    port.connectionClosed('client-name')
    tell(socket, 'its certificate has none of the accepted common names')
    socket.destroy()
  })
  return { isUpToDate: (socket) => versions.get(socket) === authorityVersion() }
}
