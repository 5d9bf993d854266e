/**
 * One line of an access log, as far as a measurement needs it. Times are milliseconds since 1970, with decimals. Some are
 * kept to the end, so no text may be a slice that holds a buffer of the file in memory.
 */
export interface RequestSeen {
  /** `app/my-alb/50dc6c495c0c9188`. */
  readonly loadBalancer: string
  /** ARN; absent: the line names none (`-`). */
  readonly targetGroup?: string
  /** `10.0.1.2:8080`, `[2001:db8::1]:8080`; absent: the load balancer had no target for it. */
  readonly target?: string
  /** When the load balancer received it (`request_creation_time`). */
  readonly at: number
  /** When the load balancer had answered it. */
  readonly answered: number
  /** What the client got. */
  readonly status: number
  /** What the target answered; absent: it did not. */
  readonly targetStatus?: number
  /** `request_processing_time` is −1: the load balancer could not hand it to a target. */
  readonly isUndelivered: boolean
  /** `target_processing_time` is −1: the target closed the connection before it had answered, or did not answer in time. */
  readonly isUnanswered: boolean
  /** The value of X-Amzn-Trace-Id. With the times and the target it tells a request that two files have from another one. */
  readonly trace: string
}
