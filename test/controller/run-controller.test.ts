import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ControlLoop } from '../../src/cluster/control-loop.ts'
import { ownIdentity, runController } from '../../src/controller/run-controller.ts'
import { apiAt, FakeApiServer, LEASES } from '../cluster/fake-api-server.ts'
import { FakeClock, Traffic } from './fake-clock.ts'

const NAMESPACE = 'slackwater-system'
const LEASE = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases/slackwater`

let server: FakeApiServer
let port: number
let traffic: Traffic
let clock: FakeClock
let stop: AbortController
let running: Promise<void>
let ticks: string[]
let leading: boolean[]
let lines: Record<string, unknown>[]
let doubt: string | undefined

beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(LEASES)
  port = await server.start()
  traffic = new Traffic()
  clock = new FakeClock(() => traffic.settled())
  stop = new AbortController()
  ticks = []
  leading = []
  lines = []
  doubt = undefined
})
afterEach(async () => {
  stop.abort()
  await clock.pass(0)
  await running
  await server.stop()
})

function run(...loops: readonly ControlLoop[]): void {
  const log = pino({ base: null, timestamp: false }, { write: (line) => lines.push(JSON.parse(line)) })
  running = runController(
    {
      api: traffic.through(apiAt(port)),
      namespace: NAMESPACE,
      identity: 'a',
      loops,
      doubt: () => doubt,
      clock,
      random: () => 0,
      log,
      onLeading: (leads) => leading.push(leads),
      onTick: (loop, outcome) => ticks.push(`${loop} ${outcome}`),
    },
    stop.signal,
  )
}

const loop = (name: string, tick: ControlLoop['tick'] = () => Promise.resolve()): ControlLoop => ({
  name,
  tick,
})
const held = (holderIdentity: string) => ({
  metadata: { name: 'slackwater', namespace: NAMESPACE },
  spec: { holderIdentity, leaseDurationSeconds: 15 },
})
const said = (msg: string) => lines.filter((line) => line['msg'] === msg)

test('the leader ticks each loop at once and every 5 s', async () => {
  run(loop('one'), loop('two'))
  await clock.pass(0)
  expect(ticks).toEqual(['one done', 'two done'])
  await clock.pass(10_000)
  expect(ticks).toHaveLength(6)
  expect(leading).toEqual([true])
})

test('who does not lead does not tick', async () => {
  server.put(LEASES, held('b'))
  run(loop('one'))
  await clock.pass(14_000)
  expect(ticks).toEqual([])
  await clock.pass(5_000)
  expect(ticks).toEqual(['one done'])
})

test('while what is known is in doubt nothing is done', async () => {
  doubt = 'services not yet read from the cluster'
  let called = 0
  run(loop('one', async () => void called++))
  await clock.pass(12_000)
  expect([called, ticks]).toEqual([0, ['one waiting', 'one waiting', 'one waiting']])
  doubt = undefined
  await clock.pass(5_000)
  expect(called).toBe(1)
})

test('a loop that fails is said, waits longer and longer up to a minute more, and holds up no other', async () => {
  const at: number[] = []
  run(
    loop('bad', () => {
      at.push(clock.now() / 1000)
      return Promise.reject(new Error('no such field'))
    }),
    loop('good'),
  )
  await clock.pass(300_000)
  // 5 + 5, 5 + 10, 5 + 20, 5 + 40, then 5 + 60 s.
  expect(at).toEqual([0, 10, 25, 50, 95, 160, 225, 290])
  expect(said('tick failed')[0]).toMatchObject({ loop: 'bad', error: 'no such field' })
  expect(ticks.filter((line) => line === 'good done')).toHaveLength(61)
  expect(leading).toEqual([true])
})

test('a loop that recovers has its patience back', async () => {
  const at: number[] = []
  const failing = [true, true, true, false, true, false]
  run(
    loop('now and then', async () => {
      at.push(clock.now() / 1000)
      if (failing[at.length - 1] === true) throw new Error('busy')
    }),
  )
  await clock.pass(70_000)
  // After failures 5 + 5, 5 + 10, 5 + 20; after a success 5; after the next failure 5 + 5 again.
  expect(at.slice(0, 6)).toEqual([0, 10, 25, 50, 55, 65])
})

test('a loop is never ticked twice at a time', async () => {
  let open = 0
  run(
    loop('slow', async (signal) => {
      expect(++open).toBe(1)
      await clock.sleep(12_000, signal)
      open--
    }),
  )
  await clock.pass(60_000)
  // 0, 17, 34, 51 s; the last of them ends at 63 s.
  expect(ticks).toEqual(['slow done', 'slow done', 'slow done'])
})

test('a leader that is no longer one breaks off its ticks at once', async () => {
  let broken = false
  run(
    loop('long', async (signal) => {
      await clock.sleep(3_600_000, signal)
      broken = signal.aborted
    }),
  )
  await clock.pass(0)
  server.put(LEASES, held('b'))
  await clock.pass(2_000)
  expect(broken).toBe(true)
  expect(leading).toEqual([true, false])
  expect(said('no longer leading')).toMatchObject([{ identity: 'a', why: 'held by b' }])
  expect(ticks).toEqual([])
})

test('when it stops, the lease is handed over', async () => {
  run(loop('one'))
  await clock.pass(0)
  stop.abort()
  await clock.pass(0)
  await running
  expect(server.stored(LEASES, 'slackwater', NAMESPACE)?.['spec']).toMatchObject({ holderIdentity: '' })
  expect(leading).toEqual([true, false])
})

describe('a lease that cannot be had', () => {
  test.for<[number, RegExp]>([
    [
      403,
      /^no permission for Lease slackwater-system\/slackwater \(get, create, update\): only admission is answered/,
    ],
    [404, /^no namespace slackwater-system: create it, or set ownNamespace/],
  ])('%s is said once in ten minutes, and taken up when it can', async ([status, words]) => {
    server.refused.set(`POST ${LEASE.replace(/.slackwater$/, '')}`, status)
    run(loop('one'))
    await clock.pass(9 * 60_000)
    expect(said('leader election').map(({ problem }) => problem)).toEqual([expect.stringMatching(words)])
    expect(ticks).toEqual([])
    server.refused.clear()
    await clock.pass(60_000)
    expect(leading).toEqual([true])
  })

  test('an API server that is away is said once for each way it fails', async () => {
    server.refused.set(LEASE, 503)
    run(loop('one'))
    await clock.pass(60_000)
    expect(said('leader election')).toHaveLength(1)
    expect(leading).toEqual([])
  })
})

test('no two processes have the same identity', () => {
  expect(ownIdentity()).not.toBe(ownIdentity())
  expect(ownIdentity()).toMatch(/^.+_[0-9a-f]{8}$/)
})
