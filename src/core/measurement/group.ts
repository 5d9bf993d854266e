import type { TargetLeave } from './leave.ts'
import type { LossCause, LostRequest } from './measurement.ts'
import type { RequestSeen } from './request-seen.ts'
import { partOf, Silence } from './silence.ts'

/** The requests of one departure in one target group. Milliseconds since 1970. */
export interface Flow {
  /** Requests in the time before it left. */
  before: number
  /** The parts of that time in which there were some, as bits. */
  parts: number
  /** When the last of them came; absent: there was none. */
  served?: number
  /** When the last request after it came; absent: none. */
  last?: number
  /** When the last of those came that were answered before it had ended; absent: none, or its end is unknown. */
  answered?: number
  /** Whether one of them failed as those at a target that has ended do. */
  hasFailed?: true
  /** When the first request came that another Pod at its address answered; absent: none. */
  reused?: number
  /** Absent: it is known when the target ended. */
  silence?: Silence
}

/** A 5xx, or what else may have been lost: what it is, is known when all of the logs have been read. */
export interface Suspect {
  readonly request: RequestSeen
  readonly group: Group
  /** Absent: no departure matches. */
  readonly leave?: TargetLeave
  /** Absent: it was not lost, or it had no target. */
  readonly cause?: LossCause
}

/** What was lost in one target group. */
export interface Lost {
  readonly requests: LostRequest[]
  readonly losses: Record<LossCause, number>
}

/** What the logs have of one target group behind one load balancer; of a Region's 3,000 at most (AWS's quota). */
export class Group {
  readonly loadBalancer: string
  readonly targetGroup: string | undefined
  readonly flows = new Map<TargetLeave, Flow>()
  requests = 0
  unrelated = 0
  answered = 0
  from = Number.POSITIVE_INFINITY
  to = Number.NEGATIVE_INFINITY

  constructor(loadBalancer: string, targetGroup: string | undefined) {
    this.loadBalancer = loadBalancer
    this.targetGroup = targetGroup
  }

  flowOf(leave: TargetLeave): Flow {
    const known = this.flows.get(leave)
    if (known !== undefined) return known
    const flow: Flow = { before: 0, parts: 0 }
    this.flows.set(leave, flow)
    return flow
  }

  /** Notes a request that came while the target still served. */
  serve(leave: TargetLeave, at: number): void {
    const flow = this.flowOf(leave)
    flow.before += 1
    flow.parts |= partOf(leave.start - at)
    flow.served = Math.max(flow.served ?? at, at)
  }

  /** Notes that a request went to the target of a departure. */
  reach(leave: TargetLeave, at: number, isAnswered = false): void {
    const flow = this.flowOf(leave)
    if (flow.last === undefined || at > flow.last) flow.last = at
    if (leave.end !== undefined) {
      if (isAnswered) flow.answered = Math.max(flow.answered ?? at, at)
      return
    }
    flow.silence ??= new Silence(leave.start)
    flow.silence.note(at)
  }

  /** Tells what another Pod got from what the departure got, where only the requests show it. */
  partFlows(): void {
    for (const flow of this.flows.values()) {
      const parted = flow.silence?.end(flow.before, flow.parts)
      if (parted !== undefined) Object.assign(flow, parted)
    }
  }
}
