import { beforeEach, describe, expect, test } from 'vitest'
import type { ObjectEvent } from '../../src/controller/events.ts'
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
}
const protectedNews: WorkloadNews = { apiVersion: 'apps/v1', ref: WEB, reason: 'Protected', note: 'did' }
const wouldNews: WorkloadNews = { ...protectedNews, reason: 'WouldProtect', note: 'would' }

let clock: FakeClock
let told: ObjectEvent[]
let dropped: number
let workloads: WorkloadEvents
let stored: LiveFacts | undefined

beforeEach(() => {
  clock = new FakeClock(() => new Promise((resolve) => setImmediate(resolve)))
  told = []
  dropped = 0
  stored = undefined
  const { inventory } = knowing()
  const summary = (): WorkloadSummary =>
    ({ ref: WEB, ...(stored === undefined ? {} : { live: stored }) }) as WorkloadSummary
  workloads = createWorkloadEvents({
    inventory: { ...inventory, workload: ({ name }) => (name === 'web' ? summary() : undefined) },
    events: { record: (event) => told.push(event), flush: () => Promise.resolve() },
    clock,
    onDropped: () => dropped++,
  })
  void workloads.run(new AbortController().signal)
})

test('an object that is stored gets its Event, with its uid', async () => {
  workloads.tell(protectedNews)
  stored = live
  await clock.pass(2_000)
  expect(told).toEqual([
    {
      regarding: { apiVersion: 'apps/v1', ...WEB, uid: 'uid-1' },
      type: 'Normal',
      reason: 'Protected',
      action: 'Inject',
      note: 'did',
    },
  ])
  await clock.pass(60_000)
  expect(told).toHaveLength(1)
})

test('one that is stored late gets it late; one that never is gets none', async () => {
  workloads.tell(protectedNews)
  workloads.tell({ ...protectedNews, ref: { ...WEB, name: 'refused' } })
  await clock.pass(20_000)
  expect(told).toEqual([])
  stored = live
  await clock.pass(2_000)
  expect(told).toHaveLength(1)
  workloads.tell({ ...protectedNews, note: 'again' })
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
    workloads.tell(wouldNews)
    await clock.pass(4_000)
    expect(told.map(({ reason, action }) => [reason, action])).toEqual([['WouldProtect', 'DryRun']])
  })
})

test('the newest of an object is told', async () => {
  stored = live
  workloads.tell({ ...protectedNews, note: 'first' })
  workloads.tell({ ...protectedNews, note: 'second' })
  await clock.pass(4_000)
  expect(told.map(({ note }) => note)).toEqual(['second'])
})

test('no more than 1000 wait; the rest is counted', async () => {
  for (let i = 0; i < 1_200; i++) workloads.tell({ ...protectedNews, ref: { ...WEB, name: `web-${i}` } })
  expect(dropped).toBe(200)
})
