import { Fields, UNCLOSED } from './alb-fields.ts'
import { isoTimeAt } from './iso-time.ts'
import type { LineHash } from './line-hash.ts'

/**
 * One entry of an Application Load Balancer's access log (AWS's user guide for it, "Access log entries"). Lines have had 18
 * fields in 2016, 20 from 2017, 25 and more from 2018, 29 from 2020, 30 from 2024, 33 and 34 from 2025; what they have in
 * common is always at the same place.
 */
const FIELD = {
  type: 0,
  time: 1,
  loadBalancer: 2,
  client: 3,
  target: 4,
  requestTime: 5,
  targetTime: 6,
  responseTime: 7,
  status: 8,
  targetStatus: 9,
  receivedBytes: 10,
  sentBytes: 11,
  request: 12,
  userAgent: 13,
  targetGroup: 16,
  trace: 17,
  created: 21,
} as const

type FieldName = keyof typeof FIELD

/** Up to the trace: what the oldest lines have. */
const LEAST = 18

/** What the fields that are looked at must be. AWS's names of them, and an example. */
const EXPECTED: Readonly<Partial<Record<FieldName, readonly [name: string, expected: string]>>> = {
  type: ['type', 'http, https, h2, grpcs, ws or wss'],
  time: ['time', '2018-07-02T22:23:00.186641Z'],
  loadBalancer: ['elb', 'app/my-loadbalancer/50dc6c495c0c9188'],
  client: ['client:port', '192.168.131.39:2817'],
  target: ['target:port', '10.0.0.1:80 or -'],
  requestTime: ['request_processing_time', 'seconds or -1'],
  targetTime: ['target_processing_time', 'seconds or -1'],
  responseTime: ['response_processing_time', 'seconds or -1'],
  status: ['elb_status_code', '200 or -'],
  targetStatus: ['target_status_code', '200 or -'],
  receivedBytes: ['received_bytes', 'a whole number'],
  sentBytes: ['sent_bytes', 'a whole number'],
  targetGroup: ['target_group_arn', 'arn:… or -'],
  created: ['request_creation_time', '2018-07-02T22:22:48.364000Z or -'],
}

const [ZERO, NINE, DASH, POINT, COLON] = [0x30, 0x39, 0x2d, 0x2e, 0x3a]
const [SMALL_A, SMALL_W, SMALL_Z] = [0x61, 0x77, 0x7a]
const APP = Buffer.from('app/')
const ARN = Buffer.from('arn:')

/** A line that was read; the object is used again for the next one. Offsets are into `bytes`. */
export class AlbLine {
  readonly #fields = new Fields()
  #bytes: Buffer = Buffer.alloc(0)
  #from = 0
  #count = 0
  /** Milliseconds since 1970. */
  answered = 0
  /** NaN: it cannot be known. */
  at = 0
  status = 0
  /** 0: none. */
  targetStatus = 0
  isUndelivered = false
  isUnanswered = false
  #wrong: FieldName | undefined

