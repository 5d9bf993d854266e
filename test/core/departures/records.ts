import type { Departure, DepartureReason, RolloutRecord } from '../../../src/core/departures/verdict.ts'
import { seconds } from '../../../src/core/model/seconds.ts'

/** 2026-03-02T09:12:00Z */
export const NINE_TWELVE = Date.UTC(2026, 2, 2, 9, 12)

export const WEB = { kind: 'Deployment', namespace: 'shop', name: 'web' } as const

/** One of ten Pods, behind an ALB with ip targets and all defaults: S 45, G 75; it slept, and exited at once. */
export const departure = (wanted: Partial<Departure> = {}): Departure => ({
  uid: 'uid-web-1',
  pod: { kind: 'Pod', namespace: 'shop', name: 'web-7d9f8b-x1' },
  workload: WEB,
  revision: '6c4d5f',
  ip: '10.0.3.4',
  node: 'ip-10-0-3-7.eu-central-1.compute.internal',
  deleted: NINE_TWELVE - 60_000,
  graceGiven: seconds(75),
  graceStated: seconds(75),
  ended: NINE_TWELVE - 15_000,
  gone: NINE_TWELVE - 14_000,
  slept: seconds(45),
  exitCodes: [{ container: 'app', code: 0 }],
  needed: seconds(45),
  replaced: NINE_TWELVE - 70_000,
  outcome: 'covered',
  reasons: [],
  ...wanted,
})

/** A rollout of ten Pods in which nothing was missing. */
export const rollout = (wanted: Partial<RolloutRecord> = {}): RolloutRecord => ({
  workload: WEB,
  revision: '7d9f8b',
  began: NINE_TWELVE - 120_000,
  ended: NINE_TWELVE,
  isSuperseded: false,
  verdict: 'covered',
  departures: { covered: 10, exposed: 0, unknown: 0 },
  shortestSleep: seconds(45),
  gates: { held: 10, of: 10, longest: seconds(18) },
  reasons: [],
  kept: [departure()],
  ...wanted,
})

/** The same, but for some Pods. */
export const exposed = (
  pods: number,
  ...reasons: readonly (readonly [reason: DepartureReason, pods: number])[]
): RolloutRecord =>
  rollout({
    verdict: 'exposed',
    departures: { covered: 10 - pods, exposed: pods, unknown: 0 },
    reasons: reasons.map(([reason, count]) => ({ reason, pods: count })),
    kept: reasons.map(([reason], at) =>
      departure({ uid: `uid-${at}`, outcome: 'exposed', reasons: [reason] }),
    ),
  })

/** `kubectl drain --grace-period=30` of Pods that need 75 s. */
export const CUT: DepartureReason = { id: 'grace-cut', given: seconds(30), needed: seconds(75) }
