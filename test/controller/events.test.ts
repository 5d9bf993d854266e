import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEventRecorder, type EventOutcome } from '../../src/controller/event-recorder.ts'
import type { EventRecorder, ObjectEvent } from '../../src/controller/events.ts'
import { apiAt, EVENTS, FakeApiServer, type FakeObject } from '../cluster/fake-api-server.ts'
import { FakeClock, Traffic } from './fake-clock.ts'

const MINUTE = 60_000
const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'uid-1' }
const event: ObjectEvent = {
  regarding: web,
  type: 'Normal',
  reason: 'Adopted',
  action: 'Adopt',
  note: 'rolled out once, so that its pods are protected',
}

let server: FakeApiServer
let port: number
let traffic: Traffic
let clock: FakeClock
let stop: AbortController
let outcomes: EventOutcome[]
let failures: string[]

beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(EVENTS)
  port = await server.start()
  traffic = new Traffic()
  clock = new FakeClock(() => traffic.settled())
  stop = new AbortController()
  outcomes = []
  failures = []
})
afterEach(async () => {
  stop.abort()
  await server.stop().catch(() => undefined)
})

const recorder = (instance = 'slackwater-1'): EventRecorder =>
  createEventRecorder({
    api: traffic.through(apiAt(port)),
    clock,
    random: () => 0,
    instance,
    signal: stop.signal,
    onOutcome: (outcome) => outcomes.push(outcome),
    onFailure: ({ reason }, error) =>
      failures.push(`${reason}: ${error instanceof Error ? error.message : error}`),
  })

const created = () =>
  server.writes
    .filter(({ method }) => method === 'POST')
    .map(({ path, body }) => ({ path, body: body as FakeObject }))
const raised = () =>
  server.writes
    .filter(({ method, body }) => method === 'PATCH' && JSON.stringify(body) !== '{}')
    .map(({ body }) => body)

test('an Event has what the API server demands', async () => {
  recorder().record(event)
  await clock.pass(0)
  const [{ path, body } = { path: '', body: { metadata: { name: '' } } }] = created()
  expect(path).toBe('/apis/events.k8s.io/v1/namespaces/shop/events')
  expect(body).toEqual({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: expect.stringMatching(/^web\.[0-9a-f]{16}$/), namespace: 'shop' },
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingController: 'slackwater',
    reportingInstance: 'slackwater-1',
    type: 'Normal',
    reason: 'Adopted',
    action: 'Adopt',
    regarding: web,
    note: event.note,
  })
  expect(outcomes).toEqual(['created'])
})

test('about a Namespace: kept in default, and regarding has no namespace', async () => {
  const shop = { apiVersion: 'v1', kind: 'Namespace', namespace: '', name: 'shop', uid: 'uid-2' }
  recorder().record({ ...event, regarding: shop })
  await clock.pass(0)
  expect(created()[0]?.path).toBe('/apis/events.k8s.io/v1/namespaces/default/events')
  expect(created()[0]?.body['regarding']).toEqual({
    apiVersion: 'v1',
    kind: 'Namespace',
    name: 'shop',
    uid: 'uid-2',
  })
})

// Limits: pkg/apis/core/validation/events.go (bytes), names: DNS subdomains of 253 characters.
describe('limits', () => {
  test.for<[string, string]>([
    ['ASCII', 'n'.repeat(5_000)],
    ['three bytes each', '…'.repeat(2_000)],
    ['four bytes each', '🌊'.repeat(2_000)],
    ['one more than fits', 'n'.repeat(1_025)],
  ])('a long note of %s is cut within 1024 bytes, between characters', async ([, note]) => {
    recorder().record({ ...event, note })
    await clock.pass(0)
    const sent = String(created()[0]?.body['note'])
    expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(1024)
    expect(Buffer.byteLength(sent)).toBeGreaterThan(1024 - 4)
    expect(sent.endsWith('…')).toBe(true)
    expect(sent.isWellFormed()).toBe(true)
    expect(note.startsWith(sent.slice(0, -1))).toBe(true)
  })

  test('a note with what a terminal would obey shows it, and keeps within its bytes', async () => {
    recorder().record({ ...event, note: 'Ingress \u001b[2J\u202e\nshop' })
    await clock.pass(0)
    expect(created()[0]?.body['note']).toBe('Ingress \\x1b[2J\\u202e\\nshop')
    recorder().record({ ...event, note: '\u0001'.repeat(1_024) })
    await clock.pass(0)
    expect(Buffer.byteLength(String(created()[1]?.body['note']))).toBeLessThanOrEqual(1_024)
  })

  test('a note of just 1024 bytes stays whole', async () => {
    const note = 'n'.repeat(1_024)
    recorder().record({ ...event, note })
    await clock.pass(0)
    expect(created()[0]?.body['note']).toBe(note)
  })

  test.for(['a'.repeat(253), `${'a'.repeat(235)}.-.${'b'.repeat(15)}`, 'system:node', '---', 'Ü'])(
    'the object name %s gives a name of a DNS subdomain',
    async (name) => {
      recorder('i'.repeat(300)).record({ ...event, regarding: { ...web, name } })
      await clock.pass(0)
      const { metadata, reportingInstance } = created()[0]?.body ?? { metadata: { name: '' } }
      expect(metadata.name.length).toBeLessThanOrEqual(253)
      expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/)
      expect(Buffer.byteLength(String(reportingInstance))).toBeLessThanOrEqual(128)
    },
  )
})

