import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLedger } from '../../../src/core/departures/create-ledger.ts'
import type { LedgerEvent } from '../../../src/core/departures/event.ts'
import type { PodFacts } from '../../../src/core/departures/pod-facts.ts'
import { runsOf } from '../../depth.ts'
import { NEED, t, tell } from './cluster.ts'
import { END, expected, type Happening, happenings, type Plan, plans, worst } from './played-rollout.ts'

/** How what happens is told. */
interface Telling {
  /** Other watches than that of Pods are late by so many seconds, or early. */
  readonly late: readonly number[]
  /** After how many events how many are told once more, as a watch does that goes on from an older version. */
  readonly again: readonly (readonly [after: number, back: number])[]
  readonly ticks: readonly number[]
}

const tellings: fc.Arbitrary<Telling> = fc.record({
  late: fc.array(fc.integer({ min: -5, max: 8 }), { minLength: 1, maxLength: 5 }),
  again: fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 6 })), { maxLength: 4 }),
  ticks: fc.array(fc.integer({ min: 50, max: END }), { maxLength: 20 }),
})

/** In the order of its watch each; the list is complete at second 50. */
function eventsOf(all: readonly Happening[], { late, again, ticks }: Telling): readonly LedgerEvent[] {
  const moved = all.map((one, index) =>
    one.watch === 'pods' ? one : { ...one, at: Math.max(51, one.at + (late[index % late.length] ?? 0)) },
  )
  const timed: (readonly [number, LedgerEvent])[] = moved.map(({ at, event }) => [at, event])
  for (const at of ticks) timed.push([at, { kind: 'tick', at: t(at) }])
  timed.sort(([a], [b]) => a - b)
  const events = timed.map(([, event]) => event)
  const first = timed.findIndex(([at]) => at > 50)
  const uids = new Set(
    all.flatMap(({ at, event }) => (at === 50 && event.kind === 'pod' ? [event.pod.uid] : [])),
  )
  events.splice(first, 0, { kind: 'listed', at: t(50), uids })
  for (const [after, back] of again) {
    const at = Math.max(first + 1, Math.min(events.length, after))
    const repeated = events.slice(Math.max(first + 1, at - back), at).filter(({ kind }) => kind !== 'tick')
    events.splice(at, 0, ...repeated)
  }
  return [...events, { kind: 'tick', at: t(END) }, { kind: 'tick', at: t(END + 100) }]
}

function told(events: readonly LedgerEvent[]) {
  const ledger = createLedger()
  const it = tell(ledger)
  for (const event of events) it.take(event)
  return { ...it.news, view: ledger.view() }
}

const outcomes = ({ departures }: ReturnType<typeof told>) =>
  new Map(departures.map(({ pod, outcome }) => [pod.name, outcome]))

const byName = (map: ReadonlyMap<string, string>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))

describe('a rollout with faults', () => {
  test('every departure has its verdict, and each is told once, however it is told', () => {
    fc.assert(
      fc.property(plans, tellings, (plan, telling) => {
        const result = told(eventsOf(happenings(plan), telling))
        expect(byName(outcomes(result))).toEqual(byName(expected(plan)))
        expect(result.departures).toHaveLength(plan.faults.length)
        expect(result.rollouts).toHaveLength(1)
        const [rollout] = result.rollouts
        expect(rollout).toMatchObject({
          revision: 'b',
          isSuperseded: false,
          verdict: worst(expected(plan).values()),
        })
        expect(rollout?.gates).toMatchObject({
          of: plan.faults.length,
          held: plan.gates === 'held' ? plan.faults.length : 0,
        })
      }),
      { numRuns: runsOf(2_000) },
    )
  })

  test('the counts add up: departures, the rollout, and what it keeps', () => {
    fc.assert(
      fc.property(plans, tellings, (plan, telling) => {
        const { departures, rollouts, view } = told(eventsOf(happenings(plan), telling))
        const sum = (counts: Readonly<Record<string, number>>) =>
          Object.values(counts).reduce((a, b) => a + b, 0)
        expect(sum(view.departures)).toBe(departures.length)
        expect(sum(rollouts[0]?.departures ?? {})).toBe(departures.length)
        expect(rollouts[0]?.kept).toHaveLength(departures.length)
        expect(view.rollouts).toEqual(rollouts)
        expect(view.others).toEqual([])
        expect(view.followed).toBe(plan.faults.length)
      }),
      { numRuns: runsOf(500) },
    )
  })

  test('the same told in another order has the same verdicts and reasons', () => {
    fc.assert(
      fc.property(plans, tellings, tellings, (plan, one, other) => {
        const said = (telling: Telling) =>
          told(eventsOf(happenings(plan), telling))
            .departures.map(
              ({ pod, reasons, slept, replaced }) => [pod.name, reasons, slept, replaced] as const,
            )
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
        expect(said(one)).toEqual(said(other))
      }),
      { numRuns: runsOf(1_000) },
    )
  })
})

