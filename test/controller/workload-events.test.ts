import { beforeEach, describe, expect, test } from 'vitest'
import type { ObjectEvent } from '../../src/controller/events.ts'
import type { StoredNews } from '../../src/controller/stored-news.ts'
import {
  createWorkloadEvents,
  type WorkloadEvents,
  type WorkloadNews,
} from '../../src/controller/workload-events.ts'
import type { LiveFacts, WorkloadSummary } from '../../src/core/model/workload.ts'
import { knowing } from '../admission/world.ts'
import { FakeClock } from './fake-clock.ts'

const WEB = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const live = {
  uid: 'uid-1',
  created: 0,
  rolledOut: false,
  templateLabels: {},
  recorded: true,
  paused: false,
  unhooked: false,
  unready: false,
  adopted: false,
}
const protectedNews: WorkloadNews = { ref: WEB, reason: 'Protected' }
const wouldNews: WorkloadNews = { ref: WEB, reason: 'WouldProtect' }
const regarding = { apiVersion: 'apps/v1', ...WEB, uid: 'uid-1' }

let clock: FakeClock
let told: ObjectEvent[]
let dropped: number
/** What a read of the stored object gives: what it shows, or why it cannot be read. */
let shown: StoredNews['reason'] | Error
let reads: number
let failed: unknown[]
let workloads: WorkloadEvents
let stored: LiveFacts | undefined

beforeEach(() => {
  clock = new FakeClock(() => new Promise((resolve) => setImmediate(resolve)))
  told = []
  dropped = 0
  shown = 'Protected'
  reads = 0
  failed = []
  stored = undefined
  const { inventory } = knowing()
  const summary = (): WorkloadSummary =>
    ({ ref: WEB, ...(stored === undefined ? {} : { live: stored }) }) as WorkloadSummary
  workloads = createWorkloadEvents({
    inventory: { ...inventory, workload: ({ name }) => (name.startsWith('web') ? summary() : undefined) },
    events: { record: (event) => told.push(event), flush: () => Promise.resolve() },
    clock,
    read: async ({ ref }) => {
      reads++
      if (shown instanceof Error) throw shown
      return { regarding: { ...regarding, ...ref }, reason: shown, note: `read ${reads}` }
    },
    onDropped: () => dropped++,
    onFailure: (ref, error) => failed.push([ref, error]),
  })
  void workloads.run(new AbortController().signal)
})

test('an object that is stored gets its Event, with its uid', async () => {
  workloads.tell(protectedNews)
  stored = live
  await clock.pass(2_000)
  expect(told).toEqual([
    {
      regarding,
      type: 'Normal',
      reason: 'Protected',
      action: 'Inject',
      note: 'read 1',
    },
  ])
  await clock.pass(60_000)
  expect(told).toHaveLength(1)
})

test('a controller that is down is a warning of its own, beside the other Event', async () => {
  stored = live
  workloads.tell(protectedNews)
  workloads.tell({ ref: WEB, reason: 'ControllerNotReady' })
  await clock.pass(2_000)
  expect(told.map(({ reason }) => reason)).toEqual(['Protected'])
  shown = 'ControllerNotReady'
  await clock.pass(2_000)
  expect(told.slice(1)).toEqual([
    { regarding, type: 'Warning', reason: 'ControllerNotReady', action: 'Report', note: 'read 3' },
  ])
})

test('one that is stored late gets it late; one that never is gets none', async () => {
  workloads.tell(protectedNews)
  workloads.tell({ ...protectedNews, ref: { ...WEB, name: 'refused' } })
  await clock.pass(20_000)
  expect(told).toEqual([])
  stored = live
  await clock.pass(2_000)
  expect(told).toHaveLength(1)
  workloads.tell(protectedNews)
  stored = undefined
  await clock.pass(32_000)
  stored = live
  await clock.pass(60_000)
  expect(told).toHaveLength(1)
})

test('the inventory is given time to hear of the object', async () => {
  stored = live
  await clock.pass(1_900)
  workloads.tell(protectedNews)
  await clock.pass(200)
  expect(told).toEqual([])
  await clock.pass(2_000)
  expect(told).toHaveLength(1)
})