describe('what says the same is one Event', () => {
  test('within half an hour nothing is sent; then the count is raised by what was said meanwhile', async () => {
    const events = recorder()
    for (let minute = 0; minute <= 30; minute++) {
      events.record(event)
      await clock.pass(MINUTE)
    }
    expect(created()).toHaveLength(1)
    // Said at minutes 0 to 30: 31 times.
    expect(raised()).toEqual([{ series: { count: 31, lastObservedTime: '2026-01-01T00:30:00.000000Z' } }])
    expect(outcomes.filter((outcome) => outcome === 'folded')).toHaveLength(29)
  })

  test.for<[string, Partial<ObjectEvent>]>([
    ['another note', { note: 'something else' }],
    ['another reason', { reason: 'NotAdopted' }],
    ['another type', { type: 'Warning' }],
    ['another object of the name', { regarding: { ...web, uid: 'uid-9' } }],
  ])('%s is another Event', async ([, change]) => {
    const events = recorder()
    events.record(event)
    events.record({ ...event, ...change })
    await clock.pass(MINUTE)
    expect(outcomes).toEqual(['created', 'created'])
    expect(new Set(created().map(({ body }) => body.metadata.name)).size).toBe(2)
  })

  test('another replica finds it there, and leaves it alone while it is young', async () => {
    recorder('one').record(event)
    await clock.pass(MINUTE)
    const other = recorder('two')
    other.record(event)
    await clock.pass(MINUTE)
    expect(raised()).toEqual([])
    expect(outcomes).toEqual(['created', 'folded'])
    // 29 minutes after it came to know it, the Event is half an hour old.
    await clock.pass(28 * MINUTE)
    other.record(event)
    await clock.pass(MINUTE)
    expect(raised()).toEqual([{ series: { count: 3, lastObservedTime: '2026-01-01T00:30:00.000000Z' } }])
  })

  test('after a restart the count goes on from where it was', async () => {
    recorder().record(event)
    await clock.pass(40 * MINUTE)
    recorder().record(event)
    await clock.pass(40 * MINUTE)
    recorder().record(event)
    await clock.pass(0)
    expect(raised()).toEqual([
      { series: { count: 2, lastObservedTime: '2026-01-01T00:40:00.000000Z' } },
      { series: { count: 3, lastObservedTime: '2026-01-01T01:20:00.000000Z' } },
    ])
    expect(outcomes).toEqual(['created', 'repeated', 'repeated'])
  })

  test('one that has expired meanwhile is made anew', async () => {
    const events = recorder()
    events.record(event)
    await clock.pass(40 * MINUTE)
    server.remove(EVENTS, String(created()[0]?.body.metadata.name), 'shop')
    events.record(event)
    await clock.pass(0)
    expect(outcomes).toEqual(['created', 'created'])
  })
})

