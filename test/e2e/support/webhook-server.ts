import type { ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { Server } from 'node:net'
import { json } from 'node:stream/consumers'
import { selfSigned } from '../../../src/certificates/self-signed.ts'
import { cluster } from './cluster.ts'
import type { Endpoint } from './slackwater.ts'

/** An admission webhook that a test plays. */
export interface WebhookServer extends Endpoint {
  /** Requests that have reached it. */
  readonly calls: () => number
  stop(): Promise<void>
}

/** As much of an AdmissionReview's request as the tests look at. */
export interface AdmissionRequest {
  readonly uid: string
  readonly namespace: string
  readonly object: unknown
}

export async function startWebhook(
  answer: (request: AdmissionRequest, response: ServerResponse) => void,
): Promise<WebhookServer> {
  const { cert, key } = await selfSigned([cluster.host ?? 'localhost', 'localhost'])
  let calls = 0
  const server = createServer({ cert, key }, (asked, response) => {
    calls += 1
    json(asked).then(
      (body) => answer((body as { readonly request: AdmissionRequest }).request, response),
      // The API server no longer waits for an answer.
      () => response.destroy(),
    )
  })
  const port = await listening(server)
  return {
    port,
    caBundle: Buffer.from(cert).toString('base64'),
    calls: () => calls,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
}

/** An AdmissionReview as a webhook answers it. */
export const review = (response: Readonly<Record<string, unknown>> | undefined): string =>
  JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response })

export const asJson = (answer: ServerResponse, body: string): void =>
  void answer.writeHead(200, { 'content-type': 'application/json' }).end(body)

/** Allowed, with a patch as it is sent: base64 of what should be JSON. */
export const patched = (uid: string, patch: string): string =>
  review({ uid, allowed: true, patchType: 'JSONPatch', patch: Buffer.from(patch).toString('base64') })

export const listening = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
