import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ControlLoop } from '../../src/cluster/control-loop.ts'
import type { PolicyReports } from '../../src/core/model/settings.ts'
import type { WorkloadSummary } from '../../src/core/model/workload.ts'
import { createPolicyReports } from '../../src/policy-reports/loop.ts'
import type { WorkloadEntry } from '../../src/report/schema.ts'
import { apiAt, FakeApiServer } from '../cluster/fake-api-server.ts'
import { FakeClock, Traffic } from '../controller/fake-clock.ts'
import { summary } from '../core/decision/subjects.ts'
import { entry, found } from './entry.ts'

const OPEN = '/apis/openreports.io/v1alpha1/reports'
const OLD = '/apis/wgpolicyk8s.io/v1alpha2/policyreports'

const MINUTE = 60_000

let server: FakeApiServer
let traffic: Traffic
let clock: FakeClock
let port: number
beforeEach(async () => {
  server = new FakeApiServer()
  traffic = new Traffic()
  clock = new FakeClock(() => traffic.settled())
  port = await server.start()
})
afterEach(() => server.stop())

/** What the cluster shows; a test may change it. */
interface Shown {
  workloads: readonly WorkloadEntry[]
  missing: readonly { readonly part: string; readonly problem: string }[]
  summaries: readonly WorkloadSummary[]
}

interface Watched {
  readonly loop: ControlLoop
  readonly shown: Shown
  readonly logged: readonly string[]
  /** How often the cluster was read. */
  readonly readings: () => number
}

function loopWith(wanted: PolicyReports, workloads: readonly WorkloadEntry[] = [entry('web')]): Watched {
  const shown: Shown = { workloads, missing: [], summaries: [] }
  const logged: string[] = []
  let readings = 0
  const loop = createPolicyReports({
    api: traffic.through(apiAt(port)),
    wanted,
    report: async () => {
      readings++
      return { ...shown, cluster: {} }
    },
    live: { workloads: () => shown.summaries, workload: () => undefined },
    untouched: ['kube-system'],
    clock,
    log: pino({}, { write: (line) => void logged.push(JSON.parse(line).problem) }),
  })
  return { loop, shown, logged, readings: () => readings }
}

const signal = new AbortController().signal

/** A tick; it waits for time to pass if it is paced. */
async function tick({ loop }: Watched, ms = 0): Promise<void> {
  const ended = loop.tick(signal)
  await clock.pass(ms)
  await ended
}

const versionOf = (path: string, namespace = 'shop') =>
  server.stored(path, 'slackwater', namespace)?.metadata['resourceVersion']

const timesOf = (path: string): readonly unknown[] => {
  const results = server.stored(path, 'slackwater', 'shop')?.['results'] as readonly { timestamp: unknown }[]
  return results.map(({ timestamp }) => timestamp)
}

describe('which of the two', () => {
  test.for<[PolicyReports, served: string[], written: string[]]>([
    ['auto', [], []],
    ['auto', [OLD], [OLD]],
    ['auto', [OPEN], [OPEN]],
    ['auto', [OPEN, OLD], [OPEN]],
    ['wgpolicyk8s.io', [OPEN, OLD], [OLD]],
    ['wgpolicyk8s.io', [OPEN], []],
    ['openreports.io', [OPEN, OLD], [OPEN]],
    ['off', [OPEN, OLD], []],
  ])('%s, with %j: %j', async ([wanted, served, written]) => {
    server.serve(...served)
    await tick(loopWith(wanted))
    expect(served.filter((path) => versionOf(path) !== undefined)).toEqual(written)
  })

  test('without a definition the cluster is not read, and that is said once', async () => {
    const watched = loopWith('auto')
    await tick(watched)
    await clock.pass(9 * MINUTE)
    await tick(watched)
    expect(watched.readings()).toBe(0)
    expect(watched.logged).toEqual(['no definition of Report or PolicyReport is installed'])
  })

  test('what was written of the other kind goes', async () => {
    server.serve(OLD)
    const watched = loopWith('auto')
    await tick(watched)
    server.serve(OPEN)
    await clock.pass(10 * MINUTE)
    await tick(watched)
    expect([versionOf(OLD), versionOf(OPEN)]).toEqual([undefined, expect.any(String)])
  })
})

