import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { createLedger } from '../../src/core/departures/create-ledger.ts'
import type { LedgerEvent } from '../../src/core/departures/event.ts'
import type { Ledger } from '../../src/core/departures/ledger.ts'
import type { Departure } from '../../src/core/departures/verdict.ts'
import { seconds } from '../../src/core/model/seconds.ts'
import { toPodFacts, toPodHead } from '../../src/kubernetes/departing-pod.ts'

/**
 * What a real kubelet and API server told of Pods that left (test/e2e/departure-traces.e2e.ts records it), and what the
 * ledger makes of it. `seen` in a trace is what the program in the container wrote down: by it the outcomes are derived.
 */

type Fields = Readonly<Record<string, unknown>>

interface Trace {
  readonly left: string
  readonly seen: { readonly sigterm?: number; readonly exit?: number }
  readonly failedPreStopHook: readonly string[]
  readonly specs: Readonly<Record<string, Fields>>
  readonly events: readonly {
    readonly at: number
    readonly type: string
    readonly metadata: Fields
    readonly status: Fields
  }[]
}

const FOLDER = path.resolve('test/fixtures/departures')

const traceOf = (name: string): Trace =>
  JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), 'utf8')) as Trace

interface Case {
  /** What it needs: S and G, in seconds. */
  readonly need: readonly [sleep: number, grace: number]
  readonly outcome: Departure['outcome']
  readonly reasons?: readonly unknown[]
  /** Absent: nobody can know. */
  readonly slept?: number
  readonly disruption?: string
  readonly graceGiven?: number
}

/** The program's own time between the deletion and SIGTERM says how long it slept. */
const CASES: Readonly<Record<string, Case>> = {
  // SIGTERM after the sleep of 3 s, and code 0.
  'sleep-then-sigterm': { need: [3, 33], outcome: 'covered', slept: 3, graceGiven: 33 },
  lingers: { need: [3, 33], outcome: 'covered', slept: 3, graceGiven: 33 },
  'no-hook': {
    need: [3, 30],
    outcome: 'exposed',
    reasons: [{ id: 'no-hook', container: 'app' }],
    slept: 0,
    graceGiven: 30,
  },
  // Its own hook of 2 s, in a grace period of 30: 45 and 75 are needed (design, section 2).
  'own-hook': {
    need: [45, 75],
    outcome: 'exposed',
    reasons: [
      { id: 'short-grace', stated: 30, needed: 75 },
      { id: 'short-hook', container: 'app', length: 2, needed: 45 },
    ],
    slept: 2,
    graceGiven: 30,
  },
  // SIGTERM 3 s after the deletion, in the middle of the sleep.
  'grace-cut': {
    need: [10, 40],
    outcome: 'exposed',
    reasons: [{ id: 'grace-cut', given: 3, needed: 40 }],
    slept: 3,
    graceGiven: 3,
  },
  'delete-now': {
    need: [10, 40],
    outcome: 'exposed',
    reasons: [{ id: 'grace-cut', given: 1, needed: 40 }],
    slept: 1,
    graceGiven: 1,
  },
  // The kubelet pays no heed to the second delete: SIGTERM came after the whole sleep.
  'second-delete': { need: [8, 38], outcome: 'covered', slept: 8, graceGiven: 38 },
  // SIGTERM after a second. How the container ended nobody tells.
  forced: {
    need: [5, 35],
    outcome: 'exposed',
    reasons: [{ id: 'grace-cut', given: 0, needed: 35 }],
    graceGiven: 0,
  },
  // SIGTERM came after the whole sleep, but who watches Pods cannot know.
  'forced-later': {
    need: [6, 36],
    outcome: 'unknown',
    reasons: [{ id: 'end-unknown' }],
    graceGiven: 36,
  },
  'ignores-sigterm': {
    need: [3, 5],
    outcome: 'exposed',
    reasons: [{ id: 'killed', container: 'app', after: 5 }],
    slept: 3,
    graceGiven: 5,
  },
  'out-of-memory': {
    need: [8, 38],
    outcome: 'exposed',
    reasons: [{ id: 'ended-early', container: 'app', after: 1, why: 'OOMKilled' }],
    slept: 1,
    graceGiven: 38,
  },
  'ends-by-itself': {
    need: [8, 38],
    outcome: 'exposed',
    reasons: [{ id: 'ended-early', container: 'app', after: 2, why: 'Error' }],
    slept: 2,
    graceGiven: 38,
  },
  evicted: {
    need: [3, 33],
    outcome: 'covered',
    slept: 3,
    disruption: 'EvictionByEvictionAPI',
    graceGiven: 33,
  },
  'evicted-shorter': {
    need: [8, 38],
    outcome: 'exposed',
    reasons: [{ id: 'grace-cut', given: 2, needed: 38 }],
    slept: 2,
    disruption: 'EvictionByEvictionAPI',
    graceGiven: 2,
  },
  'hook-fails': {
    need: [5, 30],
    outcome: 'exposed',
    reasons: [{ id: 'hook-failed', message: 'PreStopHook failed' }],
    slept: 0,
    graceGiven: 30,
  },
  // It slept as it should, but it was the only one.
  preempted: {
    need: [3, 33],
    outcome: 'exposed',
    reasons: [{ id: 'last-endpoint' }],
    slept: 3,
    disruption: 'PreemptionByScheduler',
    graceGiven: 33,
  },
  // Both Pods were on that node, and were deleted in the same moment.
  tainted: {
    need: [3, 33],
    outcome: 'exposed',
    reasons: [{ id: 'last-endpoint' }],
    slept: 3,
    disruption: 'DeletionByTaintManager',
    graceGiven: 33,
  },
  'node-gone': {
    need: [30, 60],
    outcome: 'exposed',
    reasons: [{ id: 'last-endpoint' }, { id: 'node-gone', node: 'e2e-2' }],
    disruption: 'DeletionByPodGC',
  },
  // Its peer on the same node still served when it was deleted.
  'node-gone-leaving': {
    need: [30, 60],
    outcome: 'unknown',
    reasons: [{ id: 'node-gone', node: 'e2e-2' }],
    disruption: 'DeletionByPodGC',
    graceGiven: 60,
  },
}