  /** @returns whether it is an entry; if not, `fault` says what it is instead. */
  read(bytes: Buffer, from: number, to: number): boolean {
    this.#bytes = bytes
    this.#from = from
    if (this.#isEntry(to, true)) return true
    // A field that ends with a backslash, where a writer does not escape it.
    return bytes.subarray(from, to).includes('\\" ') && this.#isEntry(to, false)
  }

  #isEntry(to: number, hasEscapes: boolean): boolean {
    this.#wrong = undefined
    this.#count = this.#fields.split(this.#bytes, this.#from, to, hasEscapes)
    if (this.#count < LEAST) return false
    return this.#readHead() && this.#readTimes() && this.#readRest() && this.#readCreated()
  }

  #readHead(): boolean {
    if (!this.#isType()) return this.#not('type')
    this.answered = this.#time('time')
    if (Number.isNaN(this.answered)) return this.#not('time')
    if (!this.#begins('loadBalancer', APP)) return this.#not('loadBalancer')
    if (this.#length('client') === 0) return this.#not('client')
    return this.#isDash('target') || this.#endsInPort('target') || this.#not('target')
  }

  #readTimes(): boolean {
    const request = this.#seconds('requestTime')
    const target = this.#seconds('targetTime')
    const response = this.#seconds('responseTime')
    this.isUndelivered = request < 0
    this.isUnanswered = target < 0
    const took = (Math.max(request, 0) + Math.max(target, 0) + Math.max(response, 0)) * 1000
    // `time` of a WebSocket is its end: of when it was opened an old line says nothing.
    this.at = this.#isWebSocket() ? Number.NaN : this.answered - took
    return this.#wrong === undefined
  }

  /** Each in its place, so that no field that was split wrongly goes unnoticed. */
  #readRest(): boolean {
    this.status = this.#integer('status')
    this.targetStatus = this.#integer('targetStatus')
    this.#integer('receivedBytes')
    this.#integer('sentBytes')
    if (this.#wrong !== undefined) return false
    return this.#isDash('targetGroup') || this.#begins('targetGroup', ARN) || this.#not('targetGroup')
  }

  #readCreated(): boolean {
    if (this.#count <= FIELD.created || this.#isDash('created')) return true
    this.at = this.#time('created')
    return Number.isNaN(this.at) ? this.#not('created') : true
  }

  /** `ws`, `wss`. */
  #isWebSocket(): boolean {
    return this.#bytes[this.#from] === SMALL_W
  }

  /** `-` is what AWS writes for nothing. */
  text(field: 'loadBalancer' | 'target' | 'targetGroup' | 'trace'): string {
    return this.#bytes.toString('latin1', this.#fields.start(FIELD[field]), this.#fields.end(FIELD[field]))
  }

  has(field: 'target' | 'targetGroup'): boolean {
    return !this.#isDash(field)
  }

  /** What tells one request from all others: everything up to the number of bytes, and the trace. */
  hashInto(hash: LineHash): void {
    hash.begin()
    hash.take(this.#bytes, this.#from, this.#fields.end(FIELD.sentBytes))
    hash.take(this.#bytes, this.#fields.start(FIELD.trace), this.#fields.end(FIELD.trace))
    hash.end()
  }

  /** What was wrong with the line, and what was expected. */
  get fault(): string {
    if (this.#count === UNCLOSED) return 'a field has no closing quote: the line is cut off'
    const wrong = this.#wrong
    if (wrong === undefined)
      return `${this.#count} ${this.#count === 1 ? 'field' : 'fields'}, expected ${LEAST} or more`
    const [name, expected] = EXPECTED[wrong] ?? [wrong, 'another value']
    const found = this.#bytes.toString(
      'utf8',
      this.#fields.start(FIELD[wrong]),
      this.#fields.end(FIELD[wrong]),
    )
    const shown = found.length > LONGEST_SHOWN ? `${found.slice(0, LONGEST_SHOWN)}…` : found
    return `field ${FIELD[wrong] + 1} (${name}) is ${JSON.stringify(shown)}, expected ${expected}`
  }

  #not(field: FieldName): false {
    this.#wrong ??= field
    return false
  }

  #length(field: FieldName): number {
    return this.#fields.end(FIELD[field]) - this.#fields.start(FIELD[field])
  }

  #isDash(field: FieldName): boolean {
    return this.#length(field) === 1 && this.#bytes[this.#fields.start(FIELD[field])] === DASH
  }

  #time(field: FieldName): number {
    return isoTimeAt(this.#bytes, this.#fields.start(FIELD[field]), this.#fields.end(FIELD[field]))
  }

  #isType(): boolean {
    for (let at = this.#from; at < this.#fields.end(FIELD.type); at++) {
      const byte = this.#bytes[at] ?? 0
      if (!((byte >= SMALL_A && byte <= SMALL_Z) || isDigit(byte))) return false
    }
    return this.#length('type') > 0
  }

  #begins(field: FieldName, beginning: Buffer): boolean {
    const start = this.#fields.start(FIELD[field])
    for (let at = 0; at < beginning.length; at++) if (this.#bytes[start + at] !== beginning[at]) return false
    return this.#length(field) > beginning.length
  }

  #endsInPort(field: FieldName): boolean {
    const start = this.#fields.start(FIELD[field])
    const end = this.#fields.end(FIELD[field])
    let at = end - 1
    while (at > start && isDigit(this.#bytes[at] ?? 0)) at -= 1
    return at > start && at < end - 1 && this.#bytes[at] === COLON
  }

  /** −1, or digits with or without a fraction. */
  #seconds(field: FieldName): number {
    const start = this.#fields.start(FIELD[field])
    const end = this.#fields.end(FIELD[field])
    if (end - start === 2 && this.#bytes[start] === DASH && this.#bytes[start + 1] === ZERO + 1) return -1
    let value = 0
    let unit = 1
    let isFraction = false
    for (let at = start; at < end; at++) {
      const byte = this.#bytes[at] ?? 0
      if (byte === POINT && !isFraction) isFraction = true
      else if (!isDigit(byte)) return this.#nothing(field)
      else if (isFraction) {
        unit /= 10
        value += (byte - ZERO) * unit
      } else value = value * 10 + (byte - ZERO)
    }
    return end > start ? value : this.#nothing(field)
  }

  /** Digits, or `-` or nothing for 0. */
  #integer(field: FieldName): number {
    if (this.#isDash(field)) return 0
    let value = 0
    for (let at = this.#fields.start(FIELD[field]); at < this.#fields.end(FIELD[field]); at++) {
      const byte = this.#bytes[at] ?? 0
      if (!isDigit(byte)) return this.#nothing(field)
      value = value * 10 + (byte - ZERO)
    }
    return value
  }

  #nothing(field: FieldName): number {
    this.#not(field)
    return 0
  }
}

/** Characters of a wrong field that are shown. A choice. */
const LONGEST_SHOWN = 60

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE
