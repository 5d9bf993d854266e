import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { AdmissionRequest, Answer } from '../admission/review.ts'
import type { Limits } from './app.ts'
import type { Certificate, CertificateFiles } from './certificate.ts'
import type { ClientAuthority } from './client-authority.ts'
import type { Part } from './health.ts'
import type { Metrics } from './metrics.ts'

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
  /** How long to go on serving after the first signal: until no API server sends to this Pod any more. */
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
