import { Counter, Gauge, type Registry } from 'prom-client'
import type { BodyRefusal } from './body-budget.ts'

/** Why a connection was closed by us, or not even opened. */
type ConnectionEnd =
  /** Another needed its room. */
  | 'gave-way'
  /** Requests came on it, and the answers were not waited for. */
  | 'pipelined'
  /** No handshake: broken off, too slow, or without a certificate of a client where one is asked for. */
  | 'handshake-failed'
  /** The client’s certificate is not an accepted one. */
  | 'client-name'

/** What is counted of the HTTPS port. Label values are words of ours. */
export interface PortMetrics {
  readonly bodyRefused: (reason: BodyRefusal) => void
  readonly connectionClosed: (reason: ConnectionEnd) => void
  /** Room that unfinished bodies take now; asked for at each scrape. */
  readonly bodyBytes: (bytes: () => number) => void
  /** Open connections now; asked for at each scrape. */
  readonly connections: (count: () => number) => void
}

export function createPortMetrics(registry: Registry): PortMetrics {
  const registers = [registry]
  const bodies = new Counter({
    name: 'slackwater_bodies_refused_total',
    help: 'Request bodies that were not read completely, per reason',
    labelNames: ['reason'],
    registers,
  })
  const connections = new Counter({
    name: 'slackwater_connections_closed_total',
    help: 'Connections of the HTTPS port that Slackwater closed, or that were lost before a request, per reason',
    labelNames: ['reason'],
    registers,
  })
  return {
    bodyRefused: (reason) => bodies.inc({ reason }),
    connectionClosed: (reason) => connections.inc({ reason }),
    bodyBytes: (bytes) =>
      void gauge(registry, 'slackwater_body_bytes', 'Memory that unfinished request bodies use', bytes),
    connections: (count) =>
      void gauge(registry, 'slackwater_connections', 'Open connections of the HTTPS port', count),
  }
}

const gauge = (registry: Registry, name: string, help: string, value: () => number): Gauge =>
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(value())
    },
  })
