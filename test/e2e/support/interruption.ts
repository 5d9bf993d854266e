import { writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request } from 'node:https'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { KubeConfig } from '@kubernetes/client-node'
import { selfSigned } from '../../../src/certificates/self-signed.ts'
import { unbounded } from './api.ts'
import { cluster } from './cluster.ts'
import { listening } from './webhook-server.ts'

/** A way to the API server that ends the program that uses it, right after one of its changes. */
export interface Interruption {
  /** For the program; with every right. */
  readonly kubeconfig: string
  /** What it has changed, in words; a dry run changes nothing. */
  readonly writes: readonly string[]
  /** Ends the program after so many further writes, and so many milliseconds; with 0, the write's answer never comes. */
  after(writes: number, milliseconds: number, end: () => void): void
  close(): Promise<void>
}

/** Questions that are asked with POST. */
const REVIEW = /reviews$/

function writeIn({ method = 'GET', url = '' }: IncomingMessage): string | undefined {
  const { pathname, searchParams } = new URL(url, 'https://api')
  if (method === 'GET' || searchParams.has('dryRun') || REVIEW.test(pathname)) return undefined
  return `${method} ${pathname.split('/').slice(-2).join('/')}`
}

/** When it is to be ended. */
interface Order {
  readonly at: number
  /** Milliseconds. */
  readonly later: number
  readonly end: () => void
}

export async function openInterruption(): Promise<Interruption> {
  const writes: string[] = []
  let order: Order | undefined
  const { cert, key } = await selfSigned(['localhost'])
  const server = createServer({ cert, key }, (asked, answer) => {
    void forward(asked, answer, () => {
      const write = writeIn(asked)
      if (write === undefined) return true
      writes.push(write)
      if (order === undefined || writes.length < order.at) return true
      const { at, later, end } = order
      if (writes.length === at) void pause(later).then(end)
      // A wait is reached only by a program that knows its write is done.
      return later > 0
    })
  })
  const port = await listening(server)
  return {
    kubeconfig: kubeconfigFor(port, cert),
    writes,
    after: (count, later, end) => {
      order = { at: writes.length + count, later, end }
    },
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
}

/** @param passes asked when the API server has answered: whether the program hears of it. */
async function forward(asked: IncomingMessage, answer: ServerResponse, passes: () => boolean): Promise<void> {
  const { headers, agent } = await unbounded
  const own = new KubeConfig()
  own.loadFromFile(cluster.kubeconfig)
  const url = new URL(asked.url ?? '/', own.getCurrentCluster()?.server)
  const { host: _, authorization: __, ...given } = asked.headers
  const options = { method: asked.method, agent, headers: { ...given, ...headers } }
  const sent = request(url, options, (got) => {
    if (!passes()) return void got.resume()
    answer.writeHead(got.statusCode ?? 502, got.headers)
    got.pipe(answer)
  })
  sent.once('error', () => answer.destroy())
  answer.once('close', () => sent.destroy())
  asked.pipe(sent)
}

function kubeconfigFor(port: number, cert: string): string {
  const file = path.join(cluster.folder, `interruption-${port}.kubeconfig`)
  const server = `https://localhost:${port}`
  const data = Buffer.from(cert).toString('base64')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster: { server, 'certificate-authority-data': data } }],
    users: [{ name: 'e2e', user: { token: 'any' } }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'e2e' } }],
    'current-context': 'e2e',
  }
  writeFileSync(file, JSON.stringify(config))
  return file
}
