import { createMeasurement } from '../../../src/core/measurement/create-measurement.ts'
import type { LeavingTarget } from '../../../src/core/measurement/leaving-target.ts'
import type { GroupMeasurement, Measurement } from '../../../src/core/measurement/measurement.ts'
import type { MeasuringOptions } from '../../../src/core/measurement/measuring.ts'
import type { RequestSeen } from '../../../src/core/measurement/request-seen.ts'

export const LOAD_BALANCER = 'app/shop/50dc6c495c0c9188'
export const TARGET_GROUP = 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/k8s-shop-web/1'

/** A Thursday, at a whole second. Milliseconds since 1970. */
export const NOON = Date.UTC(2026, 9, 1, 12)

/** Seconds after noon. */
export const at = (seconds: number): number => NOON + seconds * 1000

let traces = 0

/** A request that came some seconds after noon and was answered 50 ms later. */
export function seen(seconds: number, changed: Partial<RequestSeen> = {}): RequestSeen {
  traces += 1
  return {
    loadBalancer: LOAD_BALANCER,
    targetGroup: TARGET_GROUP,
    target: '10.0.1.2:8080',
    at: at(seconds),
    answered: at(seconds) + 50,
    status: 200,
    targetStatus: 200,
    isUndelivered: false,
    isUnanswered: false,
    trace: `Root=1-${traces}`,
    ...changed,
  }
}

/** Without a status of the target: its own is given up in all of these. */
function failed(seconds: number, changed: Partial<RequestSeen>): RequestSeen {
  const { targetStatus: _, ...rest } = seen(seconds, changed)
  return rest
}

/** 502: the target refused the connection. */
export const refused = (seconds: number, changed: Partial<RequestSeen> = {}): RequestSeen =>
  failed(seconds, { status: 502, isUndelivered: true, isUnanswered: true, ...changed })

/** 502: the target closed the connection with the request outstanding. */
export const cut = (seconds: number, lasted: number, changed: Partial<RequestSeen> = {}): RequestSeen =>
  failed(seconds, { status: 502, isUnanswered: true, answered: at(seconds + lasted), ...changed })

/** 504: no connection within 10 s. */
export const unreachable = (seconds: number, changed: Partial<RequestSeen> = {}): RequestSeen =>
  failed(seconds, {
    status: 504,
    isUndelivered: true,
    isUnanswered: true,
    answered: at(seconds + 10),
    ...changed,
  })

/** 504: handed over, and not answered within the idle timeout of 60 s. */
export const idle = (seconds: number): RequestSeen =>
  failed(seconds, { status: 504, isUnanswered: true, answered: at(seconds + 60) })

/** 503: the target group has no target. */
export function nobody(seconds: number, changed: Partial<RequestSeen> = {}): RequestSeen {
  const { target: _, ...rest } = failed(seconds, {
    status: 503,
    isUndelivered: true,
    isUnanswered: true,
    ...changed,
  })
  return rest
}

/** A Pod that was deleted at noon. */
export const leaving = (changed: Partial<LeavingTarget> = {}): LeavingTarget => ({
  ip: '10.0.1.2',
  pod: { kind: 'Pod', namespace: 'shop', name: 'web-1' },
  deleted: NOON,
  missing: [],
  ...changed,
})

/** Ten requests in the minute before noon, and others to another target so that the logs go on. */
export const SERVED: readonly RequestSeen[] = [
  ...Array.from({ length: 10 }, (_, index) => seen(-60 + 6 * index)),
  ...Array.from({ length: 60 }, (_, index) => seen(-300 + 20 * index, { target: '10.0.9.9:8080' })),
]

/** As a reader does it: only requests that are wanted are taken. */
export function measured(
  targets: readonly LeavingTarget[],
  requests: readonly RequestSeen[],
  options: MeasuringOptions = {},
): Measurement {
  const measuring = createMeasurement(targets, options)
  for (const request of requests)
    if (measuring.wants(request.loadBalancer, request.target ?? '-', request.answered, request.status))
      measuring.take(request)
  return measuring.end()
}

/** The one target group of it. */
export function groupOf(
  targets: readonly LeavingTarget[],
  requests: readonly RequestSeen[],
  options: MeasuringOptions = {},
): GroupMeasurement {
  const { targetGroups } = measured(targets, requests, options)
  const group = targetGroups.find(({ targetGroup }) => targetGroup === TARGET_GROUP)
  if (group === undefined) throw new Error('no requests to the target group')
  return group
}
