import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import { json } from 'node:stream/consumers'
import { selfSigned } from '../../../src/server/self-signed.ts'
import { cluster } from './cluster.ts'
import type { Endpoint } from './slackwater.ts'

/** A server in our place that answers what no webhook should. */
export interface BrokenWebhook extends Endpoint {
  /** How it answers from now on. */
  behave(behaviour: Behaviour): void
  /** Requests that have reached it. */
  readonly calls: () => number
  stop(): Promise<void>
}

export type Behaviour = (uid: string, answer: ServerResponse) => void

export const review = (response: Readonly<Record<string, unknown>> | undefined): string =>
  JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response })

const asJson = (answer: ServerResponse, body: string): void =>
  void answer.writeHead(200, { 'content-type': 'application/json' }).end(body)

const patched = (uid: string, patch: string) =>
  review({ uid, allowed: true, patchType: 'JSONPatch', patch: Buffer.from(patch).toString('base64') })

/** Each is what a broken server, a proxy in between or a wrong address may answer. */
export const RUBBISH: Readonly<Record<string, Behaviour>> = {
  'status 500': (_, answer) => void answer.writeHead(500).end('out of order'),
  'a web page': (_, answer) =>
    void answer.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'),
  'an AdmissionReview without a response': (_, answer) => asJson(answer, review(undefined)),
  'the uid of another request': (_, answer) => asJson(answer, review({ uid: 'another', allowed: true })),
  'a patch that is no JSON': (uid, answer) => asJson(answer, patched(uid, 'rubbish')),
  'half an answer': (_, answer) => {
    answer.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    answer.write('{"apiVersion":', () => answer.destroy())
  },
  'a closed connection': (_, answer) => void answer.destroy(),
}

/** Decodes, and fits no object: what failurePolicy does not cover. */
export const UNFIT_PATCH: Behaviour = (uid, answer) =>
  asJson(answer, patched(uid, '[{"op":"replace","path":"/spec/nowhere/at/all","value":1}]'))

export async function startBrokenWebhook(): Promise<BrokenWebhook> {
  const { cert, key } = await selfSigned([cluster.host ?? 'localhost', 'localhost'])
  let behaviour: Behaviour = (_, answer) => void answer.destroy()
  let calls = 0
  const server = createServer({ cert, key }, (request: IncomingMessage, answer) => {
    calls += 1
    void json(request).then((body) => behaviour(uidOf(body), answer))
  })
  const port = await listening(server)
  return {
    port,
    caBundle: Buffer.from(cert).toString('base64'),
    behave: (next) => {
      behaviour = next
    },
    calls: () => calls,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
}

const uidOf = (body: unknown): string => (body as { readonly request: { readonly uid: string } }).request.uid

/** A port where nobody listens: connections are refused, as when every replica has gone. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer()
  const port = await listening(server)
  await new Promise<void>((resolve) => void server.close(() => resolve()))
  return port
}

const listening = (server: ReturnType<typeof createTcpServer>): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
