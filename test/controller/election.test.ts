import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ApiServer } from '../../src/cluster/api-server.ts'
import { standForElection } from '../../src/controller/election.ts'
import { createLease } from '../../src/controller/lease.ts'
import { type Clock, microTime } from '../../src/pacing/clock.ts'
import { apiAt, FakeApiServer, type FakeObject, LEASES } from '../cluster/fake-api-server.ts'
import { FakeClock, Traffic } from './fake-clock.ts'

/** client-go's numbers, as the issue of every election: milliseconds. */
const LEASE = 15_000
const DEADLINE = 10_000
const RETRY = 2_000
/** A candidate looks every 2 s to 2 × (1 + 1.2) s. */
const LONGEST_RETRY = 4_400

const NAMESPACE = 'slackwater-system'

let server: FakeApiServer
let api: ApiServer
let traffic: Traffic
let clock: FakeClock
let replicas: Replica[]

beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(LEASES)
  traffic = new Traffic()
  api = apiAt(await server.start())
  clock = new FakeClock(() => traffic.settled())
  replicas = []
})
afterEach(async () => {
  for (const replica of replicas) replica.kill()
  await clock.pass(0)
  await server.stop()
})

/** Stands for election; every moment at which two lead at once fails the test. */
class Replica {
  readonly #stop = new AbortController()
  readonly name: string
  readonly problems: string[] = []
  readonly ended: string[] = []
  leads = false
  /** The signal of the term, so that a test sees when the work had to end. */
  term: AbortSignal | undefined
  /** Requests that are sent now never arrive. */
  isCutOff = false
  /** Answers to what was written come so late, milliseconds. */
  lateness = 0
  /** How long the work goes on after it should have ended, milliseconds. */
  lingers = 0
  readonly running: Promise<void>

  constructor(
    name: string,
    { time = clock, random = () => 0.5 }: { time?: Clock; random?: () => number } = {},
  ) {
    this.name = name
    replicas.push(this)
    const lease = createLease({
      api: this.#through(traffic.through(api)),
      namespace: NAMESPACE,
      name: 'slackwater',
      identity: name,
      clock: time,
    })
    this.running = standForElection(
      {
        lease,
        clock: time,
        random,
        lead: (signal) => this.#work(signal),
        onElected: () => {
          expect(replicas.filter(({ leads }) => leads)).toEqual([])
          this.leads = true
        },
        onEnded: (why) => {
          this.leads = false
          this.ended.push(why)
        },
        onProblem: (error) => this.problems.push(error instanceof Error ? error.message : String(error)),
      },
      this.#stop.signal,
    )
  }

  #work(signal: AbortSignal): Promise<void> {
    this.term = signal
    return new Promise((resolve) =>
      signal.addEventListener('abort', () =>
        resolve(clock.sleep(this.lingers, new AbortController().signal)),
      ),
    )
  }

  /** A connection over which nothing comes any more: no refusal either. */
  #through(inner: ApiServer): ApiServer {
    const never = () => new Promise<never>(() => undefined)
    return {
      get: (...args) => (this.isCutOff ? never() : inner.get(...args)),
      send: async (...args) => {
        const answer = await (this.isCutOff ? never() : inner.send(...args))
        await clock.sleep(this.lateness, new AbortController().signal)
        return answer
      },
    }
  }

  /** As SIGTERM does. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await clock.pass(0)
    await this.running
  }

  /** As SIGKILL does: no word to anybody. */
  kill(): void {
    this.isCutOff = true
    this.leads = false
    this.#stop.abort()
  }
}

const stored = () => server.stored(LEASES, 'slackwater', NAMESPACE)
const spec = () => stored()?.['spec'] as Readonly<Record<string, unknown>>
const leaders = () => replicas.filter(({ leads }) => leads).map(({ name }) => name)

test('a time of the API has six digits of the second', () => {
  expect(microTime(new Date('2026-01-02T03:04:05.678Z'))).toBe('2026-01-02T03:04:05.678000Z')
})

describe('one candidate', () => {
  test('makes the lease where there is none, and leads', async () => {
    new Replica('a')
    await clock.pass(0)
    expect(leaders()).toEqual(['a'])
    expect(stored()).toMatchObject({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' })
    expect(spec()).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    })
  })

  test('renews it every 2 s by one request each, over the version that it wrote', async () => {
    new Replica('a')
    await clock.pass(0)
    const reads = server.asked.length
    await clock.pass(10 * RETRY)
    expect(server.writes.filter(({ method }) => method === 'PUT')).toHaveLength(10)
    expect(server.asked).toHaveLength(reads)
    expect(spec()).toMatchObject({
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:20.000000Z',
      leaseTransitions: 0,
    })
    expect(leaders()).toEqual(['a'])
  })

  test('hands it over when it stops: no holder, over at once, the transitions kept', async () => {
    const a = new Replica('a')
    await clock.pass(0)
    await a.stop()
    expect(spec()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 0 })
    expect(a.term?.aborted).toBe(true)
    expect(leaders()).toEqual([])
  })

  test('what other people keep in the lease stays', async () => {
    server.put(LEASES, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'slackwater', namespace: NAMESPACE, labels: { team: 'platform' } },
      spec: { leaseTransitions: 6 },
    })
    new Replica('a')
    await clock.pass(0)
    expect(stored()?.metadata['labels']).toEqual({ team: 'platform' })
    expect(spec()).toMatchObject({ holderIdentity: 'a', leaseTransitions: 7 })
  })
})

