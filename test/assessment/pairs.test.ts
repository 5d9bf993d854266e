import { describe, expect, test } from 'vitest'
import { defaulted, type JsonObject, refusal } from './api-server.ts'
import { admitted, behindAlb } from './world.ts'

/**
 * Pairs of what we stored and what a user applies next. Behind an ALB with ip targets the sleep is 45 and, over
 * the API server's default of 30, the grace period 45 + 30 = 75. `without` is what the API server says of the
 * same request where we are away.
 */

interface Container extends JsonObject {
  readonly name: string
}

interface Shape {
  readonly grace?: number
  readonly record?: JsonObject
}

/** A template as the API server holds it: with its default of 30 where nothing else is said. */
const pod = (containers: readonly Container[], { grace = 30, record }: Shape = {}): JsonObject => ({
  metadata: {
    labels: { app: 'web' },
    ...(record === undefined ? {} : { annotations: { 'slackwater.dev/injected': JSON.stringify(record) } }),
  },
  spec: { terminationGracePeriodSeconds: grace, containers },
})

const container = (name: string, preStop?: JsonObject, image = 'nginx:1.27'): Container => ({
  name,
  image,
  ...(preStop === undefined ? {} : { lifecycle: { preStop } }),
})

const sleep = (seconds: number): JsonObject => ({ sleep: { seconds } })
const quit = { exec: { command: ['/quit'] } }
const NEW = 'nginx:1.28'

/** Our record: keys in the order in which it is printed. */
const record = (
  grace: readonly [before: number, after: number] | undefined,
  sleeps: Readonly<Record<string, number>>,
): JsonObject => ({
  ...(grace === undefined ? {} : { grace: { before: grace[0], after: grace[1] } }),
  sleep: sleeps,
  created: { annotations: true, lifecycle: Object.keys(sleeps) },
})

const ONE = pod([container('app')])
const ONE_STORED = pod([container('app', sleep(45))], { grace: 75, record: record([30, 75], { app: 45 }) })
const TWO = pod([container('app'), container('envoy')])
const TWO_STORED = pod([container('app', sleep(45)), container('envoy', sleep(45))], {
  grace: 75,
  record: record([30, 75], { app: 45, envoy: 45 }),
})

const TOO_MANY = 'may not specify more than 1 handler type'
const TOO_LONG = 'must be non-negative and less than terminationGracePeriodSeconds'

interface Pair {
  readonly name: string
  /** Absent: the object is new. */
  readonly stored?: JsonObject
  readonly next: JsonObject
  readonly without: string | undefined
  readonly enforce: JsonObject
  readonly dryRun: JsonObject
  readonly off: JsonObject
  /** In mode enforce with injectInto: workloads, where that differs. */
  readonly workloads?: JsonObject
}

const RECORDED = { grace: 75, record: record([30, 75], { app: 45 }) }
const GRACE_ONLY = { grace: 75, record: record([30, 75], {}) }

const OWN_HOOK = pod([container('app', { ...sleep(45), ...quit })], RECORDED)
const OWN_SLEEP = pod([container('app', sleep(10))], RECORDED)
const STRIPPED = pod([container('app', sleep(45))], { grace: 75 })
const COPIED = pod([container('copy', sleep(45))], { grace: 75, record: record([30, 75], { copy: 45 }) })
const STALE = pod([container('app')], { record: record([30, 75], { app: 45 }) })
const RENAMED = pod([container('web', sleep(45))], RECORDED)
const RENAMED_BARE = pod([container('web')], RECORDED)
const ADDED = pod([container('app', sleep(45)), container('log')], RECORDED)
const REMOVED = pod([container('app', sleep(45))], {
  grace: 75,
  record: record([30, 75], { app: 45, envoy: 45 }),
})
const NEW_IMAGE = pod([container('app', sleep(45), NEW)], RECORDED)
const PLAIN_NEW_IMAGE = pod([container('app', undefined, NEW)])

