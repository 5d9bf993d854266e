import { once } from 'node:events'
import { createServer as createHttp, type RequestListener, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, describe, expect, test } from 'vitest'
import { selfSigned } from '../../src/certificates/self-signed.ts'
import { type ApiServer, apiServerOf } from '../../src/cluster/api-server.ts'
import { jsonOf } from '../../src/cluster/json-lines.ts'

/** A server that closes a kept connection just as the next request arrives: it answers only the first of each. */

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

interface Seen {
  readonly requests: string[]
  readonly api: ApiServer
}

/** @param answers whether a request is answered, by how many came before it on its connection, and in all. */
async function served(
  answers: (onConnection: number, inAll: number) => boolean,
  scheme: 'http' | 'https' = 'http',
): Promise<Seen> {
  const requests: string[] = []
  const before = new Map<Socket, number>()
  const listener: RequestListener = ({ method, url, socket }, response) => {
    const onConnection = before.get(socket) ?? 0
    before.set(socket, onConnection + 1)
    const inAll = requests.push(`${method} ${url}`) - 1
    if (answers(onConnection, inAll)) response.end('{"kind":"Status"}')
    else socket.destroy()
  }
  const { cert, key } = await selfSigned(['localhost'])
  const server = scheme === 'http' ? createHttp(listener) : createHttps({ cert, key }, listener)
  servers.push(server)
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const config = new KubeConfig()
  const { port } = server.address() as AddressInfo
  const caData = Buffer.from(cert).toString('base64')
  config.loadFromClusterAndUser(
    { name: 'c', server: `${scheme}://localhost:${port}`, caData, skipTLSVerify: scheme === 'http' },
    { name: 'u' },
  )
  return { requests, api: apiServerOf(config) }
}

const LIMIT = AbortSignal.timeout(60_000)

/** A connection is kept once the body has been read, and the agent has it back a turn later. */
async function read(api: ApiServer, path: string): Promise<unknown> {
  const body = await jsonOf((await api.get(path, {}, LIMIT)).body)
  await new Promise((resolve) => setImmediate(resolve))
  return body
}

const STATUS = { kind: 'Status' }

describe.each(['http', 'https'] as const)('over %s', (scheme) => {
  test('a read on a closed connection is repeated on a new one, whatever other connections are kept', async () => {
    const { requests, api } = await served((onConnection) => onConnection === 0, scheme)
    // Two at once: two connections are kept, and both are closed at their next request.
    expect(await Promise.all([read(api, '/a'), read(api, '/b')])).toEqual([STATUS, STATUS])
    expect(await read(api, '/c')).toEqual(STATUS)
    expect(requests.slice(2)).toEqual(['GET /c', 'GET /c'])
  })
})

test('only once: a server that closes the new connection too has given its answer', async () => {
  const { requests, api } = await served((_, inAll) => inAll === 0)
  await read(api, '/a')
  await expect(read(api, '/b')).rejects.toThrow('socket hang up')
  expect(requests).toEqual(['GET /a', 'GET /b', 'GET /b'])
})

test('not on a new connection: its end is no matter of chance', async () => {
  const { requests, api } = await served(() => false)
  await expect(read(api, '/a')).rejects.toThrow('socket hang up')
  expect(requests).toEqual(['GET /a'])
})

test('a write is not repeated: the server may have carried it out', async () => {
  const { requests, api } = await served((onConnection) => onConnection === 0)
  await read(api, '/a')
  const written = api.send({ method: 'PATCH', path: '/b', body: {} }, LIMIT)
  await expect(written).rejects.toThrow('socket hang up')
  expect(requests).toEqual(['GET /a', 'PATCH /b'])
})
