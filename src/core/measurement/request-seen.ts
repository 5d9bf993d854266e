/**
 * One line of an access log, as far as a measurement needs it. Times are milliseconds since 1970, with decimals. Some are
 * kept to the end, so no text may be a slice that holds a buffer of the file in memory.
 *
 * How AWS's fields tell what happened (its user guide, "Access log entries" and "Troubleshoot your Application Load
 * Balancers"; a `targetStatus` says that the target answered, whatever it answered):
 * - 502, undelivered: the target refused the connection, or its address was unreachable;
 * - 502, delivered and unanswered: it closed the connection with a request outstanding, or the deregistration delay was over;
 * - 504, undelivered: no connection within 10 s, and `answered` − `at` is about that;
 * - 504, delivered and unanswered: no answer within the idle timeout. AWS allows −1 for the delivery here, too;
 * - 503 with a target group and without a target: the group had no target. Without a target group it is a fixed response,
 *   which is also what the load balancer controller makes of a Service that does not exist;
 * - 460: the client closed the connection; 463, 464 and 561: refused before any target was chosen.
 */
export interface RequestSeen {
  /** `app/my-alb/50dc6c495c0c9188`. */
  readonly loadBalancer: string
  /** ARN; absent: the line names none (`-`). */
  readonly targetGroup?: string
  /**
   * `10.0.1.2:8080`, `[2001:db8::1]:8080`, an IPv6 address as RFC 5952 writes it; absent: the load balancer had no target
   * for it, answered itself (redirect, fixed response, WAF), or the target is a Lambda function.
   */
  readonly target?: string
  /**
   * When the load balancer received it; of a WebSocket, when it was opened. Of lines from before July 2018, which do not say
   * so: `answered` less the processing times.
   */
  readonly at: number
  /** When the load balancer began to answer; of a WebSocket, when it was closed. */
  readonly answered: number
  /** What the client got; 0: nothing (`-`, `000`). */
  readonly status: number
  /** What the target answered; absent: it did not. */
  readonly targetStatus?: number
  /** `request_processing_time` is −1: the load balancer could not hand it to a target. */
  readonly isUndelivered: boolean
  /** `target_processing_time` is −1: the target closed the connection before it had answered, or did not answer in time. */
  readonly isUnanswered: boolean
  /**
   * The value of X-Amzn-Trace-Id. A client may send its own, and malformed requests have none (`-`): only with the times and
   * the target does it tell a request from another one.
   */
  readonly trace: string
}
