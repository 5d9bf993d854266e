import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { messageOf } from '../core/model/thrown.ts'
import { type App, buildApp } from './app.ts'
import { buildHealth } from './health.ts'
import { keepCredentials } from './keep-credentials.ts'
import { LOOPBACK } from './report-listener.ts'
import type { LocalListener, ServerOptions } from './server-options.ts'
import { trackUnused, type Unused } from './unused-connections.ts'

/**
 * Time limit for requests in flight after the ports are closed: the API server's longest timeout, 30 s. Milliseconds.
 */
const LONGEST_REQUEST = 30_000

/**
 * Time for a connection without a request after the ports are closed: one may be on its way. Milliseconds. A choice.
 */
const UNUSED_GRACE = 1_000

/** Exit code after a second signal, as in shells: 128 + SIGTERM. */
const KILLED = 143

type Health = ReturnType<typeof buildHealth>

/**
 * Listens and serves. On SIGTERM or SIGINT it shuts down without losing a call: it is not ready at once, serves on
 * for the drain delay while every answer closes its connection, then closes the ports and lets requests in flight
 * finish.
 * @returns when everything has ended.
 * @throws CannotListen if a port is unavailable.
 */
export async function runServer(options: ServerOptions): Promise<void> {
  const { certificate, clients, metrics, log, parts } = options
  const state = { draining: false, authorityVersion: 0 }
  const app = buildApp({
    ...(certificate === undefined ? {} : { tls: certificate }),
    ...(clients === undefined ? {} : { clients }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    authorityVersion: () => state.authorityVersion,
    decide: options.decide,
    ...(options.readAhead === undefined ? {} : { readAhead: options.readAhead }),
    ...(options.onMutated === undefined ? {} : { onMutated: options.onMutated }),
    ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
    metrics,
    log,
    ...(options.logDecision === undefined ? {} : { logDecision: options.logDecision }),
    isDraining: () => state.draining,
  })
  const health = buildHealth({
    parts: [...parts, { name: 'not-draining', isReady: () => !state.draining }],
    metrics,
  })
  const unused = trackUnused(app.server)
  const watches = keepCredentials(app, options, () => state.authorityVersion++)
  const leaving = firstSignal(options)
  await listen({ app, health }, options)
  await leaving
  state.draining = true
  await drain({ app, health, unused }, options)
  for (const { stop } of watches) stop()
}

interface Servers {
  readonly app: App
  readonly health: Health
}

/** A port is unavailable: in use, or not permitted. */
export class CannotListen extends Error {}

async function listen(
  { app, health }: Servers,
  { host, port, healthPort, local, log }: ServerOptions,
): Promise<void> {
  const reportPort = local === undefined ? undefined : await listenLocally(local, log)
  try {
    await health.listen({ host, port: healthPort })
    await app.listen({ host, port })
  } catch (error) {
    await Promise.all([health.close(), app.close(), local?.app.close()])
    throw new CannotListen(messageOf(error))
  }
  log.info({ host, port: portOf(app), healthPort: portOf(health), reportPort }, 'listening')
}

/** The webhook matters more than the report: if the report port is taken, it runs without. */
async function listenLocally({ app, port }: LocalListener, log: Logger): Promise<number | undefined> {
  try {
    await app.listen({ host: LOOPBACK, port })
    return portOf(app)
  } catch (error) {
    const problem = messageOf(error)
    log.warn({ problem }, 'no report listener')
    return undefined
  }
}

const portOf = ({
  server,
}: {
  readonly server: { readonly address: () => AddressInfo | string | null }
}): number => {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Resolves at the first signal; the second ends the process at once. */
const firstSignal = ({ onSignal, onLeaving, exit, drainDelayMs, log }: ServerOptions): Promise<void> =>
  new Promise((resolve) => {
    let heard = false
    const hear = (signal: string) => (): void => {
      if (heard) {
        exit(KILLED)
        return
      }
      heard = true
      const drainSeconds = drainDelayMs / 1000
      log.info({ signal, drainSeconds }, 'shutting down; a second signal ends it at once')
      onLeaving?.()
      resolve()
    }
    onSignal('SIGTERM', hear('SIGTERM'))
    onSignal('SIGINT', hear('SIGINT'))
  })

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

interface Leaving extends Servers {
  readonly unused: Unused
}

async function drain(
  { app, health, unused }: Leaving,
  { drainDelayMs, local, log }: ServerOptions,
): Promise<void> {
  await wait(drainDelayMs)
  log.info('closing the port')
  const closedLocally = local?.app.close()
  const closed = app.close()
  const limits = [
    setTimeout(unused.close, UNUSED_GRACE),
    setTimeout(() => app.server.closeAllConnections(), LONGEST_REQUEST),
  ]
  await closed
  for (const limit of limits) clearTimeout(limit)
  await health.close()
  await closedLocally
  log.info('stopped')
}
