import type { Departure, DepartureReason } from '../../src/core/departures/verdict.ts'
import { seconds } from '../../src/core/model/seconds.ts'
import type { Report } from '../../src/report/schema.ts'
import { DEPLOYMENTS, INGRESSES, PODS, SERVICES } from '../cluster/fake-api-server.ts'
import { bigCluster } from '../report/big-cluster.ts'
import { ReportedCluster } from '../report/cluster.ts'

/**
 * A morning of one Deployment, played: 24 Pods leave, five minutes after each other. Each gets two requests a second from a
 * minute before its deletion until its load balancer stops, which is 3 to 10 s after the deletion.
 */

export const BEGIN = Date.UTC(2026, 9, 5, 8)
export const BALANCER = 'app/my-alb/50dc6c495c0c9188'
export const TARGET_GROUP =
  'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/k8s-team000-web-1a2b3c4d5e/73e2d6bc24d8a067'
const WEB = { kind: 'Deployment', namespace: 'team-000', name: 'web' }

export const PODS_THAT_LEAVE = 24
const APART = 300_000
const EACH = 500

/** The Pod without a hook: its application ends at once, and the four requests from 0.5 s on meet a closed port. */
const HOOKLESS = 5
/** The Pod whose sleep was cut after 2 s: two requests wait for an address that is gone. */
const CUT = 9

export const deletedAt = (nth: number): number => BEGIN + 600_000 + nth * APART
export const podOf = (nth: number): string => `web-6d4b9-${String(nth).padStart(2, '0')}`
export const addressOf = (nth: number): string => `10.0.1.${10 + nth}`
/** Seconds after the deletion: 3, 4 … 10, 3 … in whole steps of half a second. */
export const lastOf = (nth: number): number => 3 + (nth % 8)

interface Line {
  readonly at: number
  readonly target?: string
  readonly status: number
  /** The target's; absent: it did not answer. */
  readonly targetStatus?: number
  readonly isUndelivered?: true
  readonly took?: number
}

/** As AWS writes it: 29 fields and the connection's trace id. */
export function lineOf(
  { at, target, status, targetStatus, isUndelivered, took = 20 }: Line,
  nth = 0,
): string {
  const [processing, answering] =
    targetStatus === undefined ? [isUndelivered ? '-1' : '0.001', '-1'] : ['0.001', (took / 1000).toFixed(3)]
  const time = (moment: number): string => `${new Date(moment).toISOString().slice(0, -1)}000Z`
  const hex = nth.toString(16).padStart(24, '0')
  return [
    `https ${time(at + took)} ${BALANCER} 203.0.113.7:4711 ${target ?? '-'} ${target === undefined ? '-1 -1 -1' : `${processing} ${answering} 0.000`} ${status} ${targetStatus ?? '-'} 120 512`,
    '"GET https://shop.example.com:443/cart HTTP/2.0" "curl/8.5.0" TLS_AES_128_GCM_SHA256 TLSv1.3',
    `${TARGET_GROUP} "Root=1-68e2cf80-${hex}" "shop.example.com" "session-reused" 0 ${time(at)} "forward" "-" "-"`,
    `"${target ?? '-'}" "${targetStatus ?? '-'}" "-" "-" TID_${hex}`,
  ].join(' ')
}

/** Two requests a second to each Pod that leaves, and the other Pods' in between; 6 are lost, and one is the application's own 500. */
export function playedLog(): string {
  const lines: Line[] = []
  for (let nth = 0; nth < PODS_THAT_LEAVE; nth++) {
    const deleted = deletedAt(nth)
    for (let at = -60_000; at <= lastOf(nth) * 1000; at += EACH)
      lines.push({ at: deleted + at, target: `${addressOf(nth)}:8080`, ...outcomeOf(nth, at) })
  }
  lines.push({ at: BEGIN, target: '10.0.2.1:8080', status: 500, targetStatus: 500 })
  lines.push({ at: BEGIN + 9_000_000, target: '10.0.2.1:8080', status: 200, targetStatus: 200 })
  const sorted = lines.toSorted((a, b) => a.at - b.at)
  return sorted.map((line, nth) => `${lineOf(line, nth)}\n`).join('')
}

