import { describe, expect, test } from 'vitest'
import { defaulted, type JsonObject, refusal } from './api-server.ts'
import { admitted, assessed, behindAlb, deployment } from './world.ts'

/**
 * More pairs of what we stored and what a user applies next, and what becomes of the Pods. Behind an ALB with ip
 * targets S is 5 + 25 + 10 + 5 = 45 and, over the default grace of 30, G is 45 + 30 = 75.
 */

interface Container extends JsonObject {
  readonly name: string
}

interface Shape {
  readonly grace?: number
  /** A text is written as it is. */
  readonly record?: JsonObject | string
  readonly mode?: string
}

const pod = (containers: readonly Container[], { grace = 30, record, mode }: Shape = {}): JsonObject => ({
  metadata: {
    labels: { app: 'web', ...(mode === undefined ? {} : { 'slackwater.dev/mode': mode }) },
    ...(record === undefined ? {} : { annotations: { 'slackwater.dev/injected': recordText(record) } }),
  },
  spec: { terminationGracePeriodSeconds: grace, containers },
})

const recordText = (record: JsonObject | string): string =>
  typeof record === 'string' ? record : JSON.stringify(record)

const OLD = 'nginx:1.27'
const NEW = 'nginx:1.28'

const container = (name: string, preStop?: JsonObject, image = OLD): Container => ({
  name,
  image,
  ...(preStop === undefined ? {} : { lifecycle: { preStop } }),
})

const sleep = (seconds: number): JsonObject => ({ sleep: { seconds } })
const QUIT = { exec: { command: ['/quit'] } }
const WAIT = { httpGet: { path: '/wait', port: 8022 } }

/** Our record over a grace of `before`, where a lifecycle was created for each sleep. */
const record = (before: number, after: number, sleeps: Readonly<Record<string, number>>): JsonObject => ({
  grace: { before, after },
  sleep: sleeps,
  created: { annotations: true, lifecycle: Object.keys(sleeps) },
})

const APP = { app: 45 }
const BOTH = { app: 45, envoy: 45 }
const OURS = { grace: 75, record: record(30, 75, APP) }
const ONE_STORED = pod([container('app', sleep(45))], OURS)
const TWO_STORED = pod([container('app', sleep(45)), container('envoy', sleep(45))], {
  grace: 75,
  record: record(30, 75, BOTH),
})

const TOO_MANY = 'may not specify more than 1 handler type'
const TOO_LONG = 'must be non-negative and less than terminationGracePeriodSeconds'

interface Pair {
  readonly name: string
  readonly stored: JsonObject
  readonly next: JsonObject
  /** What the API server says of the request where we are away. */
  readonly without: string | undefined
  /** Absent columns: stored as requested. */
  readonly enforce?: JsonObject
  readonly dryRun?: JsonObject
  readonly off?: JsonObject
  readonly workloads?: JsonObject
}

const RAISED_BY_USER = pod([container('app', sleep(45))], { grace: 100, record: record(30, 75, APP) })
const LONGER_SLEEP = pod([container('app', sleep(50))], OURS)
const NEIGHBOUR_SLEEPS = pod([container('app', sleep(45)), container('envoy', sleep(60))], {
  grace: 75,
  record: record(30, 75, BOTH),
})
const LOWERED_TO_50 = pod([container('app', sleep(45), NEW)], { grace: 50, record: record(30, 75, APP) })

/** What a record says in every mode once the grace period that we wrote does not stand. */
const SLEEP_ONLY: JsonObject = { sleep: APP, created: { annotations: true, lifecycle: ['app'] } }