test('an object that is changed again and again is told all the same', async () => {
  stored = live
  // Each change comes within the 2 s that the inventory is given.
  for (let change = 0; change < 5; change++) {
    workloads.tell(protectedNews)
    await clock.pass(1_000)
  }
  expect(told.length).toBeGreaterThan(0)
})

describe('an update that was refused later', () => {
  test('is not told as done: the stored template bears no record', async () => {
    stored = { ...live, recorded: false }
    workloads.tell(protectedNews)
    await clock.pass(60_000)
    expect(told).toEqual([])
  })

  test('a dry run needs no record', async () => {
    stored = { ...live, recorded: false }
    shown = 'WouldProtect'
    workloads.tell(wouldNews)
    await clock.pass(4_000)
    expect(told.map(({ reason, action }) => [reason, action])).toEqual([['WouldProtect', 'DryRun']])
  })
})

describe('what is told is read of the stored object', () => {
  test('which no request reaches: without it being seen nothing is read', async () => {
    workloads.tell(protectedNews)
    await clock.pass(60_000)
    expect([reads, told]).toEqual([0, []])
  })

  test('one that shows something else than was answered is read again, until it is too late', async () => {
    stored = live
    shown = 'WouldProtect'
    workloads.tell(protectedNews)
    await clock.pass(10_000)
    expect(told).toEqual([])
    expect(reads).toBeGreaterThan(1)
    shown = 'Protected'
    await clock.pass(2_000)
    expect(told).toHaveLength(1)
  })

  test('one that cannot be read is given up', async () => {
    stored = live
    shown = new Error('forbidden')
    workloads.tell(protectedNews)
    await clock.pass(60_000)
    expect([reads, told, failed]).toEqual([1, [], [[WEB, shown]]])
  })

  test('ten at once, then five in a second, however many requests come; none is forgotten', async () => {
    stored = live
    for (let i = 0; i < 100; i++) workloads.tell({ ...protectedNews, ref: { ...WEB, name: `web-${i}` } })
    await clock.pass(2_000)
    expect(reads).toBe(10)
    await clock.pass(4_000)
    // Ten in each look of 2 s.
    expect(reads).toBe(30)
    await clock.pass(60_000)
    expect(told).toHaveLength(100)
  })
})

test('no more than 1000 wait; the rest is counted', async () => {
  for (let i = 0; i < 1_200; i++) workloads.tell({ ...protectedNews, ref: { ...WEB, name: `web-${i}` } })
  expect(dropped).toBe(200)
})

describe('one namespace keeps no other waiting', () => {
  const ofShop = (i: number): WorkloadNews => ({ ...protectedNews, ref: { ...WEB, name: `web-${i}` } })
  const ofMall: WorkloadNews = { ...protectedNews, ref: { ...WEB, namespace: 'mall' } }

  test('a neighbor’s is read in the same look', async () => {
    stored = live
    for (let i = 0; i < 100; i++) workloads.tell(ofShop(i))
    workloads.tell(ofMall)
    await clock.pass(2_000)
    expect(told.map(({ regarding: { namespace } }) => namespace).filter((one) => one === 'mall')).toEqual([
      'mall',
    ])
    expect(reads).toBe(10)
  })

  test('nor do as many namespaces as are read in one look: who had none is the next', async () => {
    stored = live
    for (let i = 0; i < 200; i++)
      workloads.tell({ ...protectedNews, ref: { ...WEB, namespace: `n-${i % 10}`, name: `web-${i}` } })
    workloads.tell(ofMall)
    await clock.pass(4_000)
    expect(told[10]?.regarding.namespace).toBe('mall')
  })

  test('where no more may wait, one of the many gives way, and is counted', async () => {
    stored = live
    for (let i = 0; i < 1_000; i++) workloads.tell(ofShop(i))
    workloads.tell(ofMall)
    expect(dropped).toBe(1)
    await clock.pass(4_000)
    expect(told.some(({ regarding: { namespace } }) => namespace === 'mall')).toBe(true)
  })
})
