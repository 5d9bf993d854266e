import { Counter, Gauge, type Registry } from 'prom-client'
import type { BodyRefusal } from './body-budget.ts'

/** Why Slackwater closed a connection, or why it was never established. */
type ConnectionEnd =
  /** Another connection needed its place. */
  | 'gave-way'
  /** Too many requests came on it without waiting for the answers. */
  | 'pipelined'
  /** No handshake: broken off, too slow, or without a client certificate if one is required. */
  | 'handshake-failed'
  /** The client certificate's name is not accepted. */
  | 'client-name'

/** Metrics of the HTTPS port. All label values come from Slackwater. */
export interface PortMetrics {
  readonly bodyRefused: (reason: BodyRefusal) => void
  readonly connectionClosed: (reason: ConnectionEnd) => void
  /** Memory that incomplete bodies use now; read at each scrape. */
  readonly bodyBytes: (bytes: () => number) => void
  /** Open connections now; read at each scrape. */
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