function outcomeOf(nth: number, at: number): Omit<Line, 'at' | 'target'> {
  if (nth === HOOKLESS && at >= 500 && at <= 2_000) return { status: 502, isUndelivered: true, took: 3 }
  if (nth === HOOKLESS && at > 2_000) return { status: 200, targetStatus: 200 }
  if (nth === CUT && at > lastOf(CUT) * 1000 - 1_000)
    return { status: 504, isUndelivered: true, took: 10_000 }
  return { status: 200, targetStatus: 200 }
}

/** When the log of the controller says that each address was taken out: deletion + 1 s, and the call took 0.25 s. */
export function playedLbcLog(): string {
  return Array.from({ length: PODS_THAT_LEAVE }, (_, nth) => {
    const ts = new Date(deletedAt(nth) + 1_000).toISOString()
    const end = new Date(deletedAt(nth) + 1_250).toISOString()
    const target = { AvailabilityZone: 'eu-central-1a', Id: addressOf(nth), Port: 8080 }
    return [
      { level: 'info', ts, msg: 'deRegistering targets', arn: TARGET_GROUP, targets: [target] },
      { level: 'info', ts: end, msg: 'deRegistered targets', arn: TARGET_GROUP },
    ]
  })
    .flat()
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join('')
}

const reasonsOf = (nth: number): readonly DepartureReason[] => {
  if (nth === HOOKLESS) return [{ id: 'no-hook', container: 'app' }]
  if (nth === CUT) return [{ id: 'grace-cut', given: seconds(2), needed: seconds(75) }]
  return []
}

function departureOf(nth: number): Departure {
  const reasons = reasonsOf(nth)
  const deleted = deletedAt(nth)
  const slept = nth === HOOKLESS ? 0 : nth === CUT ? 2 : 45
  return {
    uid: `uid-${nth}`,
    pod: { kind: 'Pod', namespace: WEB.namespace, name: podOf(nth) },
    workload: WEB,
    ip: addressOf(nth),
    deleted,
    graceStated: seconds(75),
    slept: seconds(slept),
    ended: deleted + slept * 1000,
    gone: deleted + slept * 1000 + 1_000,
    exitCodes: [{ container: 'app', code: 0 }],
    outcome: reasons.length === 0 ? 'covered' : 'exposed',
    reasons,
  }
}

/**
 * The report of a running Slackwater that saw them leave. No term is set, so that what is measured may count: what
 * the helpers of these tests state elsewhere is taken as assumed here.
 */
export async function playedReport(
  changed: (nth: number, one: Departure) => Departure = (_, one) => one,
): Promise<Report> {
  const cluster = new ReportedCluster()
  const { services, ingresses, deployments, pods } = bigCluster(1)
  cluster.put(SERVICES, ...services).put(INGRESSES, ...ingresses)
  cluster.put(DEPLOYMENTS, ...deployments).put(PODS, ...pods)
  await cluster.start()
  const departures = Array.from({ length: PODS_THAT_LEAVE }, (_, nth) => changed(nth, departureOf(nth)))
  const report = await cluster.report({
    now: () => new Date('2026-10-06T00:00:00Z'),
    departures: () => ({
      kept: 'here',
      view: {
        since: BEGIN,
        followed: 30,
        departures: { covered: PODS_THAT_LEAVE - 2, exposed: 2, unknown: 0 },
        rollouts: [],
        others: departures,
      },
    }),
  })
  await cluster.server.stop()
  const text = JSON.stringify(report).replaceAll(
    /"rank":"explicit","source":\{"kind":"setting","name":"terms\.\w+(?:\.\w+)?"\}/g,
    '"rank":"assumed","source":{"kind":"default","of":"Slackwater"}',
  )
  return JSON.parse(text)
}
