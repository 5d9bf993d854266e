import type { AdmissionRequest, Answer, ReviewResponse } from '../admission/review.ts'
import { type LoosePart, loosePartsOf } from './loose-parts.ts'
import { UID_AT, uidOf } from './parse-body.ts'

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
    const mark = markOf(body)
    let alike = 0
    const index = this.#kept.findLastIndex(
      (one) => one.mark === mark && ++alike <= MOST_ALIKE && one.isOf(body),
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

/** The search goes through all of them, by their marks. A choice. */
const MOST = 256
/**
 * Of those with one mark so many are compared, the ones used last: a tenant can send many that differ only at their ends.
 * A choice.
 */
const MOST_ALIKE = 32
/** Of bodies and answers: 13 Pods of 300 kB, or 256 ordinary objects. A choice. */
const MOST_BYTES = 4 * 1024 * 1024

const sizeOf = (body: Buffer, { response }: GivenAnswer) => ({ bytes: body.length + response.body.length })

const UID_LENGTH = 36
/**
 * What stands between the uid and the object says who asks for what: resource, name, namespace, user. Nothing in it is
 * loose. With a long list of groups, so many bytes of it; a choice.
 */
const MOST_MARKED = 1024
const OBJECT = Buffer.from('"object":')

/**
 * Bodies that are the same but for their loose parts have the same mark; others seldom do. It only saves comparing them:
 * FNV-1a over the length and what is before the object, which anybody can make collide.
 */
function markOf(body: Buffer): number {
  const from = UID_AT + UID_LENGTH
  const object = body.indexOf(OBJECT, from)
  const to = Math.min(object < 0 ? body.length : object, from + MOST_MARKED)
  let mark = body.length ^ 0x811c9dc5
  for (let at = from; at < to; at++) mark = Math.imul(mark ^ (body[at] ?? 0), 0x01000193)
  return mark
}

/** A review with its answer. */
class Kept {
  readonly mark: number
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
    this.mark = markOf(body)
    this.#loose = loose
    this.#texts = [before, after]
    this.#given = { review: { ...review, object: undefined, oldObject: undefined }, answer, response }
    this.bytes = sizeOf(body, given).bytes
  }

  /** Whether nothing but loose parts is different. */
  isOf(body: Buffer): boolean {
    const known = this.#body
    if (body.length !== known.length) return false
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
