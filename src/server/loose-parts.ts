import type { AdmissionRequest } from '../admission/review.ts'
import { isRecord } from '../core/model/json-value.ts'
import { UID_AT, uidOf } from './parse-body.ts'

/** Bytes of a review that are of no consequence: each request has its own, and no decision reads them. */
export interface LoosePart {
  /** Offset in the body. */
  readonly at: number
  readonly length: number
}

/** An API server's uid (apimachinery, util/uuid). */
const UID = /^[0-9a-f-]{36}$/

/** The volume of a Pod's token has a suffix of its own (kubernetes, plugin/pkg/admission/serviceaccount/admission.go). */
const TOKEN_VOLUME = /^kube-api-access-[a-z0-9]{5}$/
const TOKEN_NAME = { before: Buffer.from('"name":"kube-api-access-'), rareFrom: '"name":"'.length, length: 5 }

/** Field ownership says when it was last changed (apimachinery, meta/v1, ManagedFieldsEntry); of a Pod it is not read. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const TIME_TEXT = { before: Buffer.from('"time":"'), rareFrom: 1, length: '2026-01-01T00:00:00Z'.length }

/** A Pod has one for its volume, one for each container, and one for each of its field owners. A choice. */
const MOST = 32

/**
 * The loose parts of a review, by offset: its uid, and in a Pod the suffix of the token's volume wherever it stands, and
 * the times in its field ownership.
 * @returns undefined if the body does not begin as an API server writes it, or has too many.
 */
export function loosePartsOf(body: Buffer, request: AdmissionRequest): readonly LoosePart[] | undefined {
  const uid = uidOf(body)
  if (uid === undefined || !UID.test(uid) || uid !== request.uid) return undefined
  const own = { at: UID_AT, length: uid.length }
  const { kind, object } = request
  if (kind.group !== '' || kind.kind !== 'Pod') return [own]
  const tokens = partsAfter(body, TOKEN_NAME, countOf(namesIn(object), TOKEN_VOLUME))
  const times = partsAfter(body, TIME_TEXT, countOf(timesIn(object), TIME))
  const parts = [own, ...tokens, ...times]
  return parts.length > MOST ? undefined : parts.sort((a, b) => a.at - b.at)
}

interface Marked {
  readonly before: Buffer
  /** Where in it the search begins: a search for what begins with a quote stops at every quote of the body. */
  readonly rareFrom: number
  readonly length: number
}

/**
 * What follows each of these marks. If there are more marks than the object has such fields, one of them is something
 * else, and none is loose. (Inside of a string a mark cannot be: its quotes would be escaped. Whoever hides such a field
 * in escapes or white space, and puts a mark elsewhere, can be given a wrong answer. No API server writes such a body, so
 * nobody else can.)
 */
function partsAfter(body: Buffer, { before, rareFrom, length }: Marked, count: number): readonly LoosePart[] {
  const parts: LoosePart[] = []
  if (count === 0) return parts
  const rare = before.subarray(rareFrom)
  for (let found = body.indexOf(rare); found >= 0 && parts.length <= count; ) {
    const at = found + rare.length
    const mark = at - before.length
    if (mark >= 0 && body.compare(before, 0, rareFrom, mark, found) === 0) parts.push({ at, length })
    found = body.indexOf(rare, at)
  }
  return parts.length === count ? parts : []
}

const countOf = (texts: readonly unknown[], pattern: RegExp): number =>
  texts.filter((text) => typeof text === 'string' && pattern.test(text)).length

/** The names of a Pod's volumes and of their mounts. */
function namesIn(pod: unknown): readonly unknown[] {
  const spec = memberOf(pod, 'spec')
  const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]
  const mounts = containers.flatMap((container) => listAt(container, 'volumeMounts'))
  return [...listAt(spec, 'volumes'), ...mounts].map((one) => memberOf(one, 'name'))
}

const timesIn = (pod: unknown): readonly unknown[] =>
  listAt(memberOf(pod, 'metadata'), 'managedFields').map((one) => memberOf(one, 'time'))

const memberOf = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined)

function listAt(value: unknown, key: string): readonly unknown[] {
  const list = memberOf(value, key)
  return Array.isArray(list) ? list : []
}
