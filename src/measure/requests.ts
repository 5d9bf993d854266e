import type { RequestSeen } from '../core/measurement/request-seen.ts'
import { Names, targetText } from './addresses.ts'
import type { AlbLine } from './alb-line.ts'
import { LineHash } from './line-hash.ts'
import type { RequestConsumer, RequestGlance } from './reading.ts'
import { SeenLines } from './seen-lines.ts'

/** Requests that matter of which none is forgotten. A choice: 64 MiB at most, twice while a table grows. */
const MOST_MATTERING = 2 ** 21
/** The same for all requests; a table of the newest and one of those before them. A choice: 64 MiB each at most. */
const MOST_REMEMBERED = 2 ** 21

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Hands each request to the consumer once, however often the logs have it. Of requests that matter that is exact, up to
 * millions of them. Any other that comes again is known among the last two to four million; of those that matter to nobody
 * only numbers are kept, which a copy of a log beyond that would count twice.
 */
export class Requests {
  readonly #consumer: RequestConsumer
  readonly #hash = new LineHash()
  readonly #mattering = new SeenLines(MOST_MATTERING)
  readonly #remembered = new SeenLines(MOST_REMEMBERED)
  readonly #loadBalancers = new Names()
  readonly #targetGroups = new Names()
  readonly #targets = new Names(targetText)
  readonly #glance: Mutable<RequestGlance> = {
    ...{ loadBalancer: '', targetGroup: undefined, target: undefined },
    ...{ at: 0, answered: 0, status: 0, targetStatus: undefined },
  }
  count = 0
  repeated = 0
  /** WebSockets of which the log does not say when they were opened. */
  untimed = 0
  /** Milliseconds since 1970. */
  from = Number.POSITIVE_INFINITY
  to = Number.NEGATIVE_INFINITY

  constructor(consumer: RequestConsumer) {
    this.#consumer = consumer
  }

  /** Whether requests may have been counted twice. */
  get isInexact(): boolean {
    return this.repeated > 0 && (this.#remembered.hasForgotten || this.#mattering.hasForgotten)
  }

  take(line: AlbLine): void {
    line.hashInto(this.#hash)
    if (this.#remembered.has(this.#hash) || this.#mattering.has(this.#hash)) {
      this.repeated += 1
      return
    }
    this.#remembered.add(this.#hash)
    this.count += 1
    this.to = Math.max(this.to, line.answered)
    this.from = Math.min(this.from, Number.isNaN(line.at) ? line.answered : line.at)
    if (Number.isNaN(line.at)) this.untimed += 1
    else if (this.#consumer.wants(this.#glanceAt(line))) {
      this.#mattering.add(this.#hash)
      this.#consumer.take(requestOf(this.#glance, line))
    }
  }

  #glanceAt(line: AlbLine): RequestGlance {
    const glance = this.#glance
    glance.loadBalancer = this.#loadBalancers.of(line.text('loadBalancer'))
    glance.targetGroup = line.has('targetGroup') ? this.#targetGroups.of(line.text('targetGroup')) : undefined
    glance.target = line.has('target') ? this.#targets.of(line.text('target')) : undefined
    glance.at = line.at
    glance.answered = line.answered
    glance.status = line.status
    glance.targetStatus = line.targetStatus > 0 ? line.targetStatus : undefined
    return glance
  }
}

function requestOf(glance: RequestGlance, line: AlbLine): RequestSeen {
  const { loadBalancer, targetGroup, target, at, answered, status, targetStatus } = glance
  const { isUndelivered, isUnanswered } = line
  return {
    loadBalancer,
    ...(targetGroup === undefined ? {} : { targetGroup }),
    ...(target === undefined ? {} : { target }),
    ...{ at, answered, status },
    ...(targetStatus === undefined ? {} : { targetStatus }),
    ...{ isUndelivered, isUnanswered, trace: line.text('trace') },
  }
}
