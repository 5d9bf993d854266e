import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { AdmissionRequest } from '../admission/review.ts'
import type { Answering, LogDecision } from './answer.ts'
import type { Certificate, CertificateFiles } from './certificate.ts'
import type { ClientAuthority } from './client-authority.ts'
import type { Part } from './health.ts'
import type { Limits } from './limits.ts'
import type { Metrics } from './metrics.ts'

export interface ServerOptions {
  readonly host: string
  /** 0 asks the system for a free port. */
  readonly port: number
  readonly healthPort: number
  /** Absent: no certificate yet, and handshakes fail until there is one. */
  readonly certificate?: Certificate
  /** The files to watch for changes; absent if the certificate does not come from files. */
  readonly certificateFiles?: CertificateFiles
  /** Calls `serve` with each certificate to serve; at once if there is one. */
  readonly certificates?: (serve: (certificate: Certificate) => void) => void
  readonly certificateIntervalMs?: number
  /** The clients that the port answers, with the file to reload the CA from; absent: every client. */
  readonly clients?: ClientAuthority & { readonly file: string }
  readonly limits?: Partial<Limits>
  /** How long to serve after the first signal, until no API server sends to this Pod any more. Milliseconds. */
  readonly drainDelayMs: number
  readonly decide: Answering['decide']
  readonly readAhead?: (request: AdmissionRequest) => Promise<unknown> | undefined
  readonly onMutated?: Answering['onMutated']
  readonly asOf?: Answering['asOf']
  readonly parts: readonly Part[]
  /** A listener on the loopback address only; it starts and stops with the others. */
  readonly local?: LocalListener
  readonly metrics: Metrics
  readonly log: Logger
  /** Writes the line of one decision; absent: the log does. */
  readonly logDecision?: LogDecision
  /** Called at the first signal, before the drain delay. */
  readonly onLeaving?: () => void
  readonly onSignal: (signal: 'SIGTERM' | 'SIGINT', listener: () => void) => void
  readonly exit: (code: number) => void
}

/** The server for the loopback address, and its port; 0 asks the system for a free one. */
export interface LocalListener {
  readonly app: Listener
  readonly port: number
}

type Listener = Pick<FastifyInstance, 'listen' | 'close' | 'server'>