const PAIRS: readonly Pair[] = [
  {
    name: 'nothing is changed',
    stored: ONE_STORED,
    next: ONE_STORED,
    without: undefined,
  },
  {
    // All of 100 was for the application, for its hook is ours: A = 100, so 45 + 100.
    name: 'the grace is raised by the user',
    stored: ONE_STORED,
    next: RAISED_BY_USER,
    without: undefined,
    enforce: pod([container('app', sleep(45))], { grace: 145, record: record(100, 145, APP) }),
    dryRun: pod([container('app', sleep(45))], { grace: 100, record: SLEEP_ONLY }),
    off: pod([container('app')], { grace: 100 }),
  },
  {
    // 50 bears the sleep. Whether a user or a policy lowered it cannot be seen: it stays, and no fight begins.
    name: 'the grace is lowered with a new image, but not below our sleep',
    stored: ONE_STORED,
    next: LOWERED_TO_50,
    without: undefined,
    enforce: LOWERED_TO_50,
    dryRun: pod([container('app', sleep(45), NEW)], { grace: 50, record: SLEEP_ONLY }),
    off: pod([container('app', undefined, NEW)], { grace: 50 }),
  },
  {
    // 44 < 45. Raised again under workloads: A = 44, so 45 + 44.
    name: 'the grace is lowered with a new image, one second below our sleep',
    stored: ONE_STORED,
    next: pod([container('app', sleep(45), NEW)], { grace: 44, record: record(30, 75, APP) }),
    without: TOO_LONG,
    enforce: pod([container('app', undefined, NEW)], { grace: 44 }),
    dryRun: pod([container('app', undefined, NEW)], { grace: 44 }),
    off: pod([container('app', undefined, NEW)], { grace: 44 }),
    workloads: pod([container('app', sleep(45), NEW)], { grace: 89, record: record(44, 89, APP) }),
  },
  {
    name: 'an own hook and a lower grace in one request: nothing of ours is left to raise it for',
    stored: ONE_STORED,
    next: pod([container('app', { ...sleep(45), ...QUIT })], { grace: 30, record: record(30, 75, APP) }),
    without: TOO_MANY,
    enforce: pod([container('app', QUIT)]),
    dryRun: pod([container('app', QUIT)]),
    off: pod([container('app', QUIT)]),
  },
  {
    // The other container's sleep still stands above 30: it goes to the Pods. Raised again under workloads: 45 + 30.
    name: 'one of two gets an own hook and the grace is lowered',
    stored: TWO_STORED,
    next: pod([container('app', sleep(45)), container('envoy', { ...sleep(45), ...QUIT })], {
      grace: 30,
      record: record(30, 75, BOTH),
    }),
    // And of its other container: more than 1 handler type.
    without: TOO_LONG,
    enforce: pod([container('app'), container('envoy', QUIT)]),
    dryRun: pod([container('app'), container('envoy', QUIT)]),
    off: pod([container('app'), container('envoy', QUIT)]),
    workloads: pod([container('app', sleep(45)), container('envoy', QUIT)], OURS),
  },
  {
    name: 'an httpGet beside ours, and a new image',
    stored: ONE_STORED,
    next: pod([container('app', { ...WAIT, ...sleep(45) }, NEW)], OURS),
    without: TOO_MANY,
    enforce: pod([container('app', WAIT, NEW)], { grace: 75, record: record(30, 75, {}) }),
    dryRun: pod([container('app', WAIT, NEW)], { grace: 75, record: record(30, 75, {}) }),
    off: pod([container('app', WAIT, NEW)]),
  },
  {
    // The user's 50 outlasts the 30 of before, which leaves nothing: A = 30, so 50 + 30. Off may not go below 50.
    name: 'our sleep is overwritten with one that only our grace can bear',
    stored: ONE_STORED,
    next: LONGER_SLEEP,
    without: undefined,
    enforce: pod([container('app', sleep(50))], { grace: 80, record: record(30, 80, {}) }),
    dryRun: pod([container('app', sleep(50))], { grace: 75, record: record(30, 75, {}) }),
    off: pod([container('app', sleep(50))], { grace: 75 }),
  },
  {
    // max(45, 60) + 30: the user's 60 leaves nothing of the 30 of before. Off may not go below 60.
    name: 'one of two gets a longer sleep of its own',
    stored: TWO_STORED,
    next: NEIGHBOUR_SLEEPS,
    without: undefined,
    enforce: pod([container('app', sleep(45)), container('envoy', sleep(60))], {
      grace: 90,
      record: record(30, 90, APP),
    }),
    dryRun: pod([container('app', sleep(45)), container('envoy', sleep(60))], {
      grace: 75,
      record: record(30, 75, APP),
    }),
    off: pod([container('app'), container('envoy', sleep(60))], { grace: 75 }),
  },
  {
    name: 'the template’s own label says off',
    stored: ONE_STORED,
    next: pod([container('app', sleep(45))], { ...OURS, mode: 'off' }),
    without: undefined,
    enforce: pod([container('app')], { mode: 'off' }),
    dryRun: pod([container('app')], { mode: 'off' }),
    off: pod([container('app')], { mode: 'off' }),
  },
  {
    name: 'the template’s own label says dry-run: what stands stays, and is repaired',
    stored: ONE_STORED,
    next: pod([container('app', { ...sleep(45), ...QUIT })], { ...OURS, mode: 'dry-run' }),
    without: TOO_MANY,
    enforce: pod([container('app', QUIT)], { grace: 75, record: record(30, 75, {}), mode: 'dry-run' }),
    dryRun: pod([container('app', QUIT)], { grace: 75, record: record(30, 75, {}), mode: 'dry-run' }),
    off: pod([container('app', QUIT)], { grace: 75, record: record(30, 75, {}), mode: 'dry-run' }),
  },
  {
    name: 'both containers are removed but for a new one: it gets the sleep',
    stored: TWO_STORED,
    next: pod([container('web')], { grace: 75, record: record(30, 75, BOTH) }),
    without: undefined,
    enforce: pod([container('web', sleep(45))], { grace: 75, record: record(30, 75, { web: 45 }) }),
    dryRun: pod([container('web')], { grace: 75, record: record(30, 75, {}) }),
    off: pod([container('web')]),
  },
]

