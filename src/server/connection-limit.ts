import type { Server } from 'node:https'
import type { Socket } from 'node:net'

/** Connections, with or without a completed handshake. */
interface Connections {
  readonly count: () => number
}

interface ConnectionLimit {
  readonly server: Server
  readonly most: number
  readonly onClosed: (why: 'gave-way' | 'pipelined') => void
}

interface Connection {
  readonly socket: Socket
  readonly from: string
  /** A review has been answered on it. */
  isProven: boolean
  /** Unanswered requests. */
  busy: number
}

const ANSWERED = 200

/**
 * Unanswered requests on one connection. Go's HTTP/1.1 transport, and so every API server, sends the next request
 * only after it has the answer; this process may notice a moment later that the answer is out. A choice: room for
 * that.
 */
const MOST_UNANSWERED = 8

/**
 * Limits the number of connections, because each costs memory. A new one is never refused, since it may be the API
 * server's. If there are too many, the address with the most connections loses one: the oldest on which no review was
 * answered, whatever it sends (an API server is answered in milliseconds, even if another client shares its address);
 * otherwise the one that has been idle the longest.
 */
export function limitConnections({ server, most, onClosed }: ConnectionLimit): Connections {
  const senders = new Map<string, Set<Connection>>()
  const byPlace = new Map<string, Connection>()
  server.on('connection', (socket: Socket) => {
    const { remoteAddress: from = '', remotePort = 0 } = socket
    const place = `${from} ${remotePort}`
    const connection = { socket, from, isProven: false, busy: 0 }
    const ofSender = senders.get(from) ?? new Set<Connection>()
    senders.set(from, ofSender.add(connection))
    byPlace.set(place, connection)
    socket.once('close', () => {
      if (byPlace.get(place) === connection) byPlace.delete(place)
      ofSender.delete(connection)
      if (ofSender.size === 0 && senders.get(from) === ofSender) senders.delete(from)
    })
    if (byPlace.size > most) {
      victimAmong(senders, connection)?.socket.destroy()
      onClosed('gave-way')
    }
  })
  // Before anything is done for a request.
  server.prependListener('request', ({ socket }, response) => {
    if (socket.destroyed) return
    const connection = byPlace.get(`${socket.remoteAddress ?? ''} ${socket.remotePort ?? 0}`)
    if (connection === undefined) return
    connection.busy++
    // A chunk holds a hundred of them, and all of them would be answered before any other client's.
    if (connection.busy > MOST_UNANSWERED) {
      socket.destroy()
      onClosed('pipelined')
    }
    response.once('close', () => {
      connection.busy--
      connection.isProven ||= response.writableFinished && response.statusCode === ANSWERED
      // A set keeps the order of insertion: the connection answered last is last.
      const ofSender = senders.get(connection.from)
      if (ofSender?.delete(connection) === true) ofSender.add(connection)
    })
  })
  return { count: () => byPlace.size }
}

function victimAmong(
  senders: ReadonlyMap<string, ReadonlySet<Connection>>,
  newest: Connection,
): Connection | undefined {
  let most: ReadonlySet<Connection> = new Set()
  for (const connections of senders.values()) if (connections.size > most.size) most = connections
  const all = [...most].filter((connection) => connection !== newest)
  return all.find(({ isProven }) => !isProven) ?? all.find(({ busy }) => busy === 0) ?? all[0]
}