describe('too many', () => {
  const about = (i: number): ObjectEvent => ({
    ...event,
    regarding: { ...web, name: `web-${i}`, uid: `uid-${i}` },
  })

  test('ten at once, then five a second', async () => {
    const events = recorder()
    for (let i = 0; i < 100; i++) events.record(about(i))
    await clock.pass(0)
    expect(created()).toHaveLength(10)
    await clock.pass(1_000)
    expect(created()).toHaveLength(15)
    await clock.pass(17_000)
    expect(created()).toHaveLength(100)
    expect(new Set(outcomes)).toEqual(new Set(['created']))
  })

  test('no more than 1000 wait; the rest is dropped, and counted', async () => {
    const events = recorder()
    for (let i = 0; i < 1_500; i++) events.record(about(i))
    expect(outcomes).toEqual(Array(500).fill('dropped'))
  })

  describe('of one namespace', () => {
    const inMall = (i: number): ObjectEvent => ({
      ...event,
      regarding: { ...web, namespace: 'mall', name: `web-${i}`, uid: `mall-${i}` },
    })
    const order = () => created().map(({ body }) => `${body.metadata.namespace}/${body.metadata.name}`)
    const within = (names: readonly string[], namespace: string) =>
      names.filter((name) => name.startsWith(`${namespace}/`)).length

    test('a neighbor’s is the next to be sent, and then every other', async () => {
      const events = recorder()
      for (let i = 0; i < 100; i++) events.record(about(i))
      for (let i = 0; i < 4; i++) events.record(inMall(i))
      await clock.pass(0)
      // Ten at once: shop and mall in turns while mall has any, then shop.
      expect([within(order(), 'mall'), within(order(), 'shop')]).toEqual([4, 6])
      expect(order()[1]).toMatch(/^mall\/web-0\./)
    })

    test('where no more may wait, one of the many gives way to a neighbor’s; it may be said again', async () => {
      const events = recorder()
      for (let i = 0; i < 1_000; i++) events.record(about(i))
      for (let i = 0; i < 3; i++) events.record(inMall(i))
      expect(outcomes).toEqual(['dropped', 'dropped', 'dropped'])
      await clock.pass(5 * MINUTE)
      expect([within(order(), 'mall'), within(order(), 'shop')]).toEqual([3, 997])
      // The oldest of those with the most gave way.
      const missing = [0, 1, 2, 3].filter((i) => !order().some((name) => name.startsWith(`shop/web-${i}.`)))
      expect(missing).toEqual([0, 1, 2])
      events.record(about(0))
      await clock.pass(MINUTE)
      expect(order()).toHaveLength(1_001)
    })

    test('each has its half of what may wait, and who says more loses of its own', async () => {
      const events = recorder()
      for (let i = 0; i < 1_000; i++) events.record(about(i))
      for (let i = 0; i < 800; i++) events.record(inMall(i))
      await clock.pass(5 * MINUTE)
      expect([within(order(), 'mall'), within(order(), 'shop')]).toEqual([500, 500])
    })

    test('of as many namespaces as may wait, a further one makes none give way', async () => {
      const events = recorder()
      const of = (i: number) => ({ ...event, regarding: { ...web, namespace: `n-${i}`, uid: `${i}` } })
      for (let i = 0; i < 1_001; i++) events.record(of(i))
      expect(outcomes).toEqual(['dropped'])
      await clock.pass(5 * MINUTE)
      expect([within(order(), 'n-0'), within(order(), 'n-999'), within(order(), 'n-1000')]).toEqual([1, 1, 0])
    })
  })

  test('about one object: 25, then one in five minutes', async () => {
    const events = recorder()
    for (let i = 0; i < 40; i++) events.record({ ...event, note: `${i}` })
    await clock.pass(MINUTE)
    expect(created()).toHaveLength(25)
    events.record({ ...event, note: 'later' })
    await clock.pass(4 * MINUTE)
    events.record({ ...event, note: 'later still' })
    events.record({ ...event, note: 'and again' })
    await clock.pass(MINUTE)
    expect(created()).toHaveLength(26)
  })
})

describe('failures', () => {
  const path = '/apis/events.k8s.io/v1/namespaces/shop/events'

  test.for([500, 503, 429])('%s is tried three times, then given up', async (status) => {
    server.refused.set(path, status)
    recorder().record(event)
    await clock.pass(MINUTE)
    expect(created()).toHaveLength(3)
    expect(outcomes).toEqual(['failed'])
    expect(failures).toEqual([`Adopted: ${status}: refused`])
  })

  test.for([403, 404, 422])('%s is tried once: it would be the same again', async (status) => {
    server.refused.set(path, status)
    recorder().record(event)
    await clock.pass(MINUTE)
    expect(created()).toHaveLength(1)
    expect(outcomes).toEqual(['failed'])
  })

  test('an API server that is away is tried again, and what waits is sent when it is back', async () => {
    await server.stop()
    const events = recorder()
    events.record(event)
    await clock.pass(500)
    await server.start(port)
    await clock.pass(MINUTE)
    expect(outcomes).toEqual(['created'])
  })

  test('one that was given up is said again when it is recorded again', async () => {
    server.refused.set(path, 403)
    const events = recorder()
    events.record(event)
    await clock.pass(MINUTE)
    server.refused.clear()
    events.record(event)
    await clock.pass(MINUTE)
    expect(outcomes).toEqual(['failed', 'created'])
  })

  test('flush ends when everything is sent; the end of the process drops what waits', async () => {
    const events = recorder()
    events.record(event)
    const flushed = events.flush()
    await clock.pass(0)
    await flushed
    expect(outcomes).toEqual(['created'])
    for (let i = 0; i < 20; i++) events.record({ ...event, regarding: { ...web, uid: `${i}` } })
    await clock.pass(0)
    stop.abort()
    await events.flush()
    // Ten at once: one before, nine now.
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(10)
    expect(outcomes.filter((outcome) => outcome === 'dropped')).toHaveLength(11)
    events.record({ ...event, note: 'too late' })
    expect(outcomes.at(-1)).toBe('dropped')
    expect(failures).toEqual([])
  })
})
