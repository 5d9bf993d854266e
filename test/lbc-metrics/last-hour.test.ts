import { describe, expect, test } from 'vitest'
import { LastHour } from '../../src/lbc-metrics/last-hour.ts'
import { type ControllerReading, ReadingBuilder } from '../../src/lbc-metrics/reading.ts'
import { type Played, scrapeOf } from './played-controller.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2, 10)

function readingOf(text: string): ControllerReading | string {
  const builder = new ReadingBuilder()
  for (const line of text.split('\n')) builder.take(line)
  return builder.finish()
}

function played(wanted: Partial<Played>): ControllerReading {
  const reading = readingOf(scrapeOf({ process: 1.7e9, reconciles: [], ...wanted }))
  if (typeof reading === 'string') throw new Error(reading)
  return reading
}

const times = (count: number, waited: number, worked: number): Played['reconciles'] =>
  Array.from({ length: count }, () => [waited, worked] as const)

/** The summary after one scrape a minute of these; the clock stands at the last one. */
function summaryAfter(readings: readonly ControllerReading[], later = 0) {
  const hour = new LastHour()
  for (const [minute, reading] of readings.entries()) hour.add(reading, START + minute * MINUTE)
  return hour.summary(START + (readings.length - 1) * MINUTE + later)
}

describe('a scrape', () => {
  test('only what is read of it: the right queue, stage, error', () => {
    const reading = played({
      reconciles: [
        [0.5, 0.3],
        [20, 4],
      ],
      throttled: 3,
      failed: 2,
      depth: 7,
    })
    expect(reading).toMatchObject({
      process: 1.7e9,
      waited: { count: 2, sum: 20.5 },
      worked: { count: 2, sum: 4.3 },
      throttled: 3,
      failed: 2,
      depth: 7,
    })
    expect(reading.waited.buckets.get(1)).toBe(1)
    expect(reading.waited.buckets.get(100)).toBe(2)
  })

  test.for([
    ['', 'process_start_time_seconds'],
    ['<html>login</html>', 'process_start_time_seconds'],
    [
      'process_start_time_seconds 1.7e9\nworkqueue_queue_duration_seconds_count{name="node"} 1',
      'targetGroupBinding',
    ],
  ] as const)('not the controller’s: %j', ([text, why]) => expect(readingOf(text)).toContain(why))
})

describe('the last hour', () => {
  test('one reading says nothing: what was before it is of no hour', () => {
    expect(summaryAfter([played({ reconciles: times(60, 100, 5) })])).toBeUndefined()
  })

  // 60 waited 12 s and took 0.9 s: some took at least 12.9 s, and about a second passed before. 13.9, rounded up.
  test('the mean of the slowest minute is a floor', () => {
    const quiet = times(10, 0.01, 0.1)
    const drain = [...quiet, ...times(60, 12, 0.9)]
    const summary = summaryAfter([
      played({}),
      played({ reconciles: quiet }),
      played({ reconciles: drain, throttled: 4, failed: 1, depth: 3 }),
      played({ reconciles: [...drain, ...quiet], throttled: 4, failed: 1 }),
    ])
    expect(summary).toMatchObject({
      from: START,
      to: START + 3 * MINUTE,
      reconciles: 80,
      controllerSeconds: 14,
      throttled: 4,
      failed: 1,
      depth: 0,
      slowest: { at: START + 2 * MINUTE, reconciles: 60 },
    })
    expect(summary?.slowest?.waited).toBeCloseTo(12)
    expect(summary?.slowest?.worked).toBeCloseTo(0.9)
  })

  // Among 100, two waited 50 s: the 99th falls into (10, 100], so it waited more than 10 s; 11 with the second before.
  // The mean, 2 × 50 / 100 + 0.1 = 1.1, would hide it.
  test('a percentile is a floor, too, at the lower end of its bucket', () => {
    const mixed = [...times(98, 0, 0.1), ...times(2, 50, 0.1)]
    expect(summaryAfter([played({}), played({ reconciles: mixed })])?.controllerSeconds).toBe(11)
    // One in 200 is above the 99th percentile: 1 + mean (50 / 200 + 0.1), rounded up.
    const rare = [...times(199, 0, 0.1), ...times(1, 50, 0.1)]
    expect(summaryAfter([played({}), played({ reconciles: rare })])?.controllerSeconds).toBe(2)
  })

  test('an idle controller: no slowest time, and the second that always passes', () => {
    const summary = summaryAfter([played({}), played({})])
    expect(summary).toMatchObject({ reconciles: 0, controllerSeconds: 1 })
    expect(summary?.slowest).toBeUndefined()
  })

  test('two replicas behind one address are told apart', () => {
    const standby = played({ process: 1.6e9 })
    const leader = (count: number) => played({ reconciles: times(count, 2, 1) })
    const summary = summaryAfter([leader(1000), standby, leader(1010), standby, leader(1020), standby])
    // Mean 3 s, and one before.
    expect(summary).toMatchObject({ reconciles: 20, controllerSeconds: 4 })
  })

  test('a process that has restarted begins anew', () => {
    const before = played({ reconciles: times(500, 30, 1), failed: 9 })
    const restarted = played({ process: 1.8e9, reconciles: times(3, 0, 0.1), failed: 0 })
    const summary = summaryAfter([
      before,
      restarted,
      played({ process: 1.8e9, reconciles: times(5, 0, 0.1), failed: 0 }),
    ])
    expect(summary).toMatchObject({ reconciles: 2, failed: 0, controllerSeconds: 2 })
  })

  test('totals that shrink within one process count as nothing, not as less', () => {
    expect(
      summaryAfter([played({ reconciles: times(50, 1, 1), throttled: 5 }), played({ throttled: 1 })]),
    ).toMatchObject({
      reconciles: 0,
      throttled: 0,
    })
  })

  test('what is older than an hour is forgotten; without a reading of ten minutes nothing is said', () => {
    const slow = played({ reconciles: times(60, 12, 1) })
    const readings = [played({}), ...Array.from({ length: 61 }, () => slow)]
    expect(summaryAfter(readings.slice(0, 61))?.controllerSeconds).toBe(14)
    expect(summaryAfter(readings)?.controllerSeconds).toBe(1)
    expect(summaryAfter(readings.slice(0, 3), 10 * MINUTE)?.controllerSeconds).toBe(14)
    expect(summaryAfter(readings.slice(0, 3), 10 * MINUTE + 1)).toBeUndefined()
  })
})
