import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askPod } from '../../src/cluster/ask-report.ts'
import { kubeconfig } from '../cli/following.ts'
import { folderOf } from '../cli/run.ts'
import { FakeApiServer, PODS } from './fake-api-server.ts'

/** Which of several replicas `slackwater report` asks, through an API server's port-forward. */

interface Replica {
  /** What it answers to `/ledger`; undefined: an older version, which has no such path. */
  readonly ledger?: string
  /** It accepts the connection, and answers nothing to `/ledger`. */
  readonly isSilent?: boolean
  readonly isReady?: boolean
}

let server: FakeApiServer
let config: string
let replicas: Server[]
beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(PODS)
  config = path.join(folderOf({ config: kubeconfig(await server.start()) }), 'config')
  replicas = []
})
afterEach(async () => {
  for (const one of replicas) {
    one.closeAllConnections()
    one.close()
  }
  await server.stop()
})

async function start(...all: readonly Replica[]): Promise<void> {
  const ports = await Promise.all(all.map(listen))
  for (const [at, { isReady = true }] of all.entries()) {
    server.put(PODS, {
      metadata: {
        name: `slackwater-${at}`,
        namespace: 'slackwater-system',
        labels: { 'app.kubernetes.io/name': 'slackwater' },
      },
      status: { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
    })
  }
  server.forwarding = (url) => {
    const port = ports[Number(/slackwater-(\d+)/.exec(url)?.[1])]
    return port === undefined ? {} : { port }
  }
}

async function listen({ ledger, isSilent = false }: Replica, at: number): Promise<number> {
  const one = createServer(({ url }, response) => {
    if (url === '/ledger' && isSilent) return
    const body = url === '/report' ? { from: at } : ledger === undefined ? undefined : { ledger }
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? { error: 'no such path' }))
  })
  replicas.push(one)
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
  return (one.address() as AddressInfo).port
}

/** The number of the replica whose report it is. */
async function asked(): Promise<unknown> {
  const outcome = await askPod({
    kubeconfig: config,
    namespace: 'slackwater-system',
    port: 8081,
    path: '/report',
    signal: AbortSignal.timeout(30_000),
  })
  return outcome.ok ? outcome.answer.body : outcome.problem
}

describe('the report of the replica that keeps the ledger', () => {
  test.for<[string, readonly Replica[], number]>([
    ['whichever it is', [{ ledger: 'elsewhere' }, { ledger: 'here' }], 1],
    ['not of one that cannot tell', [{}, { ledger: 'here' }], 1],
    ['of the first, if all are of an older version', [{}, {}], 0],
    ['of the first, if none leads at the moment', [{ ledger: 'elsewhere' }, { ledger: 'elsewhere' }], 0],
    ['not of one that is not ready', [{ ledger: 'here', isReady: false }, { ledger: 'elsewhere' }], 1],
    ['also if another is silent', [{ isSilent: true }, { ledger: 'here' }], 1],
  ])('%s', async ([, all, from]) => {
    await start(...all)
    expect(await asked()).toEqual({ from })
  })

  test('one replica alone is asked once: there is nothing to choose', async () => {
    await start({ ledger: 'here' })
    expect(await asked()).toEqual({ from: 0 })
    expect(server.forwarded).toHaveLength(1)
  })

  test('of the first, if nobody may forward ports: with what the permission is', async () => {
    await start({ ledger: 'elsewhere' }, { ledger: 'here' })
    server.forwarding = { status: 403 }
    expect(await asked()).toContain('the verb create on pods/portforward is required')
  })
})
