import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { PlayedRequest } from '../plane/played.ts'

/** What became of a request. */
export type SentFate = Pick<PlayedRequest, 'answered' | 'status' | 'targetStatus' | 'times'>

/** "HTTP 504: the load balancer failed to establish a connection to the target before the connection timeout expired (10 seconds)." */
const CONNECT_TIMEOUT = 10_000
/** `idle_timeout.timeout_seconds`, its default. Milliseconds. */
const IDLE_TIMEOUT = 60_000

/** No answer at the address: in a VPC that hangs; on a bridge the kernel knows after 3 s that nobody has it. */
const NOBODY_THERE = ['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EHOSTDOWN']

/** Sends as one node of an ALB does: over connections that it keeps, and never twice. */
export class Sender {
  readonly #agent = new Agent({ keepAlive: true })

  close(): void {
    this.#agent.destroy()
  }

  /** @param target `10.0.1.2:8080`. @param at when the load balancer had the request: milliseconds since 1970. */
  send(target: string, at: number): Promise<SentFate> {
    return new Promise((resolve) => {
      const sent = request(`http://${target}/`, { agent: this.#agent })
      const sending = new Sending(sent, at, resolve)
      sent.once('socket', (socket) => {
        if (!socket.connecting) sending.connected()
        else socket.once('connect', () => sending.connected())
      })
      sent.once('response', (answer) => sending.answered(answer))
      sent.once('error', (error: NodeJS.ErrnoException) => sending.failed(error.code ?? ''))
      sent.end()
    })
  }
}

/** One request, from the moment it is given a connection. */
class Sending {
  readonly #request: ClientRequest
  readonly #at: number
  readonly #resolve: (fate: SentFate) => void
  #timer: NodeJS.Timeout
  #isLate = false
  #sentAt: number | undefined

  constructor(sent: ClientRequest, at: number, resolve: (fate: SentFate) => void) {
    this.#request = sent
    this.#at = at
    this.#resolve = resolve
    this.#timer = setTimeout(() => this.#expire(), CONNECT_TIMEOUT)
  }

  connected(): void {
    clearTimeout(this.#timer)
    this.#sentAt = Date.now()
    this.#timer = setTimeout(() => this.#expire(), IDLE_TIMEOUT)
  }

  answered(answer: IncomingMessage): void {
    const began = Date.now()
    const { statusCode: status = 0 } = answer
    answer.resume()
    answer.once('error', () => undefined)
    answer.once('close', () => {
      const sentAt = this.#sentAt ?? began
      const times = [seconds(sentAt - this.#at), seconds(began - sentAt), 0] as const
      this.#end({ answered: Date.now(), status, targetStatus: status, times })
    })
  }

  failed(code: string): void {
    const isSent = this.#sentAt !== undefined
    const times = [isSent ? seconds((this.#sentAt ?? 0) - this.#at) : -1, -1, -1] as const
    const isGone = !isSent && NOBODY_THERE.includes(code)
    if (this.#isLate || isGone)
      this.#end({
        answered: isGone ? Math.max(Date.now(), this.#at + CONNECT_TIMEOUT) : Date.now(),
        status: 504,
        times,
      })
    else this.#end({ answered: Date.now(), status: 502, times })
  }

  #expire(): void {
    this.#isLate = true
    this.#request.destroy()
  }

  #end(fate: SentFate): void {
    clearTimeout(this.#timer)
    this.#resolve(fate)
  }
}

const seconds = (milliseconds: number): number => Math.max(0, milliseconds) / 1000
