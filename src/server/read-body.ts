import type { IncomingMessage } from 'node:http'
import type { ArrivingBody, BodyBudget, BodyRefusal } from './body-budget.ts'

/** A body that is not read to its end; the status is for its sender. */
export class RefusedBody extends Error {
  readonly refusal: BodyRefusal
  readonly statusCode: number

  constructor(refusal: BodyRefusal) {
    const [statusCode, message] = ANSWERS[refusal]
    super(message)
    this.refusal = refusal
    this.statusCode = statusCode
  }
}

const ANSWERS: Readonly<Record<BodyRefusal, readonly [status: number, message: string]>> = {
  'too-large': [413, 'the body is longer than any review'],
  'too-slow': [408, 'the body took longer to arrive than the longest webhook timeout'],
  'gave-way': [503, 'the body was unfinished, and another body needed the memory'],
}

/** The sender broke off, or sent something else than announced. */
class BrokenBody extends Error {
  readonly statusCode = 400
}

interface BodyLimits {
  readonly budget: BodyBudget
  readonly from: string
  /** For one body, bytes. */
  readonly limit: number
  /** For the whole body, milliseconds. */
  readonly timeoutMs: number
}

/** Initial buffer size. An ordinary review is a few kB; bytes, a choice. */
const FIRST_ROOM = 16 * 1024

/**
 * Collects a body in one buffer that grows with it. Chunks are copied and not kept: each would hold far more memory
 * than its bytes, and the sender decides how small they are.
 * @param done called once: with the bytes, or with the reason why there are none.
 */
export function readBody(
  stream: IncomingMessage,
  reading: BodyLimits,
  done: (error: Error | null, body?: Buffer) => void,
): void {
  const { budget, from, limit, timeoutMs } = reading
  const announced = Number(stream.headers['content-length'] ?? Number.NaN)
  if (announced > limit) {
    done(new RefusedBody('too-large'))
    return
  }
  let isFinished = false
  const finish = (error: Error | null, body?: Buffer): void => {
    if (isFinished) return
    isFinished = true
    clearTimeout(timer)
    stream.off('data', take).off('end', end).off('close', broken).off('error', broken)
    arriving.end()
    // The rest of the body is not read.
    if (error !== null) stream.once('error', () => undefined).pause()
    done(error, body)
  }
  const arriving = budget.open({ from, giveWay: () => finish(new RefusedBody('gave-way')) })
  const timer = setTimeout(() => finish(new RefusedBody('too-slow')), timeoutMs)
  const bytes = new GrowingBuffer(arriving, Number.isNaN(announced) ? limit : announced)
  const take = (chunk: Buffer): void => {
    if (bytes.length + chunk.length > limit) finish(new RefusedBody('too-large'))
    else if (!bytes.take(chunk)) finish(new RefusedBody('gave-way'))
  }
  const end = (): void => finish(null, bytes.whole())
  const broken = (): void => finish(new BrokenBody('the body ended before its announced length'))
  stream.on('data', take).on('end', end).on('close', broken).on('error', broken)
}

class GrowingBuffer {
  readonly #arriving: ArrivingBody
  readonly #most: number
  #buffer: Buffer = Buffer.alloc(0)
  #length = 0

  constructor(arriving: ArrivingBody, most: number) {
    this.#arriving = arriving
    this.#most = most
  }

  get length(): number {
    return this.#length
  }

  take(chunk: Buffer): boolean {
    const length = this.#length + chunk.length
    if (this.#length === 0 && chunk.length === this.#most) return this.#keep(chunk)
    if (length > this.#buffer.length) {
      const room = this.#roomFor(length)
      if (!this.#arriving.grow(room - this.#buffer.length)) return false
      const buffer = Buffer.allocUnsafe(room)
      this.#buffer.copy(buffer, 0, 0, this.#length)
      this.#buffer = buffer
    }
    chunk.copy(this.#buffer, this.#length)
    this.#length = length
    return true
  }

  /** The whole body, which is at its end with it: not copied. */
  #keep(chunk: Buffer): boolean {
    if (!this.#arriving.grow(chunk.length)) return false
    this.#buffer = chunk
    this.#length = chunk.length
    return true
  }

  /** Doubles each time, so that the total copying is linear; limited to what can still arrive. */
  #roomFor(length: number): number {
    return Math.max(length, Math.min(this.#most, Math.max(FIRST_ROOM, this.#buffer.length * 2)))
  }

  whole(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }
}
