import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ApiServer } from '../../src/cluster/api-server.ts'
import { untilDeleted } from '../../src/serve/own-deletion.ts'
import { FakeClock, Traffic } from '../controller/fake-clock.ts'
import { apiAt, FakeApiServer, PODS } from './fake-api-server.ts'

/** Whether a replica notices that its own Pod is being deleted, before its SIGTERM. */

const NAMESPACE = 'slackwater-system'
const DELETED = { deletionTimestamp: '2026-03-02T10:00:00Z' }

const pod = (name: string, further: object = {}) => ({
  metadata: { name, namespace: NAMESPACE, labels: { 'app.kubernetes.io/name': 'slackwater' }, ...further },
})

let server: FakeApiServer
let api: ApiServer
let clock: FakeClock
let ended: boolean | undefined
let stop: AbortController

beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(PODS)
  const traffic = new Traffic()
  clock = new FakeClock(() => traffic.settled())
  stop = new AbortController()
  ended = undefined
  server.put(PODS, pod('one'))
  server.put(PODS, pod('other'))
  api = traffic.through(apiAt(await server.start()))
  void untilDeleted({ api, namespace: NAMESPACE, name: 'one', clock }, stop.signal).then((gone) => {
    ended = gone
  })
})
afterEach(async () => {
  stop.abort()
  await clock.pass(0)
  await server.stop()
})

test('at the next look, at most 2 s later; another one’s deletion is nothing', async () => {
  await clock.pass(2_000)
  server.put(PODS, pod('other', DELETED))
  await clock.pass(10_000)
  expect(ended).toBeUndefined()
  server.put(PODS, pod('one', DELETED))
  await clock.pass(2_000)
  expect(ended).toBe(true)
})

test('not where no Pod has its name: with hostNetwork the host has another', async () => {
  void untilDeleted({ api, namespace: NAMESPACE, name: 'ip-10-0-0-1', clock }, stop.signal).then((gone) => {
    ended = gone
  })
  await clock.pass(10_000)
  expect(ended).toBeUndefined()
})

test('not while the API server fails: nothing is seen then', async () => {
  await clock.pass(2_000)
  server.unserve(PODS)
  await clock.pass(10_000)
  expect(ended).toBeUndefined()
})
