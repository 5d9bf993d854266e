import type { Server } from 'node:https'
import type { Socket } from 'node:net'

/** Connections on which no request has come yet. */
export interface Unused {
  /** Closes them. */
  readonly close: () => void
}

/**
 * Node counts a connection as busy until its first request has been answered, so that a server which closes waits
 * for those that never send one: a client's spare, a TLS probe. These are known here, to be closed in the end.
 */
export function trackUnused(server: Server): Unused {
  const sockets = new Set<Socket>()
  server.on('secureConnection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', ({ socket }) => sockets.delete(socket))
  return {
    close: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}