const PAIRS: readonly Pair[] = [
  {
    name: 'own hook added: by an apply, which keeps ours from the live object',
    stored: ONE_STORED,
    next: OWN_HOOK,
    without: TOO_MANY,
    // Ours goes. The grace that we raised stays: it is never lowered but by an opt-out.
    enforce: pod([container('app', quit)], GRACE_ONLY),
    dryRun: pod([container('app', quit)], GRACE_ONLY),
    off: pod([container('app', quit)]),
  },
  {
    name: 'our sleep overwritten with another length: it is the user’s from then on',
    stored: ONE_STORED,
    next: OWN_SLEEP,
    without: undefined,
    enforce: pod([container('app', sleep(10))], GRACE_ONLY),
    // The record lets go of what does not stand, in every mode.
    dryRun: pod([container('app', sleep(10))], GRACE_ONLY),
    off: pod([container('app', sleep(10))]),
  },
  {
    name: 'grace lowered again by the same manifest: stored as it was, no rollout',
    stored: ONE_STORED,
    next: pod([container('app', sleep(45))], { grace: 30, record: record([30, 75], { app: 45 }) }),
    without: TOO_LONG,
    enforce: ONE_STORED,
    dryRun: ONE_STORED,
    off: ONE_STORED,
  },
  {
    name: 'grace lowered with a new image: ours goes, its Pods get both',
    stored: ONE_STORED,
    next: pod([container('app', sleep(45), NEW)], { grace: 30, record: record([30, 75], { app: 45 }) }),
    without: TOO_LONG,
    enforce: PLAIN_NEW_IMAGE,
    dryRun: PLAIN_NEW_IMAGE,
    off: PLAIN_NEW_IMAGE,
    workloads: NEW_IMAGE,
  },
  {
    name: 'grace lowered to 60 with our record beside it: it stays, as under a policy',
    stored: ONE_STORED,
    next: pod([container('app', sleep(45))], { grace: 60, record: record([30, 75], { app: 45 }) }),
    without: undefined,
    enforce: pod([container('app', sleep(45))], { grace: 60, record: record([30, 75], { app: 45 }) }),
    dryRun: pod([container('app', sleep(45))], { grace: 60, record: record(undefined, { app: 45 }) }),
    off: pod([container('app')], { grace: 60 }),
  },
  {
    name: 'hook copied from another object, without the record: a user’s hook',
    next: STRIPPED,
    without: undefined,
    enforce: STRIPPED,
    dryRun: STRIPPED,
    off: STRIPPED,
  },
  {
    name: 'object copied with hook and record: ours, as it stands',
    next: COPIED,
    without: undefined,
    enforce: COPIED,
    dryRun: COPIED,
    off: pod([container('copy')]),
  },
  {
    name: 'stale record, nothing of it stands: written anew, left alone, or cleaned up',
    next: STALE,
    without: undefined,
    enforce: ONE_STORED,
    dryRun: STALE,
    off: ONE,
  },
  {
    name: 'two containers, one gets a hook of its own',
    stored: TWO_STORED,
    next: pod([container('app', sleep(45)), container('envoy', { ...sleep(45), ...quit })], {
      grace: 75,
      record: record([30, 75], { app: 45, envoy: 45 }),
    }),
    without: TOO_MANY,
    enforce: pod([container('app', sleep(45)), container('envoy', quit)], RECORDED),
    dryRun: pod([container('app', sleep(45)), container('envoy', quit)], RECORDED),
    off: pod([container('app'), container('envoy', quit)]),
  },
  {
    name: 'container renamed in an editor, hook and all: the user’s; 45 > 30, so an opt-out leaves the grace',
    stored: ONE_STORED,
    next: RENAMED,
    without: undefined,
    enforce: pod([container('web', sleep(45))], GRACE_ONLY),
    dryRun: pod([container('web', sleep(45))], GRACE_ONLY),
    off: pod([container('web', sleep(45))], { grace: 75 }),
  },
  {
    name: 'container renamed by an apply: the new one gets the sleep',
    stored: ONE_STORED,
    next: RENAMED_BARE,
    without: undefined,
    enforce: pod([container('web', sleep(45))], { grace: 75, record: record([30, 75], { web: 45 }) }),
    dryRun: pod([container('web')], GRACE_ONLY),
    off: pod([container('web')]),
  },
  {
    name: 'container added: it gets the recorded sleep',
    stored: ONE_STORED,
    next: ADDED,
    without: undefined,
    enforce: pod([container('app', sleep(45)), container('log', sleep(45))], {
      grace: 75,
      record: record([30, 75], { app: 45, log: 45 }),
    }),
    dryRun: ADDED,
    off: pod([container('app'), container('log')]),
  },
  {
    name: 'container removed',
    stored: TWO_STORED,
    next: REMOVED,
    without: undefined,
    enforce: ONE_STORED,
    dryRun: ONE_STORED,
    off: ONE,
  },
  {
    name: 'replaced from Git, nothing else changed: stored as it was',
    stored: TWO_STORED,
    next: TWO,
    without: undefined,
    enforce: TWO_STORED,
    dryRun: TWO_STORED,
    off: TWO_STORED,
  },
  {
    // The request lowers the grace that we had raised, which counts as stating it: 30 < 45.
    name: 'replaced from Git with a new image: left to its Pods, or injected again under workloads',
    stored: ONE_STORED,
    next: PLAIN_NEW_IMAGE,
    without: undefined,
    enforce: PLAIN_NEW_IMAGE,
    dryRun: PLAIN_NEW_IMAGE,
    off: PLAIN_NEW_IMAGE,
    workloads: NEW_IMAGE,
  },
  {
    name: 'our annotation stripped: what stands is the user’s',
    stored: ONE_STORED,
    next: STRIPPED,
    without: undefined,
    enforce: STRIPPED,
    dryRun: STRIPPED,
    off: STRIPPED,
  },
  {
    name: 'a new image by an apply: protection stays, in dry-run too, and goes with an opt-out',
    stored: ONE_STORED,
    next: NEW_IMAGE,
    without: undefined,
    enforce: NEW_IMAGE,
    dryRun: NEW_IMAGE,
    off: PLAIN_NEW_IMAGE,
  },
]

const { settings } = behindAlb
const WORLDS = [
  { column: 'enforce', settings: { ...settings, mode: 'enforce' as const } },
  { column: 'dryRun', settings: { ...settings, mode: 'dry-run' as const } },
  { column: 'off', settings: { ...settings, mode: 'off' as const } },
  { column: 'workloads', settings: { ...settings, injectInto: 'workloads' as const } },
] as const

test('what we store of the plain templates is what the pairs begin with', () => {
  expect(admitted(ONE, behindAlb)).toEqual(ONE_STORED)
  expect(admitted(TWO, behindAlb)).toEqual(TWO_STORED)
})

describe.for(PAIRS)('$name', (pair) => {
  test('without us', () => {
    expect(refusal(pair.next)).toBe(pair.without)
  })

  test.for(WORLDS)('$column', ({ column, settings: chosen }) => {
    const where = { ...behindAlb, settings: chosen }
    const result = defaulted(admitted(pair.next, where, pair.stored))
    expect(result).toEqual(column === 'workloads' ? (pair.workloads ?? pair.enforce) : pair[column])
    expect(refusal(result)).toBeUndefined()
    expect(defaulted(admitted(result, where, pair.stored))).toEqual(result)
  })
})
