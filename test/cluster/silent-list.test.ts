import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { expect, test, vi } from 'vitest'
import { apiServerOf } from '../../src/cluster/api-server.ts'
import { createReflector, TIMING } from '../../src/cluster/reflector.ts'
import { RESOURCES } from '../../src/cluster/resources.ts'

const nothing = (): void => undefined

test('a list that stops in the middle is broken off, and begun anew', async () => {
  let lists = 0
  const server = createServer((_, response) => {
    lists += 1
    response.writeHead(200, { 'content-type': 'application/json' })
    // Headers and half a page; then the connection says nothing more.
    response.write('{"items":[{"metadata":{"name":"a"')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const config = new KubeConfig()
  const user = { name: 'u' }
  config.loadFromClusterAndUser({ name: 'c', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }, user)
  const [resource] = RESOURCES
  if (resource === undefined) throw new Error('no resources')
  const failures: unknown[] = []
  const reflector = createReflector({
    api: apiServerOf(config),
    resource,
    sink: { begin: nothing, put: nothing, end: nothing, remove: nothing },
    timing: { ...TIMING, silence: 200, firstRetry: 10, longestRetry: 20 },
    now: () => performance.now(),
    random: () => 0,
    onFailure: (_, error) => void failures.push(error),
    onPhase: () => undefined,
  })
  const leaving = new AbortController()
  const running = reflector.run(leaving.signal)
  await vi.waitFor(() => expect(lists).toBeGreaterThan(1), { timeout: 40_000 })
  expect(String(failures[0])).toContain('no data received for 0.2 s')
  expect(reflector.state().phase).toBe('starting')
  leaving.abort()
  await running
  server.closeAllConnections()
  server.close()
})
