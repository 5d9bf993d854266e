import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { Account } from './account.ts'
import { ACTIONS } from './load-balancing.ts'
import { Parameters } from './parameters.ts'
import { Refusal } from './refusal.ts'
import { element, type XmlValue } from './xml.ts'

/**
 * What goes wrong with a call.
 * - `denied`: 403 AccessDenied, the policy of the caller lacks the action;
 * - `expired`: 403 ExpiredToken;
 * - `throttled`: 400 Throttling, "Rate exceeded";
 * - `unavailable`: 503 ServiceUnavailable;
 * - `slow`: answered after `delay`;
 * - `silent`: never answered;
 * - `broken`: 200 with XML that ends in the middle;
 * - `not-xml`: 200 with the page of a proxy;
 * - `closed`: the connection is closed without an answer.
 */
export interface Fault {
  readonly kind:
    | 'denied'
    | 'expired'
    | 'throttled'
    | 'unavailable'
    | 'slow'
    | 'silent'
    | 'broken'
    | 'not-xml'
    | 'closed'
  /** Only this one; absent: every action. */
  readonly action?: string
  /** How many calls; absent: until the fault is taken away. */
  readonly times?: number
  /** `slow`: milliseconds. */
  readonly delay?: number
}

/** A call that came in. */
export interface Call {
  readonly action: string
  readonly parameters: Readonly<Record<string, string>>
  /** What signed it (SigV4); absent: unsigned. */
  readonly authorization?: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** The HTTP status; absent: not answered, or not yet. */
  readonly status?: number
}

/** Stands in for AWS's API of load balancers, version 2, on a loopback port. */
export interface StandIn {
  /** `http://127.0.0.1:PORT`: what `AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2` takes. */
  readonly url: string
  readonly calls: readonly Call[]
  /** From now on; `undefined`: all is well again. */
  fail(fault: Fault | undefined): void
  stop(): Promise<void>
}

export interface StandInOptions {
  readonly host?: string
  /** 0, the default: any that is free. */
  readonly port?: number
  /** Answers an action that is not of load balancing, such as EC2's; undefined: unknown here, too. */
  readonly others?: (parameters: Parameters, requestId: string) => string | undefined
}

export async function startStandIn(account: Account, options: StandInOptions = {}): Promise<StandIn> {
  const { host = '127.0.0.1', port = 0 } = options
  const answering = new Answering(account, options)
  const server = createServer((request, response) => void answering.answer(request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://${host}:${bound}`,
    calls: answering.calls,
    fail: (fault) => answering.fail(fault),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const VERSION = '2015-12-01'
const NAMESPACE = `http://elasticloadbalancing.amazonaws.com/doc/${VERSION}/`

class Answering {
  readonly calls: Call[] = []
  readonly #account: Account
  readonly #options: StandInOptions
  #fault: Fault | undefined
  #left = 0

  constructor(account: Account, options: StandInOptions) {
    this.#account = account
    this.#options = options
  }

  fail(fault: Fault | undefined): void {
    this.#fault = fault
    this.#left = fault?.times ?? Number.POSITIVE_INFINITY
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const form = body === '' ? (request.url?.split('?')[1] ?? '') : body
    const parameters = new Parameters(form)
    const action = parameters.text('Action') ?? ''
    const { authorization } = request.headers
    const index = this.calls.push({
      action,
      parameters: Object.fromEntries(new URLSearchParams(form)),
      ...(authorization === undefined ? {} : { authorization }),
      at: Date.now(),
    })
    const fault = this.#faultOf(action)
    if (fault?.kind === 'slow') await pause(fault.delay ?? 0)
    if (fault?.kind === 'silent') return
    if (fault?.kind === 'closed') return void response.destroy()
    const requestId = randomUUID()
    const { status, xml, type = 'text/xml' } = this.#reply(action, parameters, requestId, fault)
    const call = this.calls[index - 1]
    if (call !== undefined) this.calls[index - 1] = { ...call, status }
    response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': requestId })
    response.end(xml)
  }

  #faultOf(action: string): Fault | undefined {
    const fault = this.#fault
    if (fault === undefined || this.#left <= 0) return undefined
    if (fault.action !== undefined && fault.action !== action) return undefined
    this.#left -= 1
    return fault
  }

  #reply(action: string, parameters: Parameters, requestId: string, fault: Fault | undefined): Reply {
    if (fault?.kind === 'not-xml') return { status: 200, xml: PROXY_PAGE, type: 'text/html' }
    try {
      if (fault !== undefined) refuse(fault, action, this.#account)
      const other = this.#options.others?.(parameters, requestId)
      if (other !== undefined) return { status: 200, xml: other }
      const perform = ACTIONS[action]
      if (perform === undefined || parameters.text('Version') !== VERSION)
        throw new Refusal(
          'InvalidAction',
          400,
          `Could not find operation ${action} for version ${parameters.text('Version') ?? 'NO_VERSION_SPECIFIED'}`,
        )
      const xml = answerXml(action, perform(this.#account, parameters), requestId)
      return { status: 200, xml: fault?.kind === 'broken' ? xml.slice(0, xml.length / 2) : xml }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { status: error.status, xml: errorXml(error, requestId) }
    }
  }
}

interface Reply {
  readonly status: number
  readonly xml: string
  readonly type?: string
}

const PROXY_PAGE = '<!doctype html><title>Sign in</title><p>You must sign in to use this network.'

function refuse({ kind }: Fault, action: string, { account }: Account): void {
  if (kind === 'denied')
    throw new Refusal(
      'AccessDenied',
      403,
      `User: arn:aws:sts::${account}:assumed-role/slackwater/1 is not authorized to perform: ` +
        `elasticloadbalancing:${action} because no identity-based policy allows the elasticloadbalancing:${action} action`,
    )
  if (kind === 'expired')
    throw new Refusal('ExpiredToken', 403, 'The security token included in the request is expired')
  if (kind === 'throttled') throw new Refusal('Throttling', 400, 'Rate exceeded')
  if (kind === 'unavailable') throw new Refusal('ServiceUnavailable', 503, 'Service Unavailable')
}

const answerXml = (action: string, result: XmlValue, requestId: string): string =>
  `<${action}Response xmlns="${NAMESPACE}">` +
  element(`${action}Result`, result, 'member') +
  element('ResponseMetadata', { RequestId: requestId }, 'member') +
  `</${action}Response>\n`

/** `Receiver`: the fault is AWS's. */
const errorXml = ({ code, message, status }: Refusal, requestId: string): string =>
  `<ErrorResponse xmlns="${NAMESPACE}">` +
  element('Error', { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message }, 'member') +
  element('RequestId', requestId, 'member') +
  '</ErrorResponse>\n'
