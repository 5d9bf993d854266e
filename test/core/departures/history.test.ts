import { describe, expect, test } from 'vitest'
import { createHistory } from '../../../src/core/departures/history.ts'
import type { Departure, RolloutRecord } from '../../../src/core/departures/verdict.ts'

/** What is over is kept within bounds, whatever a cluster does: three rollouts of a workload, 3,000 of all, 5,000 departures. */

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

/** The bounds are about their number, not about what they say. */
const departures = (count: number): readonly Departure[] => numbers(count).map(() => ({}) as Departure)

const rolloutOf = (name: string, kept = 0): RolloutRecord => ({
  workload: { kind: 'Deployment', namespace: 'shop', name },
  revision: '1',
  began: 0,
  ended: 1,
  isSuperseded: false,
  verdict: 'covered',
  departures: { covered: kept, exposed: 0, unknown: 0 },
  gates: { held: 0, of: 0 },
  reasons: [],
  kept: departures(kept),
})

const names = (rollouts: readonly RolloutRecord[]): readonly string[] =>
  rollouts.map(({ workload }) => workload.name)

describe('the history', () => {
  test('keeps 3,000 rollouts of all workloads; the oldest goes first', () => {
    const history = createHistory()
    for (const number of numbers(3_002)) history.addRollout(rolloutOf(`web-${number}`))
    const kept = names(history.rollouts())
    expect(kept).toHaveLength(3_000)
    expect([kept[0], kept.at(-1)]).toEqual(['web-3001', 'web-2'])
  })

  test('lets the oldest rollouts go of single departures, not of their counts, where there is no more room', () => {
    const history = createHistory()
    // Their 5,000 departures take all the room there is.
    for (const _ of numbers(5_000)) expect(history.room()).toBe(true)
    history.addRollout(rolloutOf('old', 2_000))
    history.addRollout(rolloutOf('new', 3_000))
    // One more has room because the oldest lets go of its 2,000, and then 1,999 more; then the next one lets go of 3,000.
    for (const _ of numbers(2_000)) expect(history.room()).toBe(true)
    expect(history.rollouts().map(({ kept }) => kept.length)).toEqual([3_000, 0])
    expect(history.rollouts().map((one) => one.departures.covered)).toEqual([3_000, 2_000])
    for (const _ of numbers(3_000)) expect(history.room()).toBe(true)
    expect(history.rollouts().map(({ kept }) => kept.length)).toEqual([0, 0])
    // Nothing is left that could go for it: rollouts that go on hold it all.
    expect(history.room()).toBe(false)
  })

  test('has room again for what a fourth rollout of one workload drops', () => {
    const history = createHistory()
    for (const _ of numbers(5_000)) history.room()
    for (const kept of [5_000, 0, 0, 0]) history.addRollout(rolloutOf('web', kept))
    expect(history.rollouts()).toHaveLength(3)
    for (const _ of numbers(5_000)) expect(history.room()).toBe(true)
    expect(history.room()).toBe(false)
  })

  test('keeps a hundred other departures', () => {
    const history = createHistory()
    const others = departures(101)
    for (const one of others) history.addOther(one)
    expect(history.others()).toHaveLength(100)
    expect(history.others()[0]).toBe(others.at(-1))
    expect(history.others()).not.toContain(others[0])
  })
})
