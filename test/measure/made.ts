import type { GroupMeasurement, LostRequest, Measurement } from '../../src/core/measurement/measurement.ts'
import { loadBalancerEntries } from '../../src/measure/document.ts'
import type { MeasureDocument } from '../../src/measure/schema.ts'

/** Measurements as the core gives them, made by hand. */

export const BALANCER = 'app/my-alb/50dc6c495c0c9188'
export const GROUP =
  'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/k8s-shop-web-1a2b3c4d5e/73e2d6bc24d8a067'

export const DAY = Date.UTC(2026, 9, 1)

/** The issue's example: 412 departures, none later than 11 s. */
export function madeGroup(changed: Partial<GroupMeasurement> = {}): GroupMeasurement {
  const lasts = Array.from({ length: 412 }, (_, at) => 1 + (at / 411) ** 2 * 9.7)
  return {
    loadBalancer: BALANCER,
    from: DAY,
    to: DAY + 30 * 86_400_000,
    lastRequest: { n: 412, median: 3.4, p95: 9.8, max: 11 },
    departures: 412,
    silent: 3,
    requests: 1_204_331,
    resolution: 0.2,
    seen: { lastRequest: 10.7 },
    lost: [],
    losses: { reset: 0, connect: 0, nobody: 0, other: 0 },
    unrelated: 2,
    answered: 14,
    lasts,
    ...changed,
  }
}

/** A request that was lost so many seconds after the deletion of a Pod. */
export const madeLoss = (at: number, after: number, changed: Partial<LostRequest> = {}): LostRequest => ({
  at,
  answered: at + 30,
  status: 502,
  cause: 'reset',
  trace: `Root=1-${at}`,
  target: {
    ip: '10.0.1.2',
    port: 8080,
    pod: { kind: 'Pod', namespace: 'shop', name: 'web-6d4b9-x7k2p' },
    workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
    deleted: at - after * 1000,
    missing: ['had no hook: container web got SIGTERM at once'],
  },
  after,
  ...changed,
})

export const madeMeasurement = (group: GroupMeasurement): Measurement => ({
  loadBalancers: [group],
  targetGroups: [{ ...group, targetGroup: GROUP }],
  requests: group.requests,
  from: group.from,
  to: group.to,
  undated: 0,
  unseen: 0,
  errors: [],
})

/** 31 losses in October: 19 resets, 11 at addresses that were gone, one while nobody was there. */
export function issueGroup(): GroupMeasurement {
  const lost = [
    ...Array.from({ length: 19 }, (_, at) => madeLoss(DAY + 3 * 86_400_000 + at * 1_000, 2 + at / 4)),
    ...Array.from({ length: 11 }, (_, at) =>
      madeLoss(DAY + 12 * 86_400_000 + at * 700, 34 + at / 4, { status: 504, cause: 'connect' }),
    ),
    { at: DAY, answered: DAY + 1, status: 503, cause: 'nobody', trace: 'Root=1-0' } as const,
  ].map((one, at) =>
    at >= 19 && at < 30 && 'target' in one && one.target
      ? {
          ...one,
          target: {
            ...one.target,
            pod: { kind: 'Pod', namespace: 'shop', name: 'web-6d4b9-q9z1s' },
            missing: [
              'was cut: the delete gave a grace of 30 s, and 75 s is needed (kubectl drain or delete --grace-period)',
            ],
          },
        }
      : one,
  )
  return madeGroup({ lost, losses: { reset: 19, connect: 11, nobody: 1, other: 0 } })
}

export function madeDocument(group = issueGroup(), changed: Partial<MeasureDocument> = {}): MeasureDocument {
  const context = {
    workloads: [],
    enough: 20,
    workloadsOf: () => [{ kind: 'Deployment', namespace: 'shop', name: 'web' }],
  }
  return {
    formatVersion: 1,
    created: '2026-11-02T08:00:00.000Z',
    by: 'slackwater measure 1.2.3',
    logs: {
      files: 8928,
      lines: 2_480_112,
      requests: 2_480_112,
      unreadable: 0,
      from: '2026-10-01T00:00:00.031Z',
      to: '2026-10-31T23:59:59.118Z',
    },
    departures: {
      known: 415,
      measured: 412,
      outside: 0,
      absent: 3,
      from: '2026-10-01T00:00:00.000Z',
      to: '2026-10-31T00:00:00.000Z',
      sources: ['the ledger of the running Slackwater'],
    },
    loadBalancers: [...loadBalancerEntries(madeMeasurement(group), context)],
    notices: [],
    ...changed,
  }
}
