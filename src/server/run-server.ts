import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { AdmissionRequest, Answer } from '../admission/review.ts'
import { type App, buildApp, type Limits } from './app.ts'
import type { Certificate, CertificateFiles } from './certificate.ts'
import type { ClientAuthority } from './client-authority.ts'
import { buildHealth, type Part } from './health.ts'
import { keepCredentials } from './keep-credentials.ts'
import type { Metrics } from './metrics.ts'
import { LOOPBACK } from './report-listener.ts'
import { trackUnused, type Unused } from './unused-connections.ts'

/** How long what is in flight may take after the ports are closed: the API server's longest timeout, 30 s. */
const LONGEST_REQUEST = 30_000

/** What a connection without a request is given after the ports are closed: one may be on its way. Milliseconds. */
const UNUSED_GRACE = 1_000

/** Ended by a second signal, as shells count it: 128 + SIGTERM. */
const KILLED = 143

export interface ServerOptions {
  readonly host: string
  /** 0 asks the system for a free port. */
  readonly port: number
  readonly healthPort: number
  /** Absent: there is none yet, and handshakes fail until one comes. */
  readonly certificate?: Certificate
  /** The files to read again when they change; absent where the certificate comes from none. */
  readonly certificateFiles?: CertificateFiles
  /** Tells each certificate that is to be served from now on; at once, where there is one. */
  readonly certificates?: (serve: (certificate: Certificate) => void) => void
  readonly certificateIntervalMs?: number
  /** Whom the port answers, with the file to read the authority again from; absent: everybody. */
  readonly clients?: ClientAuthority & { readonly file: string }
  readonly limits?: Partial<Limits>
  /** How long to go on serving after the first signal: until every API server has heard that we leave. */
  readonly drainDelayMs: number
  readonly admit: (request: AdmissionRequest) => Answer
  readonly readAhead?: (request: AdmissionRequest) => Promise<unknown> | undefined
  readonly parts: readonly Part[]
  /** A listener on the loopback address alone; it lives and goes with the others. */
  readonly local?: LocalListener
  readonly metrics: Metrics
  readonly log: Logger
  readonly onSignal: (signal: 'SIGTERM' | 'SIGINT', listener: () => void) => void
  readonly exit: (code: number) => void
}

/** What answers on the loopback address, and at which port; 0 asks the system for a free one. */
export interface LocalListener {
  readonly app: Listener
  readonly port: number
}

type Listener = Pick<FastifyInstance, 'listen' | 'close' | 'server'>
type Health = ReturnType<typeof buildHealth>

/**
 * Listens, serves, and on SIGTERM or SIGINT leaves without losing a call: not ready at once, serving on for the
 * drain delay with every answer ending its connection, then closed, with what is in flight let end.
 * @returns when everything has ended.
 * @throws CannotListen where a port cannot be had.
 */
export async function runServer(options: ServerOptions): Promise<void> {
  const { certificate, clients, metrics, log, parts } = options
  const state = { draining: false, authorityVersion: 0 }
  const app = buildApp({
    ...(certificate === undefined ? {} : { tls: certificate }),
    ...(clients === undefined ? {} : { clients }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    authorityVersion: () => state.authorityVersion,
    admit: options.admit,
    ...(options.readAhead === undefined ? {} : { readAhead: options.readAhead }),
    metrics,
    log,
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

/** A port cannot be had: in use, or not allowed. */
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
    throw new CannotListen(error instanceof Error ? error.message : String(error))
  }
  log.info({ host, port: portOf(app), healthPort: portOf(health), reportPort }, 'listening')
}

/** The webhook is worth more than the report: where its port is taken, it goes on without. */
async function listenLocally({ app, port }: LocalListener, log: Logger): Promise<number | undefined> {
  try {
    await app.listen({ host: LOOPBACK, port })
    return portOf(app)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
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
const firstSignal = ({ onSignal, exit, drainDelayMs, log }: ServerOptions): Promise<void> =>
  new Promise((resolve) => {
    let heard = false
    const hear = (signal: string) => (): void => {
      if (heard) {
        exit(KILLED)
        return
      }
      heard = true
      const drainSeconds = drainDelayMs / 1000
      log.info({ signal, drainSeconds }, 'leaving; a second signal ends it at once')
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
