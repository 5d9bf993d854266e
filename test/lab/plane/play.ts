import type { LossCause } from '../../../src/core/measurement/measurement.ts'
import type { PlayedLoss, PlayedPod, PlayedRequest, PlayOptions, Truth } from './played.ts'
import { Random } from './random.ts'
import { type Course, planCourse } from './rollouts.ts'
import { TargetsOfNode } from './targets.ts'

/** An ALB gives up a connection after this (AWS: Troubleshoot your Application Load Balancers, HTTP 504). Milliseconds. */
const CONNECT_TIMEOUT = 10_000
/** Within a VPC, in milliseconds: a choice. */
const NETWORK = 1

export const TARGET_PORT = 8080

/** Names of what is played. */
export interface Names {
  /** `app/shop/50dc6c495c0c9188`. */
  readonly loadBalancer: string
  /** ARN. */
  readonly targetGroup: string
}

/**
 * Plays it in no time: what each node of the load balancer gets, sends and answers, in the order in which each node answers.
 *
 * @returns what truly happened; the requests are given to `take`, node by node.
 */
export function play(options: PlayOptions, names: Names, take: (request: PlayedRequest) => void): Truth {
  const random = new Random(options.seed)
  const course = planCourse(options, random)
  const playing = new Playing(options, course, random)
  for (let node = 0; node < options.nodes; node += 1)
    for (const request of playing.requestsOf(node)) take(request)
  return { options, ...names, pods: course.pods, ...playing.told() }
}

/** What became of one request at its target. */
interface Fate {
  readonly answered: number
  readonly status: number
  readonly targetStatus?: number
  readonly times: PlayedRequest['times']
  readonly cause?: LossCause
  /** Another Pod had the address by then, and answered. */
  readonly isOther?: boolean
}

class Playing {
  readonly #options: PlayOptions
  readonly #course: Course
  readonly #random: Random
  /** Those that had each address, in the order of time. */
  readonly #holders: ReadonlyMap<string, readonly PlayedPod[]>
  readonly #lost: PlayedLoss[] = []
  readonly #lastRequest = new Map<string, number>()
  #requests = 0
  #applicationErrors = 0

  constructor(options: PlayOptions, course: Course, random: Random) {
    this.#options = options
    this.#course = course
    this.#random = random
    const byTime = course.pods.toSorted((one, other) => one.created - other.created)
    this.#holders = Map.groupBy(byTime, ({ ip }) => ip)
  }

  told() {
    return {
      lastRequest: this.#lastRequest,
      lost: this.#lost.toSorted((one, other) => one.at - other.at),
      requests: this.#requests,
      applicationErrors: this.#applicationErrors,
    }
  }

  *requestsOf(node: number): Generator<PlayedRequest> {
    const { nodes, requestsPerSecond } = this.#options
    const mean = (1000 * nodes) / requestsPerSecond
    const targets = new TargetsOfNode(this.#course.pods, node, this.#random)
    for (const { from, to } of this.#course.spans)
      for (let at = from + this.#random.wait(mean); at < to; at += this.#random.wait(mean))
        yield this.#send(node, at, targets.next(at))
  }

  #send(node: number, at: number, pod: PlayedPod | undefined): PlayedRequest {
    const fate = pod === undefined ? nobody(at) : this.#fateAt(pod, at)
    const trace = `Root=1-${Math.floor(at / 1000).toString(16)}-${this.#random.hex(24)}`
    const { cause, isOther, ...rest } = fate
    this.#requests += 1
    if (rest.targetStatus !== undefined && rest.targetStatus >= 500) this.#applicationErrors += 1
    if (pod !== undefined && !isOther) this.#note(pod, at)
    if (cause !== undefined) {
      const { answered, status } = fate
      const name = pod === undefined ? {} : { pod: pod.name }
      this.#lost.push({ at, answered, node, status, cause, trace, ...name })
    }
    const target = pod === undefined ? {} : { target: targetText(pod.ip) }
    return { node, at, trace, ...target, ...rest }
  }

  #note({ name, leaving }: PlayedPod, at: number): void {
    if (leaving === undefined) return
    this.#lastRequest.set(name, Math.max(at, this.#lastRequest.get(name) ?? 0))
  }

  /** The address decides, not the Pod that was meant: another one may have it by now. */
  #fateAt(pod: PlayedPod, at: number): Fate {
    const { ip } = pod
    const holder = this.#holders.get(ip)?.findLast(({ created }) => created <= at)
    const leaving = holder?.leaving
    if (holder === undefined || (leaving !== undefined && at >= leaving.gone))
      return { answered: at + CONNECT_TIMEOUT, status: 504, times: [-1, -1, -1], cause: 'connect' }
    if (at < holder.ready || (leaving !== undefined && at >= leaving.sigterm))
      return { answered: at + NETWORK, status: 502, times: [-1, -1, -1], cause: 'reset' }
    return { ...this.#served(holder, at), isOther: holder !== pod }
  }

  #served({ leaving }: PlayedPod, at: number): Fate {
    const { applicationErrors, atSigterm, request } = this.#options
    const length = Math.min(this.#random.wait(request.mean), request.longest) * 1000
    const answered = at + NETWORK + length
    if (leaving !== undefined && atSigterm === 'dies' && answered > leaving.ended)
      return { answered: leaving.ended, status: 502, times: [NETWORK / 1000, -1, -1], cause: 'reset' }
    const isError = this.#random.next() < applicationErrors
    const status = isError ? this.#random.pick([500, 502, 503]) : 200
    return { answered, status, targetStatus: status, times: [NETWORK / 1000, length / 1000, 0] }
  }
}

const nobody = (at: number): Fate => ({
  answered: at,
  status: 503,
  times: [-1, -1, -1],
  cause: 'nobody',
})

/** As access logs write it. */
const targetText = (ip: string): string =>
  ip.includes(':') ? `[${ip}]:${TARGET_PORT}` : `${ip}:${TARGET_PORT}`