const isFailedHook = ({ kind }: LedgerEvent): boolean => kind === 'hook-failed'

/** What happens in the gap is not told; at its end comes a list, in any order, with what is there then. */
function withGap(plan: Plan, from: number, length: number, turn: number): readonly LedgerEvent[] {
  const all = happenings(plan)
  const until = from + length
  const there = new Map<string, PodFacts>()
  for (const { at, event } of all) {
    if (at > until) break
    if (event.kind === 'pod') there.set(event.pod.uid, event.pod)
    else if (event.kind === 'gone') there.delete(event.uid)
  }
  const listed = [...there.values()]
  const shuffled = [
    ...listed.slice(turn % (listed.length || 1)),
    ...listed.slice(0, turn % (listed.length || 1)),
  ]
  const before = eventsOf(
    all.filter(({ at }) => at <= from),
    { late: [0], again: [], ticks: [] },
  ).slice(0, -2)
  return [
    ...before,
    { kind: 'gap', at: t(from) },
    ...shuffled.map((pod): LedgerEvent => ({ kind: 'pod', at: t(until), pod, need: NEED })),
    { kind: 'listed', at: t(until), uids: new Set(there.keys()) },
    // The API server keeps Events for an hour; of Pods it keeps what is there.
    ...all
      .filter(({ at, event }) => at > until || (at > from && isFailedHook(event)))
      .map(({ event }) => event),
    { kind: 'tick', at: t(END) },
    { kind: 'tick', at: t(END + 100) },
  ]
}

/** What is not unknown is true. */
function expectNoMore(said: ReadonlyMap<string, string>, truth: ReadonlyMap<string, string>): void {
  const known = byName(said).filter(([, outcome]) => outcome !== 'unknown')
  expect(known).toEqual(known.map(([name]) => [name, truth.get(name)]))
}

describe('a gap in the watch', () => {
  test('nothing is covered that was not, nothing is exposed that was not, and what is told is told once', () => {
    fc.assert(
      fc.property(
        plans,
        fc.integer({ min: 51, max: 350 }),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(10),
        (plan, from, length, turn) => {
          const result = told(withGap(plan, from, length, turn))
          const truth = expected(plan)
          expectNoMore(outcomes(result), truth)
          expect(result.departures).toHaveLength(plan.faults.length)
          expect(new Set(result.departures.map(({ uid }) => uid)).size).toBe(plan.faults.length)
          const isCovered = result.rollouts.some(({ verdict }) => verdict === 'covered')
          if (isCovered) expect(worst(truth.values())).toBe('covered')
        },
      ),
      { numRuns: runsOf(2_000) },
    )
  })

  test('a rollout that was under way when the ledger began is never covered', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 100, max: 250 }), fc.nat(10), (plan, from, turn) => {
        const events = withGap(plan, from, 0, turn)
        const gap = events.findIndex(({ kind }) => kind === 'gap')
        const list = events.findIndex(({ kind }, index) => kind === 'listed' && index > gap)
        const result = told([
          ...events.slice(gap + 1, list + 1),
          ...events.slice(0, gap).filter(isFailedHook),
          ...events.slice(list + 1),
        ])
        const truth = expected(plan)
        expectNoMore(outcomes(result), truth)
        for (const { verdict } of result.rollouts) expect(verdict).not.toBe('covered')
      }),
      { numRuns: runsOf(1_000) },
    )
  })
})