describe('two replicas', () => {
  test('one leads, however long', async () => {
    new Replica('a')
    new Replica('b')
    await clock.pass(5 * 60_000)
    expect(leaders()).toHaveLength(1)
    expect(spec()['leaseTransitions']).toBe(0)
  })

  test.for([0, 0.25, 0.5, 0.999])(
    'the leader is killed: the other waits out the lease (chance %s)',
    async (chance) => {
      const a = new Replica('a')
      await clock.pass(0)
      new Replica('b', { random: () => chance })
      await clock.pass(60_000)
      a.kill()
      const took = await clock.passUntil(() => leaders().includes('b'), 60_000)
      // Never before 15 s after the last renewal, which was at most one retry period ago; at the latest 15 s after b
      // saw that renewal, which took one look, and with the look after that.
      expect(took).toBeGreaterThanOrEqual(LEASE - RETRY)
      expect(took).toBeLessThanOrEqual(LEASE + 2 * LONGEST_RETRY)
      expect(spec()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 })
    },
  )

  test('the leader leaves: the other follows within one look', async () => {
    const a = new Replica('a')
    await clock.pass(0)
    new Replica('b')
    await clock.pass(60_000)
    await a.stop()
    const took = await clock.passUntil(() => leaders().includes('b'), 60_000)
    expect(took).toBeLessThanOrEqual(LONGEST_RETRY)
    expect(spec()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 })
  })

  test.for([-3_600_000, 3_600_000, 40 * 365 * 86_400_000])(
    'a clock that is wrong by %s ms changes nothing',
    async (by) => {
      new Replica('a', { time: clock.skewed(by) })
      await clock.pass(0)
      const b = new Replica('b')
      await clock.pass(10 * 60_000)
      expect(leaders()).toEqual(['a'])
      expect(b.problems).toEqual([])
    },
  )

  test('a leader that is cut off leads no more after 10 s, before the other does', async () => {
    const a = new Replica('a')
    await clock.pass(0)
    new Replica('b')
    await clock.pass(60_000)
    a.isCutOff = true
    const stepped = await clock.passUntil(() => a.term?.aborted === true, 60_000)
    expect(stepped).toBeLessThanOrEqual(DEADLINE)
    expect(stepped).toBeGreaterThanOrEqual(DEADLINE - RETRY)
    expect(leaders()).toEqual([])
    expect(a.ended).toEqual(['not renewed for 10 s'])
    await clock.passUntil(() => leaders().includes('b'), 60_000)
    expect(leaders()).toEqual(['b'])
  })

  test('a leader whose answers come late counts from its requests, as the others may', async () => {
    const a = new Replica('a')
    await clock.pass(0)
    a.lateness = 4_900
    await clock.pass(60_000)
    const renewals = server.writes.length
    await clock.passUntil(() => server.writes.length > renewals, 60_000)
    a.isCutOff = true
    await clock.passUntil(() => a.term?.aborted === true, 60_000)
    expect(clock.date().getTime() - Date.parse(String(spec()['renewTime']))).toBeLessThanOrEqual(DEADLINE)
  })

  test('the lease is not handed over before the work has ended', async () => {
    const a = new Replica('a')
    a.lingers = 3_000
    await clock.pass(0)
    const stopping = a.stop()
    await clock.pass(2_900)
    expect(spec()).toMatchObject({ holderIdentity: 'a' })
    await clock.pass(100)
    await stopping
    expect(spec()).toMatchObject({ holderIdentity: '' })
  })

  test('one that comes back after it was cut off is a candidate again', async () => {
    const a = new Replica('a')
    await clock.pass(0)
    const b = new Replica('b')
    await clock.pass(60_000)
    a.isCutOff = true
    await clock.pass(60_000)
    a.isCutOff = false
    await clock.pass(60_000)
    expect(leaders()).toEqual(['b'])
    await b.stop()
    await clock.pass(LONGEST_RETRY)
    expect(leaders()).toEqual(['a'])
    expect(spec()).toMatchObject({ holderIdentity: 'a', leaseTransitions: 2 })
  })
})

