import type { AdmissionRequest, Answer, ReviewResponse } from '../admission/review.ts'
import { type LoosePart, loosePartsOf } from './loose-parts.ts'
import { uidOf } from './parse-body.ts'

/** An answer that was given before, with what its log line and its metrics say of the review. */
export interface GivenAnswer {
  /** Without its objects. */
  readonly review: AdmissionRequest
  readonly answer: Answer
  readonly response: ReviewResponse
}

/**
 * Answers to reviews that come again: those of the Pods of one ReplicaSet, those of an object that is applied anew. One is
 * found by its bytes, all of them but the loose parts, so that it is never another object's; and only as long as nothing
 * has changed that answers rest on. It saves the parsing, the decision and the writing of the answer.
 */
export class RememberedAnswers {
  readonly #asOf: () => number | undefined
  /** The one that was used last is the last. */
  #kept: Kept[] = []
  #bytes = 0
  #keptAsOf: number | undefined

  /** @param asOf a number that differs after every change of what answers rest on; undefined: none is remembered now. */
  constructor(asOf: () => number | undefined) {
    this.#asOf = asOf
  }

  /** The answer to this review, if the same one was answered before. */
  find(body: Buffer): GivenAnswer | undefined {
    if (!this.#isCurrent()) return undefined
    let alike = 0
    const index = this.#kept.findLastIndex(
      (one) => one.isAsLongAs(body) && ++alike <= MOST_ALIKE && one.isOf(body),
    )
    const found = this.#kept[index]
    const uid = found && uidOf(body)
    if (found === undefined || uid === undefined) return undefined
    if (index < this.#kept.length - 1) this.#kept.push(...this.#kept.splice(index, 1))
    return found.answerTo(uid)
  }

  /** @param given a moment ago: nothing can have changed since it was decided. */
  keep(body: Buffer, given: GivenAnswer): void {
    const { bytes } = sizeOf(body, given)
    if (bytes > MOST_BYTES / 2 || !this.#isCurrent()) return
    const loose = loosePartsOf(body, given.review)
    const parts = given.response.body.split(given.review.uid)
    if (loose === undefined || parts.length !== 2) return
    this.#kept.push(new Kept(body, loose, given))
    this.#bytes += bytes
    while (this.#bytes > MOST_BYTES || this.#kept.length > MOST) this.#bytes -= this.#kept.shift()?.bytes ?? 0
  }

  #isCurrent(): boolean {
    const asOf = this.#asOf()
    if (asOf !== this.#keptAsOf) {
      this.#kept = []
      this.#bytes = 0
      this.#keptAsOf = asOf
    }
    return asOf !== undefined
  }
}

/** The search goes through all of them: most differ in length. A choice. */
const MOST = 256
/**
 * Of those of one length so many are compared, the ones used last: a tenant can send many that differ only at their ends.
 * A choice.
 */
const MOST_ALIKE = 32
/** Of bodies and answers: 13 Pods of 300 kB, or 256 ordinary objects. A choice. */
const MOST_BYTES = 4 * 1024 * 1024

const sizeOf = (body: Buffer, { response }: GivenAnswer) => ({ bytes: body.length + response.body.length })

/** A review with its answer. */
class Kept {
  readonly #body: Buffer
  readonly #loose: readonly LoosePart[]
  readonly #given: GivenAnswer
  /** Of the answer, around its uid. */
  readonly #texts: readonly [before: string, after: string]
  readonly bytes: number

  constructor(body: Buffer, loose: readonly LoosePart[], given: GivenAnswer) {
    const { review, answer, response } = given
    const [before = '', after = ''] = response.body.split(review.uid)
    // A copy: the body may be a part of a larger buffer.
    this.#body = Buffer.from(body)
    this.#loose = loose
    this.#texts = [before, after]
    this.#given = { review: { ...review, object: undefined, oldObject: undefined }, answer, response }
    this.bytes = sizeOf(body, given).bytes
  }

  isAsLongAs(body: Buffer): boolean {
    return body.length === this.#body.length
  }

  /** Whether nothing but loose parts is different. @param body as long as this one. */
  isOf(body: Buffer): boolean {
    const known = this.#body
    let from = 0
    for (const { at, length } of this.#loose) {
      if (body.compare(known, from, at, from, at) !== 0) return false
      from = at + length
    }
    if (body.compare(known, from, known.length, from, known.length) !== 0) return false
    return this.#loose.every(({ at, length }) => isText(body, at, at + length))
  }

  answerTo(uid: string): GivenAnswer {
    const { review, answer, response } = this.#given
    const [before, after] = this.#texts
    return {
      review: { ...review, uid },
      answer,
      response: { body: `${before}${uid}${after}`, patchBytes: response.patchBytes },
    }
  }
}

/** Whether these bytes are of a uid, a suffix or a time: none of them ends a JSON string. */
function isText(body: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!TEXT.has(body[at] ?? 0)) return false
  return true
}

const TEXT: ReadonlySet<number> = new Set(Buffer.from('0123456789abcdefghijklmnopqrstuvwxyzTZ:-', 'latin1'))
