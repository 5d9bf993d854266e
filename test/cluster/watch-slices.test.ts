import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextLook } from 'node:timers/promises'
import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, expect, test, vi } from 'vitest'
import { apiServerOf } from '../../src/cluster/api-server.ts'
import { createReflector, TIMING } from '../../src/cluster/reflector.ts'
import { RESOURCES } from '../../src/cluster/resources.ts'

afterEach(() => void vi.restoreAllMocks())

const nothing = (): void => undefined

/** Longer than a slice, as parsing and reading an object of a megabyte are. Milliseconds. */
function busy(): void {
  const end = performance.now() + 8
  while (performance.now() < end);
}

const EVENTS = 5
const event = (nth: number): string =>
  JSON.stringify({ type: 'MODIFIED', object: { metadata: { name: `changed-${nth}`, resourceVersion: '2' } } })

test('what has arrived is looked at between two events of a watch, and between parsing one and reading it', async () => {
  const server = createServer(({ url = '' }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    if (!url.includes('watch=')) response.end('{"metadata":{"resourceVersion":"1"},"items":[]}')
    // In one piece; the watch goes on.
    else response.write(`${Array.from({ length: EVENTS }, (_, nth) => event(nth)).join('\n')}\n`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  let looks = 0
  const parsed: number[] = []
  const read: number[] = []
  const parse = JSON.parse
  vi.spyOn(JSON, 'parse').mockImplementation((text, reviver) => {
    if (String(text).startsWith('{"type":"MODIFIED"')) {
      busy()
      parsed.push(looks)
    }
    return parse(text, reviver)
  })
  const put = (): void => {
    busy()
    read.push(looks)
  }
  const leaving = new AbortController()
  const running = follow((server.address() as AddressInfo).port, put).run(leaving.signal)
  while (read.length < EVENTS) {
    await nextLook()
    looks++
  }
  leaving.abort()
  await running
  server.closeAllConnections()
  server.close()
  const steps = [...parsed, ...read]
  expect(steps).toHaveLength(2 * EVENTS)
  expect(new Set(steps).size).toBe(steps.length)
})

function follow(port: number, put: () => void) {
  const config = new KubeConfig()
  const cluster = { name: 'c', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }
  config.loadFromClusterAndUser(cluster, { name: 'u' })
  const resource = RESOURCES.find(({ kind }) => kind === 'Ingress')
  if (resource === undefined) throw new Error('no Ingresses')
  return createReflector({
    api: apiServerOf(config),
    resource,
    sink: { begin: nothing, put, end: nothing, remove: nothing },
    timing: TIMING,
    now: () => performance.now(),
    random: () => 0,
    onFailure: nothing,
    onPhase: nothing,
  })
}
