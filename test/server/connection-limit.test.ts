import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { deployment, requestFor } from '../admission/world.ts'
import { first, type Running, reviewWith, startApp, until } from './app.ts'
import { headers, type Stranger, stranger } from './strangers.ts'

const ordinary = reviewWith(requestFor(deployment()))
const BODY = JSON.stringify(ordinary)
const MOST = 10

let server: Running
const opened: (Socket | Stranger)[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) ('socket' in one ? one.socket : one).destroy()
  await server.stop()
})

const start = async (): Promise<void> => {
  server = await startApp({ limits: { connections: MOST } })
}

async function open(localAddress = '127.0.0.2'): Promise<Stranger> {
  const one = await stranger(server.port, { localAddress })
  opened.push(one)
  return one
}

async function answered(one: Stranger): Promise<Stranger> {
  one.socket.write(headers(BODY.length) + BODY)
  await until(() => one.heard().includes('HTTP/1.1 200 OK'))
  return one
}

const connections = async (): Promise<number> => {
  const [, count] = /^slackwater_connections (\d+)$/m.exec((await server.metrics.expose()).text) ?? []
  return Number(count)
}

test('a stranger who opens one after another loses his own; the API server’s stay, and it opens more', async () => {
  await start()
  const ours = await answered(await open('127.0.0.1'))
  const strangers: Stranger[] = []
  for (let i = 0; i < 30; i++) strangers.push(await open())
  await until(async () => (await connections()) <= MOST)
  await Promise.all(strangers.slice(0, 20).map(({ closed }) => closed))
  expect(ours.socket.destroyed).toBe(false)
  expect((await server.post(ordinary)).status).toBe(200)
  expect((await server.metrics.expose()).text).toMatch(
    /^slackwater_connections_closed_total\{reason="gave-way"\} 2\d$/m,
  )
})

test('a connection that has asked nothing yet stays where others have more', async () => {
  await start()
  const ours = await open('127.0.0.1')
  const strangers: Stranger[] = []
  for (let i = 0; i < MOST + 3; i++) strangers.push(await open())
  await strangers[3]?.closed
  expect(ours.socket.destroyed).toBe(false)
  await answered(ours)
})

test('connections that never begin a handshake give way like others', async () => {
  await start()
  const silent: Socket[] = []
  for (let i = 0; i < 30; i++) {
    const socket = connect({ port: server.port, host: '127.0.0.1', localAddress: '127.0.0.2' })
    socket.on('error', () => undefined)
    await first(socket, 'connect')
    silent.push(socket)
    opened.push(socket)
  }
  expect((await server.post(ordinary)).status).toBe(200)
  expect(await connections()).toBeLessThanOrEqual(MOST)
})

test('of one address: first what was never answered, then what is idle for the longest', async () => {
  await start()
  const idle = await answered(await open())
  const later = await answered(await open())
  const never = await open()
  for (let i = 3; i < MOST; i++) await answered(await open())
  await answered(await open())
  await never.closed
  expect(idle.socket.destroyed).toBe(false)
  await answered(await open())
  await idle.closed
  expect(later.socket.destroyed).toBe(false)
})

test('an answer makes a connection young again', async () => {
  await start()
  const one = await answered(await open())
  const other = await answered(await open())
  for (let i = 2; i < MOST; i++) await answered(await open())
  one.socket.write(headers(BODY.length) + BODY)
  await until(() => one.heard().split('HTTP/1.1 200 OK').length === 3)
  await answered(await open())
  await other.closed
  expect(one.socket.destroyed).toBe(false)
})

test('unfinished bodies give way before what was answered, where they come from the API server’s own address', async () => {
  await start()
  const ours = await answered(await open())
  const strangers: Stranger[] = []
  for (let i = 0; i < MOST + 5; i++) {
    const one = await open()
    one.socket.write(`${headers(BODY.length)}{`)
    strangers.push(one)
  }
  const fresh = await open()
  await Promise.all(strangers.slice(0, 5).map(({ closed }) => closed))
  await answered(fresh)
  await answered(ours)
  expect(ours.socket.destroyed).toBe(false)
})

test('one that was answered before and asks again gives way last', async () => {
  await start()
  const busy = await answered(await open())
  busy.socket.write(`${headers(BODY.length)}{`)
  await until(async () => (await server.metrics.expose()).text.includes('slackwater_admission_in_flight 1\n'))
  for (let i = 1; i < MOST + 5; i++) await answered(await open())
  busy.socket.write(BODY.slice(1))
  await until(() => busy.heard().split('HTTP/1.1 200 OK').length === 3)
})
