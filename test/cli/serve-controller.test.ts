import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BUILT_IN, FakeApiServer, LEASES, SERVICES } from '../cluster/fake-api-server.ts'
import { type Following, startFollowing } from './following.ts'
import { slackwater } from './run.ts'

/** The built program as it acts on a cluster, or does not. */

let server: FakeApiServer
let port: number
let running: Following[]

beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(...BUILT_IN, LEASES)
  port = await server.start()
  running = []
})
afterEach(async () => {
  for (const one of running) await one.stop()
  await server.stop()
})

async function start(...options: readonly string[]): Promise<Following> {
  const one = await startFollowing(port, ...options)
  running.push(one)
  return one
}

async function stop(one: Following): Promise<number> {
  running = running.filter((other) => other !== one)
  return one.stop()
}

const metrics = async ({ healthPort }: Following): Promise<string> =>
  (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text()
const isReady = async ({ healthPort }: Following): Promise<boolean> =>
  (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).ok
const lease = () =>
  server.stored(LEASES, 'slackwater', 'slackwater-system')?.['spec'] as Record<string, unknown> | undefined

test('a kubeconfig alone lets it read, and nothing else', async () => {
  const one = await start()
  await vi.waitFor(async () => expect(await isReady(one)).toBe(true), { timeout: 10_000 })
  await vi.waitFor(() => expect(one.lines.map(({ msg }) => msg)).toContain('answering admission only'))
  expect(await metrics(one)).toContain('slackwater_leader 0\n')
  expect(await stop(one)).toBe(0)
  expect(server.writes).toEqual([])
  expect(server.asked.filter(({ path }) => path.includes('coordination'))).toEqual([])
})

test('--controller: it leads, and hands the lease over when it ends', async () => {
  const one = await start('--controller')
  await vi.waitFor(async () => expect(await metrics(one)).toContain('slackwater_leader 1\n'), {
    timeout: 10_000,
  })
  expect(lease()?.['holderIdentity']).toMatch(/_[0-9a-f]{8}$/)
  await vi.waitFor(() => expect(one.lines.map(({ msg }) => msg)).toContain('leading'))
  expect(await stop(one)).toBe(0)
  expect(lease()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 })
})

test('of two, one leads; when it ends, the other does', async () => {
  const one = await start('--controller')
  await vi.waitFor(() => expect(lease()?.['holderIdentity']).toBeTruthy(), { timeout: 10_000 })
  const two = await start('--controller')
  await vi.waitFor(async () => expect(await isReady(two)).toBe(true), { timeout: 10_000 })
  expect(await metrics(one)).toContain('slackwater_leader 1\n')
  expect(await metrics(two)).toContain('slackwater_leader 0\n')
  await stop(one)
  // It looks every 2 s to 4.4 s.
  await vi.waitFor(async () => expect(await metrics(two)).toContain('slackwater_leader 1\n'), {
    timeout: 10_000,
  })
}, 60_000)

test('no namespace for the lease: said, and admission is answered all the same', async () => {
  server.unserve(LEASES)
  const one = await start('--controller')
  await vi.waitFor(
    () =>
      expect(one.lines.find(({ msg }) => msg === 'leader election')?.['problem']).toContain('ownNamespace'),
    { timeout: 10_000 },
  )
  await vi.waitFor(async () => expect(await isReady(one)).toBe(true), { timeout: 10_000 })
  server.put(SERVICES, { metadata: { name: 'web', namespace: 'shop' }, spec: {} })
  expect(await metrics(one)).toContain('slackwater_leader 0\n')
})

test('--controller without a cluster is refused', () => {
  const { code, err } = slackwater(['serve', '--self-signed', '--manifests', '.', '--controller'])
  expect(err).toContain("'--controller' cannot be used with option '--manifests")
  expect(code).toBe(2)
})
