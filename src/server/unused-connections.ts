import type { Server } from 'node:https'
import type { Socket } from 'node:net'

/** Connections without any request so far. */
export interface Unused {
  /** Closes them. */
  readonly close: () => void
}

/**
 * Node counts a connection as busy until its first request has been answered, so a closing server would wait for
 * connections that never send one: a client's spare, a TLS probe. This tracks them, so that they can be closed.
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
