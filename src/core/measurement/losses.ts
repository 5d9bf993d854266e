import { SKEW, type TargetLeave } from './leave.ts'
import type { LossCause } from './measurement.ts'
import type { RequestSeen } from './request-seen.ts'

/**
 * What a load balancer's answer means, after AWS's guide to Application Load Balancers ("Access log entries",
 * "The load balancer generates an HTTP error"):
 * - 502: the target refused the connection, or closed it with a request outstanding;
 * - 503: the target group has no target;
 * - 504: no connection within 10 s (the request was never handed over), or no answer within the idle timeout.
 * A status of the target's own means that it answered: such a request is never lost, whatever the status. 4xx of the load
 * balancer's own (400, 408, 460, 463) are the client's doing.
 */
const [BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT] = [502, 503, 504]

export const isServerError = ({ status }: RequestSeen): boolean => status >= 500

/** Nothing came back from a target, and it is not the client's doing; gRPC has its errors in answers of status 200. */
const isFailed = (request: RequestSeen): boolean =>
  request.targetStatus === undefined &&
  (isServerError(request) || ((request.isUndelivered || request.isUnanswered) && isSuccess(request)))

const isSuccess = ({ status }: RequestSeen): boolean => status >= 200 && status < 300

/** No target at all in a target group that the request was for. */
export const isWithoutTarget = ({ target, targetGroup, status }: RequestSeen): boolean =>
  target === undefined && targetGroup !== undefined && status === UNAVAILABLE

/**
 * Why a request was lost at a target that had begun to leave when it was answered; undefined: it was not, or for another
 * reason.
 */
export function causeOf(leave: TargetLeave, request: RequestSeen): LossCause | undefined {
  const { answered, at, status, isUndelivered } = request
  if (!isFailed(request)) return undefined
  if (status === BAD_GATEWAY) return 'reset'
  if (status !== GATEWAY_TIMEOUT) return 'other'
  // Handed over and never answered: a slow application, unless the target ended meanwhile.
  return isUndelivered || isEndWithin(leave, at, answered) ? 'connect' : undefined
}

function isEndWithin({ target }: TargetLeave, at: number, answered: number): boolean {
  const end = target.ended ?? target.gone
  return end !== undefined && end - SKEW <= answered && (at >= end || answered >= end)
}
