import { once } from 'node:events'
import { Agent, type RequestOptions, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { admit } from '../../src/admission/admit.ts'
import type { AdmissionRequest, Answer } from '../../src/admission/review.ts'
import { validate } from '../../src/admission/validate.ts'
import type { Knowledge } from '../../src/assessment/assess.ts'
import { selfSigned } from '../../src/certificates/self-signed.ts'
import { buildApp } from '../../src/server/app.ts'
import type { Certificate } from '../../src/server/certificate.ts'
import type { ClientAuthority } from '../../src/server/client-authority.ts'
import type { Limits } from '../../src/server/limits.ts'
import { createMetrics, type Metrics } from '../../src/server/metrics.ts'
import { knowing } from '../admission/world.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export const makeCertificate = (): Promise<Certificate> => selfSigned(['localhost', '127.0.0.1'])

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown
}

/** Sends one request over TLS. A connection that breaks after the whole answer has come is no failure. */
export function send(options: RequestOptions, body: string | Buffer = ''): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(options, async (incoming) => {
      const chunks: Buffer[] = []
      try {
        for await (const chunk of incoming) chunks.push(chunk)
      } catch (error) {
        reject(error)
        return
      }
      const text = Buffer.concat(chunks).toString('utf8')
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: parse(text) })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const nothing = (): Answer => ({ outcome: 'x', operations: [], warnings: [], auditAnnotations: {}, log: {} })

/** Decisions of a server for which they do not matter. */
export const UNDECIDED = { mutate: nothing, validate: nothing }

export interface Running {
  readonly port: number
  readonly metrics: Metrics
  /** Every log line so far, parsed. */
  readonly logs: JsonObject[]
  readonly post: (body: unknown, options?: RequestOptions) => Promise<Reply>
  readonly stop: () => Promise<void>
}

export interface RunningOptions {
  readonly admit?: (request: AdmissionRequest) => Answer
  readonly validate?: (request: AdmissionRequest) => Answer
  readonly readAhead?: (request: AdmissionRequest) => Promise<unknown> | undefined
  readonly asOf?: () => number | undefined
  readonly onMutated?: (answer: Answer) => void
  readonly knowledge?: Knowledge
  readonly isDraining?: () => boolean
  readonly handshakeTimeoutMs?: number
  readonly limits?: Partial<Limits>
  readonly clients?: ClientAuthority
}

/** A client that trusts whatever certificate it is shown. */
export const whereTo = (port: number): RequestOptions => ({
  host: '127.0.0.1',
  port,
  path: '/mutate',
  method: 'POST',
  rejectUnauthorized: false,
})

/** The real application on a free port, over TLS; bodies that are neither text nor bytes are sent as JSON. */
export async function startApp({
  knowledge = knowing(),
  admit: mutate = (request) => admit(request, knowledge),
  validate: judge = (request) => validate(request, knowledge),
  isDraining = () => false,
  ...further
}: RunningOptions = {}): Promise<Running> {
  const certificate = await makeCertificate()
  const logs: JsonObject[] = []
  const log = pino({ base: null }, { write: (line: string) => void logs.push(JSON.parse(line)) })
  const metrics = createMetrics('1.2.3')
  const decide = { mutate, validate: judge }
  const app = buildApp({ tls: certificate, decide, metrics, log, isDraining, ...further })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, ca: certificate.cert })
  const post = (body: unknown, options: RequestOptions = {}): Promise<Reply> => {
    const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    const { headers, ...rest } = options
    return send(
      {
        host: '127.0.0.1',
        port,
        path: '/mutate',
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', ...headers },
        ...rest,
      },
      bytes,
    )
  }
  const stop = async (): Promise<void> => {
    agent.destroy()
    await app.close()
  }
  return { port, metrics, logs, post, stop }
}

/** A request in the API server's form. */
export const reviewWith = (request: unknown): JsonObject => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request,
})

/** Waits until something holds; the test's own time limit is the limit. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** The first value of an event. */
export const first = async (emitter: NodeJS.EventEmitter, event: string): Promise<unknown> =>
  (await once(emitter, event))[0]
