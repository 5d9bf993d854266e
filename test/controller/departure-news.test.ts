import { pino } from 'pino'
import { beforeEach, describe, expect, test } from 'vitest'
import { departureTeller } from '../../src/controller/departure-news.ts'
import { eventObject } from '../../src/controller/event-object.ts'
import type { ObjectEvent } from '../../src/controller/events.ts'
import type { News } from '../../src/core/departures/ledger.ts'
import { toldRollout } from '../../src/core/departures/rollout-event.ts'
import type { DepartureReason } from '../../src/core/departures/verdict.ts'
import { cureOf, rolloutReasons, rolloutText } from '../../src/core/departures/words.ts'
import { createMetrics } from '../../src/server/metrics.ts'
import { CUT, departure, exposed, rollout, WEB } from '../core/departures/records.ts'

let events: ObjectEvent[]
let lines: Record<string, unknown>[]
let metrics: ReturnType<typeof createMetrics>
let uid: string | undefined
/** Labels of the namespace of the workloads. */
let labels: Record<string, string>
beforeEach(() => {
  events = []
  lines = []
  metrics = createMetrics('test')
  uid = 'uid-of-web'
  labels = {}
})

function tell(news: Partial<News>): void {
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const known = {
    workload: () => (uid === undefined ? undefined : ({ live: { uid } } as never)),
    namespace: (name: string) => ({ name, labels, annotations: {} }),
  }
  departureTeller({
    known,
    mode: 'dry-run',
    events: { record: (event) => void events.push(event), flush: () => Promise.resolve() },
    log,
    count: metrics.controller.departures,
  })({ departures: [], rollouts: [], gatesPassed: [], ...news })
}

const samples = async (): Promise<readonly string[]> =>
  (await metrics.expose()).text
    .split('\n')
    .filter((line) => /^slackwater_(?:dep|roll|readiness_gate_s)/.test(line))

describe('at the end of a rollout', () => {
  test('one Event on the workload, with its uid and the revision', () => {
    tell({ rollouts: [rollout()] })
    expect(events).toEqual([
      {
        regarding: { apiVersion: 'apps/v1', ...WEB, uid: 'uid-of-web' },
        type: 'Normal',
        reason: 'RolloutCovered',
        action: 'Observe',
        note: 'revision 7d9f8b: 10 of 10 left after 45 s, none cut, gate held 10 of 10',
      },
    ])
  })

  test('a Warning with what to do, if Pods left unprotected', () => {
    tell({ rollouts: [exposed(3, [CUT, 3])] })
    const [event] = events
    expect(event).toMatchObject({ type: 'Warning', reason: 'RolloutExposed' })
    expect(event?.note).toMatch(/^revision 7d9f8b: 3 of 10 were cut: .*; to fix it: drain, evict and delete /)
  })

  test('no Warning, and nothing to do, if not everything was seen', () => {
    tell({
      rollouts: [
        rollout({
          verdict: 'unknown',
          departures: { covered: 9, exposed: 0, unknown: 1 },
          reasons: [{ reason: { id: 'node-gone', node: 'ip-1' }, pods: 1 }],
        }),
      ],
    })
    expect(events).toMatchObject([{ type: 'Normal', reason: 'RolloutUnknown' }])
    expect(events[0]?.note).not.toContain('to fix it')
  })

  test('two rollouts to different templates are two Events, whose notes differ', () => {
    tell({ rollouts: [rollout(), rollout({ revision: '6c4d5f' })] })
    expect(new Set(events.map(({ note }) => note)).size).toBe(2)
  })

  test('of a workload that is gone meanwhile: without a uid', () => {
    uid = undefined
    tell({ rollouts: [rollout()] })
    expect(events[0]?.regarding.uid).toBe('')
  })

  test('one line in the log', () => {
    tell({ rollouts: [exposed(3, [CUT, 3])], departures: [departure()] })
    expect(lines).toMatchObject([
      {
        level: 40,
        msg: 'rollout',
        workload: 'Deployment shop/web',
        revision: '7d9f8b',
        verdict: 'exposed',
        covered: 7,
        exposed: 3,
        unknown: 0,
        shortestSleep: 45,
        gatesHeld: 10,
        gatesOf: 10,
        reasons: ['grace-cut'],
      },
    ])
    expect(lines[0]?.['what']).toContain('3 of 10 were cut')
  })

  test('explain reads from the Event what was written into it', () => {
    for (const record of [rollout(), exposed(3, [CUT, 3])]) {
      tell({ rollouts: [record] })
      const { reason = '', note = '' } = events.at(-1) ?? {}
      const cure = record.verdict === 'exposed' ? cureOf(rolloutReasons(record)) : undefined
      expect(toldRollout(reason, note)).toEqual({
        verdict: record.verdict,
        revision: '7d9f8b',
        text: rolloutText(record),
        ...(cure === undefined ? {} : { cure }),
      })
    }
  })

  test('whatever a kubelet said, the Event is printable and within the API server’s 1,024 bytes', () => {
    const reasons = Array.from({ length: 9 }, (_, at): readonly [DepartureReason, number] => [
      { id: 'no-hook', container: `\u001b[2J${'x'.repeat(600)}${at}` },
      1,
    ])
    tell({ rollouts: [exposed(9, ...reasons)] })
    const [event] = events
    const { note } = eventObject(event as ObjectEvent, new Date(0), 'slackwater-0') as {
      readonly note: string
    }
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024)
    expect(note).not.toContain('\u001b')
  })
})

test('numbers: departures and rollouts by outcome, seconds slept, seconds until the gate', async () => {
  const { slept: _, ...unseen } = departure({ outcome: 'unknown' })
  tell({
    departures: [departure(), departure({ outcome: 'exposed' }), unseen],
    rollouts: [rollout(), rollout({ verdict: 'exposed' })],
    gatesPassed: [18, 400],
  })
  expect(await samples()).toEqual(
    expect.arrayContaining([
      'slackwater_departures_total{outcome="covered"} 1',
      'slackwater_departures_total{outcome="exposed"} 1',
      'slackwater_departures_total{outcome="unknown"} 1',
      // Two of three are known to have slept, 45 s each.
      'slackwater_departure_sleep_seconds_bucket{le="40"} 0',
      'slackwater_departure_sleep_seconds_bucket{le="50"} 2',
      'slackwater_departure_sleep_seconds_sum 90',
      'slackwater_readiness_gate_seconds_bucket{le="20"} 1',
      'slackwater_readiness_gate_seconds_bucket{le="600"} 2',
      'slackwater_rollouts_total{verdict="covered",mode="dry-run"} 1',
      'slackwater_rollouts_total{verdict="exposed",mode="dry-run"} 1',
    ]),
  )
})

test('a rollout counts in the mode of its workload: an alert is only for what is enforced', async () => {
  labels = { 'slackwater.dev/mode': 'enforce' }
  tell({ rollouts: [rollout({ verdict: 'exposed' })] })
  expect(await samples()).toContain('slackwater_rollouts_total{verdict="exposed",mode="enforce"} 1')
})

test('what settles without a rollout makes no Event', () => {
  tell({ departures: [departure({ outcome: 'exposed', reasons: [CUT] })] })
  expect([events, lines]).toEqual([[], []])
})
