import { messageOf } from '../core/model/thrown.ts'
import { atMostIn, structureOf } from './structure.ts'

/** A review that is not read, with what is answered instead of a decision. */
export class UnreadReview {
  readonly uid: string
  readonly problem: string

  constructor(uid: string, problem: string) {
    this.uid = uid
    this.problem = problem
  }
}

/** What is wrong with a body; the message is for its sender. */
export class BadBody extends Error {
  readonly statusCode: number

  constructor(statusCode: number, message: string) {
    super(message)
    this.statusCode = statusCode
  }
}

/**
 * Two objects of 1.5 MiB, the most that etcd accepts for one (its --max-request-bytes), that consist only of
 * managedFields, the densest part of real objects: `"f:name":{},` takes 12 bytes, the key of a list's item
 * `"k:{\"name\":\"a\"}":{}` and most others twice as many and more. JSON.parse needs about 60 ms for so many
 * different keys.
 */
const MOST_VALUES = (2 * 1.5 * 1024 * 1024) / 24

/** The API server reads no deeper (sigs.k8s.io/json, as Go's encoding/json: maxNestingDepth). */
const MOST_DEPTH = 10_000

/**
 * A body with more values or bytes is heavy: it blocks the process for longer than an ordinary review takes from
 * sending to answer. A review of one Deployment has some hundreds to two thousand values in some tens of kB; a
 * choice.
 */
const MANY_VALUES = 16_384
const MANY_BYTES = 2 * 1024 * 1024

/** A body this short is not counted: it has at most half as many values, parsed in a few milliseconds. */
const NOT_COUNTED = 65_536

/**
 * After a heavy body no other one is read for this multiple of its time: heavy bodies take at most one hundredth of
 * the time. A choice.
 */
const HEAVY_REST = 100

/** Parses one body after another, and heavy ones rarely. */
export class BodyParser {
  readonly #now: () => number
  #restUntil = Number.NEGATIVE_INFINITY

  /** @param now monotonic, milliseconds. */
  constructor(now: () => number) {
    this.#now = now
  }

  /**
   * Parses a body and passes it on to be answered.
   * @param answer called once; its run time counts as part of the body's time.
   */
  parse(body: Buffer, answer: Answer): void {
    const began = this.#now()
    const isResting = began < this.#restUntil
    const isLong = body.length > MANY_BYTES
    if (isResting && isLong) {
      unread(body, TOO_SOON, answer)
      return
    }
    const { values, depth } = body.length <= NOT_COUNTED ? LITTLE : countedIn(body)
    const isHeavy = isLong || values > MANY_VALUES
    const problem = isHeavy && isResting ? TOO_SOON : excessOf(values, depth)
    if (problem === undefined) parseJson(body, answer)
    else unread(body, problem, answer)
    if (isHeavy && problem === undefined) this.#restUntil = this.#now() + (this.#now() - began) * HEAVY_REST
  }
}

type Answer = (error: Error | null, value?: unknown) => void

const LITTLE = { values: 0, depth: 0 } as const

/** Exact only where it matters: where a quick count does not show that the body is neither heavy nor too deep. */
function countedIn(body: Buffer): ReturnType<typeof structureOf> {
  const most = atMostIn(body)
  return most.values <= MANY_VALUES && most.depth <= MOST_DEPTH ? most : structureOf(body, MOST_VALUES)
}

const TOO_SOON = 'too large to be read so soon after another; apply it again'

function excessOf(values: number, depth: number): string | undefined {
  if (values > MOST_VALUES) return `too large: more than ${MOST_VALUES} fields and entries`
  return depth > MOST_DEPTH ? `too large: nested more than ${MOST_DEPTH} deep` : undefined
}

/** The uid of an API server's review is known without reading the body, so no user's request has to fail. */
function unread(body: Buffer, problem: string, answer: (error: Error | null, value?: unknown) => void): void {
  const uid = uidOf(body)
  if (uid === undefined) answer(new BadBody(413, problem))
  else answer(null, new UnreadReview(uid, problem))
}

/** The beginning of an AdmissionReview as Go writes it: fields in the order of its type (api/admission/v1/types.go). */
const BEGINNING =
  /^\{"kind":"AdmissionReview","apiVersion":"admission\.k8s\.io\/v1","request":\{"uid":"([\w-]{1,64})"/
const LONGEST_BEGINNING = 256

/** Offset of the uid in a body that begins like this. */
export const UID_AT = '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"'.length

/** @returns undefined if the body begins in another way. */
export const uidOf = (body: Buffer): string | undefined =>
  BEGINNING.exec(body.toString('latin1', 0, LONGEST_BEGINNING))?.[1]

function parseJson(body: Buffer, answer: Answer): void {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch (error) {
    answer(new BadBody(400, `expected JSON: ${messageOf(error)}`))
    return
  }
  answer(null, value)
}