const { settings } = behindAlb
const WORLDS = [
  { column: 'enforce', settings: { ...settings, mode: 'enforce' as const } },
  { column: 'dryRun', settings: { ...settings, mode: 'dry-run' as const } },
  { column: 'off', settings: { ...settings, mode: 'off' as const } },
  { column: 'workloads', settings: { ...settings, injectInto: 'workloads' as const } },
] as const

describe.for(PAIRS)('$name', (pair) => {
  test('without us', () => {
    expect(refusal(pair.next)).toBe(pair.without)
  })

  test.for(WORLDS)('$column', ({ column, settings: chosen }) => {
    const where = { ...behindAlb, settings: chosen }
    const wanted = column === 'workloads' ? (pair.workloads ?? pair.enforce) : pair[column]
    const result = defaulted(admitted(pair.next, where, pair.stored))
    expect(result).toEqual(wanted ?? pair.next)
    expect(refusal(result)).toBeUndefined()
    expect(defaulted(admitted(result, where, pair.stored))).toEqual(result)
  })
})

describe('a conflict that is not of our making is left to the API server’s words', () => {
  const dryRun = { ...behindAlb, settings: { ...settings, mode: 'dry-run' as const } }

  test('an own sleep beside an own exec, in every mode', () => {
    const next = pod([container('app', { ...sleep(10), ...QUIT })], OURS)
    expect(refusal(admitted(next, behindAlb, ONE_STORED))).toBe(TOO_MANY)
    expect(admitted(next, dryRun, ONE_STORED)).toEqual(next)
  })
})

describe('our hook goes by the stored record where the request has damaged or dropped it, and would be refused', () => {
  const dryRun = { ...behindAlb, settings: { ...settings, mode: 'dry-run' as const } }
  const damaged = '{"sleep":{"app":'

  test.for([
    ['a grace below our sleep, the record dropped', pod([container('app', sleep(45), NEW)]), TOO_LONG],
    [
      'a grace below our sleep, the record damaged',
      pod([container('app', sleep(45), NEW)], { record: damaged }),
      TOO_LONG,
    ],
  ])('%s', ([, next, without]) => {
    expect(refusal(next)).toBe(without)
    for (const where of [behindAlb, dryRun])
      expect(admitted(next, where, ONE_STORED)).toEqual(pod([container('app', undefined, NEW)]))
  })

  test('a handler of theirs beside ours, the record damaged', () => {
    const next = pod([container('app', { ...sleep(45), ...QUIT })], { grace: 75, record: damaged })
    expect(refusal(next)).toBe(TOO_MANY)
    for (const where of [behindAlb, dryRun])
      expect(refusal(admitted(next, where, ONE_STORED))).toBeUndefined()
  })
})

describe('a manifest that states its grace is left to its Pods', () => {
  const manifest = pod([container('app')], { grace: 40 })
  const applied = {
    ...deployment(manifest),
    metadata: {
      name: 'web',
      namespace: 'shop',
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(deployment(manifest)),
      },
    },
  }

  test('40 < 45: nothing is stored, so that no apply without us can be refused', () => {
    const { decision, operations } = assessed('workload', { raw: applied }, behindAlb)
    expect(decision.verdict).toBe('inject-in-pods')
    expect(operations).toEqual([])
  })

  // A = 40, so 45 + 40.
  test('its Pod gets both at its creation: 45 and 85', () => {
    const raw = { apiVersion: 'v1', kind: 'Pod', ...manifest }
    const { decision } = assessed('pod', { raw }, behindAlb)
    expect(decision.verdict).toBe('inject')
    expect(decision.protection?.desired).toMatchObject({ sleeps: new Map([['app', 45]]), grace: 85 })
  })
})

describe('the Pods of a template from which ours has just gone', () => {
  const lowered = pod([container('app', sleep(45), NEW)], { grace: 30, record: record(30, 75, APP) })
  const podOf = (template: JsonObject) => ({ apiVersion: 'v1', kind: 'Pod', ...template })
  const stored = admitted(lowered, behindAlb, ONE_STORED)

  test('get both at their creation', () => {
    const { decision } = assessed('pod', { raw: podOf(stored) }, behindAlb)
    expect(decision.protection?.desired).toMatchObject({ sleeps: new Map([['app', 45]]), grace: 75 })
    expect(decision.changes.map(({ kind }) => kind)).toEqual(['set-grace', 'add-hook', 'write-record'])
  })

  test('get nothing in dry-run and off', () => {
    for (const mode of ['dry-run', 'off'] as const) {
      const where = { ...behindAlb, settings: { ...settings, mode } }
      expect(assessed('pod', { raw: podOf(stored) }, where).operations).toEqual([])
    }
  })
})
