import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Measured } from '../../src/core/model/observed.ts'
import { readMeasurements } from '../../src/kubernetes/observed-document.ts'
import { storeMeasurements } from '../../src/measure/store-measurements.ts'
import { apiAt, FakeApiServer } from '../cluster/fake-api-server.ts'

const CONFIG_MAPS = '/api/v1/configmaps'
const PATH = '/api/v1/namespaces/slackwater-system/configmaps/slackwater-observed'
const AT = Date.UTC(2026, 9, 5)

const arn = (name: string): string =>
  `arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/${name}/73e2d6bc24d8a067`

const entry = (loadBalancer: string, n: number, max: number, targetGroup?: string): Measured => ({
  loadBalancer: `app/${loadBalancer}/50dc6c495c0c9188`,
  ...(targetGroup === undefined ? {} : { targetGroup: arn(targetGroup) }),
  from: AT,
  to: AT + 1000,
  lastRequest: { n, median: 1, p95: 2, max },
})

let server: FakeApiServer
let port: number
beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(CONFIG_MAPS)
  port = await server.start()
})
afterEach(() => server.stop())

const store = (entries: readonly Measured[], isDryRun = false) =>
  storeMeasurements({
    api: apiAt(port),
    namespace: 'slackwater-system',
    found: { measured: AT + 5000, by: 'slackwater measure 1.2.3', entries },
    enough: 20,
    isDryRun,
    signal: AbortSignal.timeout(40_000),
  })

const data = (): Readonly<Record<string, string>> =>
  (server.stored(CONFIG_MAPS, 'slackwater-observed', 'slackwater-system')?.['data'] ?? {}) as never
const stored = () =>
  readMeasurements(data()['measured.json'] ?? '').value?.entries.map(
    ({ loadBalancer, targetGroup, lastRequest }) => [
      (targetGroup ?? loadBalancer).split('/')[1],
      lastRequest?.max,
    ],
  )

test('makes the ConfigMap, with its own field manager and no other key', async () => {
  expect(await store([entry('my-alb', 30, 11)])).toEqual({ ok: true, written: 1, kept: 0, warnings: [] })
  expect(stored()).toEqual([['my-alb', 11]])
  expect(Object.keys(data())).toEqual(['measured.json'])
  const [write] = server.writes
  expect(write).toMatchObject({
    method: 'PATCH',
    contentType: 'application/apply-patch+yaml',
    query: { fieldManager: 'slackwater-measure' },
  })
  // Whoever else wrote the key has a reason: it is not taken over.
  expect(write?.query).not.toHaveProperty('force')
})

test('entries of other load balancers and target groups, and AWS’s answers, stay', async () => {
  await store([entry('old', 30, 9), entry('my-alb', 30, 11), entry('my-alb', 30, 10, 'web')])
  const before = server.stored(CONFIG_MAPS, 'slackwater-observed', 'slackwater-system')
  server.put(CONFIG_MAPS, { ...before, data: { ...data(), 'aws.json': '{}' } } as never)
  expect(await store([entry('my-alb', 40, 12), entry('my-alb', 40, 8, 'api')])).toMatchObject({
    written: 2,
    kept: 2,
  })
  expect(stored()?.toSorted()).toEqual([
    ['api', 8],
    ['my-alb', 12],
    ['old', 9],
    ['web', 10],
  ])
  expect(data()['aws.json']).toBe('{}')
})

test('a measurement of too few departures does not replace one of enough, and is replaced by one', async () => {
  await store([entry('my-alb', 412, 11), entry('small', 3, 2)])
  expect(await store([entry('my-alb', 19, 4)])).toMatchObject({ written: 0, kept: 2 })
  // Few in the ledger, enough in the controller's log.
  const logged = { ...entry('my-alb', 3, 11), propagation: { n: 30, median: 1, p95: 2, max: 9 } }
  expect(await store([logged])).toMatchObject({ written: 1, kept: 1 })
  await store([entry('small', 20, 7)])
  expect(stored()?.toSorted()).toEqual([
    ['my-alb', 11],
    ['small', 7],
  ])
})

test('a dry run asks the API server, and stores nothing', async () => {
  expect(await store([entry('my-alb', 30, 11)], true)).toMatchObject({ ok: true })
  expect(server.writes[0]?.query['dryRun']).toBe('All')
  expect(stored()).toBeUndefined()
})

test('what somebody wrote by hand and cannot be read is written anew, and reported', async () => {
  server.put(CONFIG_MAPS, {
    metadata: { name: 'slackwater-observed', namespace: 'slackwater-system' },
    data: { 'measured.json': 'twelve' },
  })
  const outcome = await store([entry('my-alb', 30, 11)])
  expect(outcome.ok && outcome.warnings.join()).toMatch(/measured\.json.*JSON.*written anew/)
  expect(stored()).toEqual([['my-alb', 11]])
})

/** A terminal may have an older version than the cluster, whose replicas compute with what is there. */
test('what a newer version wrote stays', async () => {
  const newer = { version: 2, measured: '2026-10-05T00:00:00Z', by: 'slackwater measure 9.0.0', entries: [] }
  server.put(CONFIG_MAPS, {
    metadata: { name: 'slackwater-observed', namespace: 'slackwater-system' },
    data: { 'measured.json': JSON.stringify(newer) },
  })
  expect(await store([entry('my-alb', 30, 11)])).toEqual({
    ok: false,
    problem:
      'ConfigMap slackwater-system/slackwater-observed was not written: measured.json: version 2 was written by a newer Slackwater; this one reads version 1: measure with that one',
  })
  expect(data()['measured.json']).toBe(JSON.stringify(newer))
})

test('two at a time: the later one reads again, and loses nothing', async () => {
  await store([entry('old', 30, 9)])
  await Promise.all([store([entry('a', 30, 3)]), store([entry('b', 30, 4)])])
  expect(stored()?.toSorted()).toEqual([
    ['a', 3],
    ['b', 4],
    ['old', 9],
  ])
  // One of the two was refused once.
  expect(server.writes).toHaveLength(4)
})

describe('a refusal names what is missing', () => {
  test.for<readonly [status: number, words: RegExp]>([
    [
      403,
      /not written: the verbs get, create and patch on configmaps of namespace slackwater-system are required/,
    ],
    [500, /^ConfigMap slackwater-system\/slackwater-observed was not written: 500/],
  ])('%i', async ([status, words]) => {
    server.refused.set(PATH, status)
    const outcome = await store([entry('my-alb', 30, 11)])
    expect(outcome.ok ? '' : outcome.problem).toMatch(words)
  })

  test('somebody else owns the key', async () => {
    server.refused.set(`PATCH ${PATH}`, {
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .data.measured.json',
    })
    const outcome = await store([entry('my-alb', 30, 11)])
    expect(outcome.ok ? '' : outcome.problem).toMatch(
      /somebody else owns its key measured\.json.*kubectl-edit/,
    )
    expect(server.writes).toHaveLength(1)
  })
})

/** `kubectl patch --type json` as docs/measure.md and the command itself show it. */
test('the command that takes it back removes this key alone', async () => {
  const shown = `-p '[{"op":"remove","path":"/data/measured.json"}]'`
  const { readFileSync } = await import('node:fs')
  for (const page of ['docs/measure.md', 'src/cli/measure-results.ts'])
    expect(readFileSync(page, 'utf8')).toContain(shown)
})
