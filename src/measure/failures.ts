import type { RequestSeen } from '../core/measurement/request-seen.ts'
import type { TimeSpan } from './time-span.ts'

/** Failed requests that are kept one by one. A choice: far more than anybody reads, and a few MiB. */
const MOST = 10_000

const SERVER_ERROR = 500

/** The answers of 500 and above within a span of time. */
export class FailuresWithin {
  readonly span: TimeSpan
  readonly kept: RequestSeen[] = []
  count = 0

  constructor(span: TimeSpan) {
    this.span = span
  }

  see(request: RequestSeen): void {
    const { status, at, answered } = request
    if (status < SERVER_ERROR || answered < this.span.from || at > this.span.to) return
    this.count += 1
    if (this.kept.length < MOST) this.kept.push(request)
  }
}