describe('the API server', () => {
  const lease = `${LEASES.replace('/leases', '')}/namespaces/${NAMESPACE}/leases/slackwater`

  test.for([500, 503, 429, 403])('answers %s for 7 s: the leader goes on', async (status) => {
    const a = new Replica('a')
    await clock.pass(0)
    server.refused.set(lease, status)
    await clock.pass(7_000)
    expect(leaders()).toEqual(['a'])
    server.refused.clear()
    await clock.pass(60_000)
    expect(leaders()).toEqual(['a'])
    expect(a.ended).toEqual([])
  })

  test('answers badly for longer: the leader steps down before 15 s, and leads again when all is well', async () => {
    const a = new Replica('a')
    await clock.pass(0)
    server.refused.set(lease, 503)
    await clock.pass(DEADLINE)
    expect(leaders()).toEqual([])
    expect(a.problems).toContain('503: refused')
    await clock.pass(60_000)
    server.refused.clear()
    await clock.pass(LONGEST_RETRY)
    expect(leaders()).toEqual(['a'])
  })

  test('an answer that never comes is not waited for beyond half the deadline: a second attempt is made', async () => {
    const a = new Replica('a')
    await clock.pass(0)
    a.isCutOff = true
    await clock.pass(RETRY + 4_999)
    a.isCutOff = false
    await clock.pass(2 * RETRY + 1)
    expect(a.problems).toEqual(['no answer within 5 s'])
    expect(leaders()).toEqual(['a'])
    expect(a.ended).toEqual([])
  })

  test.for<[string, number]>([
    ['no namespace', 404],
    ['no right to create', 403],
  ])('%s: said, tried again ever more seldom, and taken up when it is there', async ([, status]) => {
    const all = lease.replace(/.slackwater$/, '')
    server.refused.set(`POST ${all}`, status)
    const a = new Replica('a', { random: () => 0 })
    await clock.pass(10 * 60_000)
    expect(new Set(a.problems)).toEqual(new Set([`${status}: refused`]))
    // 2 + 4 + 8 + 16 + 32 s, then one a minute.
    expect(a.problems).toHaveLength(1 + 5 + Math.floor((600 - 62) / 60))
    server.refused.clear()
    await clock.pass(60_000)
    expect(leaders()).toEqual(['a'])
  })
})

describe('a lease that was edited by hand', () => {
  const edit = (change: FakeObject['metadata'] | object) => {
    const { metadata, ...rest } = stored() as FakeObject
    server.put(LEASES, { metadata, ...rest, ...change })
  }

  test('another holder was written over the leader: it steps down at once', async () => {
    const a = new Replica('a')
    await clock.pass(0)
    edit({ spec: { ...spec(), holderIdentity: 'somebody' } })
    await clock.pass(RETRY)
    expect(a.ended).toEqual(['held by somebody'])
    await clock.pass(LEASE + LONGEST_RETRY)
    expect(leaders()).toEqual(['a'])
  })

  test.for<[string, object]>([
    ['no holder', { spec: { holderIdentity: '', leaseDurationSeconds: 15 } }],
    ['no fields', { spec: {} }],
    ['no spec', { spec: undefined }],
    [
      'rubbish',
      {
        spec: {
          holderIdentity: 7,
          leaseDurationSeconds: 'long',
          acquireTime: 'then',
          renewTime: [],
          leaseTransitions: -1,
        },
      },
    ],
  ])('%s: the leader writes it anew and goes on', async ([, change]) => {
    const a = new Replica('a')
    await clock.pass(0)
    edit(change)
    await clock.pass(RETRY)
    expect(leaders()).toEqual(['a'])
    expect(a.ended).toEqual([])
    expect(spec()).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15 })
    expect(spec()['acquireTime']).toMatch(/^\d{4}-.*\.\d{6}Z$/)
  })

  test('it was deleted: the leader makes it again', async () => {
    new Replica('a')
    await clock.pass(0)
    server.remove(LEASES, 'slackwater', NAMESPACE)
    await clock.pass(RETRY)
    expect(leaders()).toEqual(['a'])
    expect(spec()).toMatchObject({ holderIdentity: 'a' })
  })

  // 15 s at least, since that is what a living leader counts on; 60 s at most, or nobody would ever lead again.
  test.for<[unknown, number]>([
    [undefined, 15_000],
    [1, 15_000],
    [0, 15_000],
    [-5, 15_000],
    ['garbage', 15_000],
    [30, 30_000],
    [1_000_000, 60_000],
  ])('a dead holder with a duration of %s is waited for', async ([duration, wait]) => {
    server.put(LEASES, {
      metadata: { name: 'slackwater', namespace: NAMESPACE },
      spec: { holderIdentity: 'gone', leaseDurationSeconds: duration, renewTime: 'never' },
    })
    new Replica('b', { random: () => 0 })
    const took = await clock.passUntil(() => leaders().includes('b'), 120_000)
    expect(took).toBeGreaterThanOrEqual(wait)
    expect(took).toBeLessThanOrEqual(wait + RETRY)
  })
})