describe('writing', () => {
  beforeEach(() => server.serve(OPEN))

  test('with our field manager, and only where something else is said', async () => {
    const watched = loopWith('auto', [entry('web'), entry('api', { namespace: 'other' })])
    await tick(watched)
    expect(server.writes.map(({ query }) => query['fieldManager'])).toEqual(['slackwater', 'slackwater'])
    const before = versionOf(OPEN)
    await clock.pass(10 * MINUTE)
    await tick(watched)
    expect(watched.readings()).toBe(2)
    expect(server.writes).toHaveLength(2)
    watched.shown.workloads = [entry('web'), entry('api', { namespace: 'other', state: 'left-alone' })]
    await clock.pass(10 * MINUTE)
    await tick(watched)
    expect(server.writes.map(({ path }) => path).at(-1)).toContain('/namespaces/other/')
    expect(server.writes).toHaveLength(3)
    expect(versionOf(OPEN)).toBe(before)
  })

  test('a result that stays keeps its time', async () => {
    const watched = loopWith('auto', [entry('web', { findings: [found('stale-gate')] })])
    await tick(watched)
    const [first] = timesOf(OPEN)
    await clock.pass(10 * MINUTE)
    watched.shown.workloads = [
      entry('web', { findings: [found('drain-blocked'), found('stale-gate', { message: 'other words' })] }),
    ]
    await tick(watched)
    const [added, kept] = timesOf(OPEN)
    expect(kept).toEqual(first)
    expect(added).not.toEqual(first)
  })

  test('nothing in namespaces that are excluded', async () => {
    await tick(loopWith('auto', [entry('dns', { namespace: 'kube-system' })]))
    expect(server.writes).toEqual([])
  })

  test('a report goes with what it reported', async () => {
    const watched = loopWith('auto')
    await tick(watched)
    watched.shown.workloads = []
    await clock.pass(10 * MINUTE)
    await tick(watched)
    expect(versionOf(OPEN)).toBeUndefined()
  })

  test('a report that is not ours is neither written nor deleted', async () => {
    const foreign = { metadata: { name: 'slackwater', namespace: 'shop', uid: 'theirs' }, results: [] }
    server.put(OPEN, foreign)
    const watched = loopWith('auto')
    await tick(watched)
    expect(server.writes).toEqual([])
    expect(watched.logged).toEqual(['Report shop/slackwater is not Slackwater’s'])
    watched.shown.workloads = []
    await clock.pass(10 * MINUTE)
    await tick(watched)
    expect(server.writes).toEqual([])
  })

  test('what could not be read is not taken for gone', async () => {
    const watched = loopWith('auto')
    await tick(watched)
    watched.shown.workloads = []
    watched.shown.missing = [{ part: 'deployments.apps', problem: '403: forbidden' }]
    await clock.pass(10 * MINUTE)
    await expect(watched.loop.tick(signal)).rejects.toThrow('deployments.apps: 403: forbidden')
    expect(versionOf(OPEN)).toBeDefined()
  })

  test('what one namespace refuses does not keep the others waiting', async () => {
    server.refused.set('PATCH /apis/openreports.io/v1alpha1/namespaces/going/reports/slackwater', 403)
    const watched = loopWith('auto', [entry('a', { namespace: 'going' }), entry('web')])
    await tick(watched)
    expect(versionOf(OPEN)).toBeDefined()
    expect(watched.logged).toEqual(['403: refused'])
  })

  test('a burst of ten, and then five in a second', async () => {
    const workloads = Array.from({ length: 15 }, (_, index) => entry('web', { namespace: `n${index}` }))
    const ended = loopWith('auto', workloads).loop.tick(signal)
    await clock.pass(0)
    expect(server.writes).toHaveLength(10)
    await clock.pass(400)
    expect(server.writes).toHaveLength(12)
    await clock.pass(600)
    await ended
    expect(server.writes).toHaveLength(15)
  })

  test('ends with the leadership', async () => {
    const leading = new AbortController()
    const workloads = Array.from({ length: 15 }, (_, index) => entry('web', { namespace: `n${index}` }))
    const ended = loopWith('auto', workloads).loop.tick(leading.signal)
    await clock.pass(0)
    leading.abort()
    await expect(ended).rejects.toThrow()
    expect(server.writes).toHaveLength(10)
  })
})

describe('how often the cluster is read', () => {
  beforeEach(() => server.serve(OPEN))

  test('every ten minutes, and a minute after the last time if a workload has changed', async () => {
    const watched = loopWith('auto')
    const readingsAfter = async (ms: number): Promise<number> => {
      await clock.pass(ms)
      await tick(watched)
      return watched.readings()
    }
    expect(await readingsAfter(0)).toBe(1)
    expect(await readingsAfter(9 * MINUTE)).toBe(1)
    expect(await readingsAfter(MINUTE)).toBe(2)
    watched.shown.summaries = [summary({})]
    expect(await readingsAfter(59_000)).toBe(2)
    expect(await readingsAfter(1_000)).toBe(3)
    // Another copy of the same.
    watched.shown.summaries = [summary({})]
    expect(await readingsAfter(2 * MINUTE)).toBe(3)
    watched.shown.summaries = [summary({ replicas: 17 })]
    expect(await readingsAfter(0)).toBe(4)
  })
})

describe('switched off', () => {
  test('what was written goes, once, and nothing is read', async () => {
    server.serve(OPEN, OLD)
    await tick(loopWith('auto'))
    const off = loopWith('off')
    await tick(off)
    expect([versionOf(OPEN), off.readings()]).toEqual([undefined, 0])
    const asked = server.asked.length
    await tick(off)
    expect(server.asked.length).toBe(asked)
  })

  test('without the right to it nothing is said', async () => {
    server.serve(OPEN)
    server.refused.set(OPEN, 403)
    const off = loopWith('off')
    await tick(off)
    expect(off.logged).toEqual([])
  })
})