test('every trace is judged', () => {
  const names = readdirSync(FOLDER).map((file) => path.basename(file, '.json'))
  expect(Object.keys(CASES).sort()).toEqual(names.sort())
})

describe('a Pod leaves', () => {
  for (const [name, { need, outcome, reasons = [], ...rest }] of Object.entries(CASES))
    test(name, () => {
      const departure = departureIn(traceOf(name), need)
      expect(departure).toMatchObject({ outcome, ...rest })
      expect(departure?.reasons.toSorted(byId)).toEqual(reasons)
      expect(departure?.slept).toBe(rest.slept)
    })
})

const byId = (one: { readonly id: string }, other: { readonly id: string }): number =>
  one.id < other.id ? -1 : 1

/** Longer than the ledger waits for anything. Milliseconds. */
const LATER = 200_000

function departureIn(trace: Trace, need: Case['need']): Departure | undefined {
  const ledger = createLedger()
  let last = 0
  for (const event of eventsOf(trace, need)) {
    take(ledger, event)
    last = event.at
  }
  take(ledger, { kind: 'tick', at: last + LATER })
  const { others, rollouts } = ledger.view()
  return [...others, ...rollouts.flatMap(({ kept }) => kept)].find(({ pod }) => pod.name === trace.left)
}

const take = (ledger: Ledger, event: LedgerEvent): void => void ledger.take(event)

function eventsOf(trace: Trace, [sleep, grace]: Case['need']): readonly LedgerEvent[] {
  const { left, specs, events, failedPreStopHook } = trace
  const need = { sleep: seconds(sleep), grace: seconds(grace), gated: false }
  const told: LedgerEvent[] = [{ kind: 'listed', at: (events[0]?.at ?? 0) - 1, uids: new Set() }]
  for (const { at, type, metadata, status } of events) {
    const spec = specs[String(metadata['name'])]
    const raw = { apiVersion: 'v1', kind: 'Pod', metadata, spec, status }
    const head = toPodHead(raw)
    const workload = { kind: 'Deployment', namespace: head.ref.namespace, name: head.labels['app'] ?? '' }
    const revision = head.labels['pod-template-hash'] ?? ''
    const pod = toPodFacts(raw, { head, workload, revision, now: at })
    told.push({ kind: 'pod', at, pod, need })
    if (pod.disruption === 'DeletionByPodGC' && pod.node !== undefined)
      told.push({ kind: 'node-gone', at, node: pod.node })
    if (type === 'DELETED') told.push({ kind: 'gone', at, uid: head.uid, pod })
    const isEnd = type === 'DELETED' && head.ref.name === left
    for (const message of isEnd ? failedPreStopHook : [])
      told.push({ kind: 'hook-failed', at, uid: head.uid, message })
  }
  return told
}
