import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { apiServerOf } from '../../src/cluster/api-server.ts'
import { createReflector, type Reflector, TIMING } from '../../src/cluster/reflector.ts'
import { RESOURCES } from '../../src/cluster/resources.ts'

const nothing = (): void => undefined

/** Milliseconds. */
const SILENCE = 3_000

const LIST = JSON.stringify({ metadata: { resourceVersion: '7' }, items: [] })
const EVENT = `${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '8' } } })}\n`
const EXPIRED = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, message: 'gone' } })}\n`

let server: Server
let asked: string[]
/** What each watch answers before it ends; nothing: it goes on. */
let said: (watch: number) => string | undefined
/** The watches that go on. */
let open: ServerResponse[]
let failures: string[]
/** Between attempts, milliseconds; nobody waits for them here. */
let waits: number[]
let leaving: AbortController
let running: Promise<void>

beforeEach(async () => {
  asked = []
  failures = []
  waits = []
  open = []
  server = createServer(({ url = '' }, response) => {
    const isWatch = url.includes('watch=true')
    asked.push(isWatch ? 'watch' : 'list')
    const text = isWatch ? said(asked.filter((what) => what === 'watch').length) : LIST
    if (text === undefined) open.push(response)
    else response.end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  leaving = new AbortController()
  running = Promise.resolve()
})

afterEach(async () => {
  vi.useRealTimers()
  leaving.abort()
  await running
  server.closeAllConnections()
  server.close()
})

/** By default on a clock that stands still: each watch ends as soon as it began. */
function follow(now = (): number => 0): Reflector {
  const config = new KubeConfig()
  const { port } = server.address() as AddressInfo
  const cluster = { name: 'c', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }
  config.loadFromClusterAndUser(cluster, { name: 'u' })
  const [resource] = RESOURCES
  if (resource === undefined) throw new Error('no resources')
  const reflector = createReflector({
    api: apiServerOf(config),
    resource,
    sink: { begin: nothing, put: nothing, end: nothing, remove: nothing },
    timing: { ...TIMING, silence: SILENCE, firstRetry: 500, longestRetry: 30_000 },
    now,
    random: () => 0,
    pause: async (ms) => {
      waits.push(ms)
      await new Promise((resolve) => setImmediate(resolve))
    },
    onFailure: (_, error) => void failures.push(String(error)),
    onPhase: nothing,
  })
  running = reflector.run(leaving.signal)
  return reflector
}

const until = (holds: () => void) => vi.waitFor(holds, { timeout: 20_000 })

/** 0.5 s, doubled each time, up to 30 s. */
const DOUBLED = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]

test('watches that end as soon as they begin, without a word, are begun anew ever more rarely', async () => {
  said = () => ''
  follow()
  await until(() => expect(waits.length).toBeGreaterThanOrEqual(DOUBLED.length))
  expect(waits.slice(0, DOUBLED.length)).toEqual(DOUBLED)
  expect(failures[0]).toContain('the watch ended as soon as it began')
})

test('one that ends after an event goes on at once', async () => {
  said = () => EVENT
  follow()
  await until(() => expect(asked.length).toBeGreaterThan(5))
  expect(asked.slice(0, 3)).toEqual(['list', 'watch', 'watch'])
  expect(failures).toEqual([])
  expect(waits).toEqual([])
})

test('one that has stood for a second ends that: two outages in a row are each over after short waits', async () => {
  let time = 0
  said = (watch) => {
    if (watch === 4) time += 1_000
    return ''
  }
  follow(() => time)
  await until(() => expect(waits.length).toBeGreaterThanOrEqual(5))
  expect(waits.slice(0, 5)).toEqual([500, 1000, 2000, 500, 1000])
})

test('if the version of each list has expired before the watch, lists become ever rarer', async () => {
  said = () => EXPIRED
  follow()
  await until(() => expect(waits.length).toBeGreaterThanOrEqual(DOUBLED.length))
  expect(waits.slice(0, DOUBLED.length)).toEqual(DOUBLED)
  expect(asked.slice(0, 4)).toEqual(['list', 'watch', 'list', 'watch'])
})

test('an event ends that: the next expired version is listed anew after the shortest wait', async () => {
  said = (watch) => (watch < 4 ? EXPIRED : `${EVENT}${EXPIRED}`)
  follow()
  await until(() => expect(waits.length).toBeGreaterThanOrEqual(5))
  expect(waits.slice(0, 5)).toEqual([500, 1000, 2000, 500, 500])
})

test('one that is heard of now and then is left alone; one that is heard of no more is broken off', async () => {
  // Only what the reflector waits for: the time of no machine.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  said = () => undefined
  let contacts = 0
  const reflector = follow(() => ++contacts)
  const soon = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve))
  }
  await soon(() => open.length === 1)
  for (let round = 0; round < 4; round++) {
    const { contact } = reflector.state()
    vi.advanceTimersByTime(SILENCE - 1)
    open[0]?.write(EVENT)
    await soon(() => reflector.state().contact > contact)
  }
  expect(failures).toEqual([])
  vi.advanceTimersByTime(SILENCE)
  await soon(() => failures.length > 0)
  expect(failures[0]).toContain('no data received for 3 s')
})
