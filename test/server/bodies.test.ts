import { afterEach, describe, expect, test } from 'vitest'
import { deployment, requestFor } from '../admission/world.ts'
import { type Running, reviewWith, startApp, until } from './app.ts'
import { chunk, headers, type Stranger, stranger } from './strangers.ts'

const ordinary = reviewWith(requestFor(deployment()))
const ORDINARY = JSON.stringify(ordinary)

const KIB = 1024
/** Room for eight bodies of 16 KiB, which is what a body begins with. */
const ROOM = 128 * KIB

let server: Running
let strangers: Stranger[] = []
afterEach(async () => {
  for (const { socket } of strangers) socket.destroy()
  strangers = []
  await server.stop()
})

/** A stranger who sends so many bytes of a longer body, and nothing after them. */
async function holding(bytes: number, localAddress = '127.0.0.1'): Promise<Stranger> {
  const one = await stranger(server.port, { localAddress })
  one.socket.write(headers(8_000_000) + 'x'.repeat(bytes))
  strangers.push(one)
  return one
}

const metric = async (line: string): Promise<string | undefined> =>
  (await server.metrics.expose()).text.split('\n').find((one) => one.startsWith(`${line} `))
const held = async (): Promise<number> => Number((await metric('slackwater_body_bytes'))?.split(' ')[1])
const refused = async (reason: string): Promise<number> =>
  Number((await metric(`slackwater_bodies_refused_total{reason="${reason}"}`))?.split(' ')[1] ?? 0)

async function expectAnswered(): Promise<void> {
  const { status, json } = await server.post(ordinary)
  expect([status, json]).toMatchObject([200, { response: { allowed: true, patchType: 'JSONPatch' } }])
}

describe('bodies that stay unfinished', () => {
  test('hold what they have sent, and give it back when they break off', async () => {
    server = await startApp({ limits: { bodyBytes: ROOM } })
    const one = await holding(10 * KIB)
    await until(async () => (await held()) === 16 * KIB)
    // Announced, and never sent: nothing is held for it.
    await holding(0)
    await expectAnswered()
    expect(await held()).toBe(16 * KIB)
    one.socket.destroy()
    await until(async () => (await held()) === 0)
  })

  test('fifty of them keep no review out: the oldest are told to go, the room is never exceeded', async () => {
    server = await startApp({ limits: { bodyBytes: ROOM } })
    const all: Stranger[] = []
    for (let i = 0; i < 50; i++) {
      all.push(await holding(10 * KIB))
      if (i % 10 === 9) await expectAnswered()
    }
    await until(async () => (await refused('gave-way')) >= 42)
    expect(await held()).toBeLessThanOrEqual(ROOM)
    await expectAnswered()
    await all[0]?.closed
    expect(all[0]?.heard()).toMatch(
      /^HTTP\/1\.1 503 [\s\S]*connection: close[\s\S]*another body needed the memory/i,
    )
    expect(all.at(-1)?.heard()).toBe('')
  })

  test('the address that holds the most gives way, not the one whose body is the oldest', async () => {
    server = await startApp({ limits: { bodyBytes: ROOM } })
    const other = await holding(10 * KIB, '127.0.0.2')
    await until(async () => (await held()) === 16 * KIB)
    const most: Stranger[] = []
    for (let i = 0; i < 20; i++) most.push(await holding(10 * KIB))
    await until(async () => (await refused('gave-way')) >= 13)
    expect(other.heard()).toBe('')
    other.socket.destroy()
  })

  test('a body that is larger than all the room is told to go by itself', async () => {
    server = await startApp({ limits: { bodyBytes: ROOM } })
    const one = await holding(ROOM + 10 * KIB)
    await one.closed
    expect(one.heard()).toMatch(/^HTTP\/1\.1 503 /)
    expect(await held()).toBe(0)
    await expectAnswered()
  })

  test('in chunks without a length are bounded in the same way', async () => {
    server = await startApp({ limits: { bodyBytes: ROOM } })
    for (let i = 0; i < 20; i++) {
      const one = await stranger(server.port)
      strangers.push(one)
      one.socket.write(headers() + chunk('x'.repeat(10 * KIB)))
    }
    await until(async () => (await refused('gave-way')) >= 12)
    expect(await held()).toBeLessThanOrEqual(ROOM)
    await expectAnswered()
  })

  test('byte by byte hold their bytes, not a piece of memory for each', async () => {
    server = await startApp({ limits: { bodyBytes: ROOM } })
    const one = await stranger(server.port)
    strangers.push(one)
    one.socket.write(headers())
    for (let i = 0; i < 300; i++) one.socket.write(chunk('x'))
    await until(async () => (await held()) > 0)
    await expectAnswered()
    expect(await held()).toBe(16 * KIB)
  })

  test('take as long as an answer is waited for, and no longer', async () => {
    server = await startApp({ limits: { bodyTimeoutMs: 50 } })
    const one = await holding(1 * KIB)
    await one.closed
    expect(one.heard()).toMatch(/^HTTP\/1\.1 408 [\s\S]*connection: close/i)
    expect(await refused('too-slow')).toBe(1)
    await expectAnswered()
  })
})

test('a body that is too large is counted', async () => {
  server = await startApp()
  expect((await server.post('x'.repeat(8 * 1024 * KIB + 1))).status).toBe(413)
  expect(await refused('too-large')).toBe(1)
})

describe('one connection', () => {
  test('with several requests at once is answered in their order', async () => {
    server = await startApp()
    const one = await stranger(server.port)
    strangers.push(one)
    one.socket.write((headers(ORDINARY.length) + ORDINARY).repeat(8))
    await until(() => one.heard().split('HTTP/1.1 200 OK').length === 9)
    expect(await held()).toBe(0)
  })

  test('with an unfinished body behind a finished one is answered the first, and holds one body', async () => {
    server = await startApp({ limits: { bodyBytes: ROOM } })
    const one = await stranger(server.port)
    strangers.push(one)
    const unfinished = headers(8_000_000) + 'x'.repeat(5 * KIB)
    one.socket.write(headers(ORDINARY.length) + ORDINARY + unfinished)
    await until(() => one.heard().includes('HTTP/1.1 200 OK'))
    await until(async () => (await held()) === 16 * KIB)
    await expectAnswered()
  })
})
