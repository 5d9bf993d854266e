import { setTimeout as pause } from 'node:timers/promises'
import type { Account, Target, TargetChange } from '../aws/account.ts'
import { AccessLog } from '../plane/log-files.ts'
import type { Names } from '../plane/play.ts'
import type { PlayedRequest } from '../plane/played.ts'
import { Random } from '../plane/random.ts'
import { Sender } from './sender.ts'

/** What is sent, and how an ALB is slow to hear of a deregistration. */
export interface NodesOptions {
  readonly account: Account
  readonly names: Names
  readonly seed: number
  readonly nodes: number
  readonly requestsPerSecond: number
  /** P, in seconds: after each deregistration one of the nodes goes on until then, the others stop at random before. */
  readonly propagation: number
}

/** What the nodes did. */
export interface NodesTold {
  readonly requests: readonly PlayedRequest[]
  readonly log: AccessLog
}

/**
 * The nodes of a load balancer on the real clock: they send real requests to the targets that are registered in the account,
 * and write down what became of each, as an ALB does.
 */
export class RealNodes {
  readonly #options: NodesOptions
  readonly #random: Random
  /** By node and target: when it no longer sends there. Milliseconds since 1970. */
  readonly #known: readonly Map<string, number>[]
  readonly #senders: readonly Sender[]
  readonly #stopping = new AbortController()
  readonly #open = new Set<Promise<void>>()
  readonly #requests: PlayedRequest[] = []
  #loops: readonly Promise<void>[] = []

  constructor(options: NodesOptions) {
    this.#options = options
    this.#random = new Random(options.seed)
    this.#known = Array.from({ length: options.nodes }, () => new Map())
    this.#senders = this.#known.map(() => new Sender())
    options.account.onChange((change) => this.#hear(change))
  }

  begin(): void {
    this.#loops = this.#known.map((_, node) => this.#loop(node))
  }

  /** Waits for what is still open. */
  async end(): Promise<NodesTold> {
    this.#stopping.abort()
    await Promise.all(this.#loops)
    await Promise.all(this.#open)
    for (const sender of this.#senders) sender.close()
    const log = new AccessLog(this.#options.names)
    for (const request of this.#requests) log.take(request)
    return { requests: this.#requests, log }
  }

  #hear({ kind, targetGroup, target, at }: TargetChange): void {
    if (targetGroup !== this.#options.names.targetGroup) return
    const slowest = this.#random.below(this.#known.length)
    for (const [node, targets] of this.#known.entries()) {
      const part = node === slowest ? 1 : this.#random.next()
      const until = at + this.#options.propagation * 1000 * part
      targets.set(addressOf(target), kind === 'registered' ? Number.POSITIVE_INFINITY : until)
    }
  }

  async #loop(node: number): Promise<void> {
    const mean = (1000 * this.#known.length) / this.#options.requestsPerSecond
    const { signal } = this.#stopping
    for (let due = Date.now(); !signal.aborted; ) {
      due += this.#random.wait(mean)
      // What is late on a busy machine is sent at once: the rate is kept.
      await pause(Math.max(0, due - Date.now()), undefined, { signal }).catch(() => undefined)
      if (!signal.aborted) this.#send(node)
    }
  }

  #send(node: number): void {
    const at = Date.now()
    const targets = [...(this.#known[node] ?? [])].filter(([, until]) => at < until).map(([target]) => target)
    const target = targets[this.#random.below(targets.length)]
    const trace = `Root=1-${Math.floor(at / 1000).toString(16)}-${this.#random.hex(24)}`
    if (target === undefined) {
      this.#requests.push({ node, at, answered: at, status: 503, times: [-1, -1, -1], trace })
      return
    }
    const sending = this.#senders[node]?.send(target, at).then((fate) => {
      this.#requests.push({ node, at, target, trace, ...fate })
    })
    if (sending === undefined) return
    this.#open.add(sending)
    void sending.then(() => this.#open.delete(sending))
  }
}

/** As access logs write it. */
const addressOf = ({ id, port }: Target): string => (id.includes(':') ? `[${id}]:${port}` : `${id}:${port}`)
