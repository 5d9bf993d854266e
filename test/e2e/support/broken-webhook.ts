import type { ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { asJson, listening, patched, review, startWebhook, type WebhookServer } from './webhook-server.ts'

/** A server in our place that answers what no webhook should. */
export interface BrokenWebhook extends WebhookServer {
  /** How it answers from now on. */
  behave(behavior: Behavior): void
}

export type Behavior = (uid: string, answer: ServerResponse) => void

/** Each is what a broken server, a proxy in between or a wrong address may answer. */
export const RUBBISH: Readonly<Record<string, Behavior>> = {
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
export const UNFIT_PATCH: Behavior = (uid, answer) =>
  asJson(answer, patched(uid, '[{"op":"replace","path":"/spec/nowhere/at/all","value":1}]'))

export async function startBrokenWebhook(): Promise<BrokenWebhook> {
  let behavior: Behavior = (_, answer) => void answer.destroy()
  const server = await startWebhook(({ uid }, response) => behavior(uid, response))
  return {
    ...server,
    behave: (next) => {
      behavior = next
    },
  }
}

/** A port where nobody listens: connections are refused, as when every replica has gone. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  await new Promise<void>((resolve) => void server.close(() => resolve()))
  return port
}
