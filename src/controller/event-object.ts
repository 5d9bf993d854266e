import { createHash } from 'node:crypto'
import { objectPath } from '../cluster/objects.ts'
import { printable } from '../core/model/printable.ts'
import { property } from '../kubernetes/json.ts'
import { microTime } from '../pacing/clock.ts'
import type { ObjectEvent, Regarding } from './events.ts'

/** Bytes, as the API server counts them (kubernetes, pkg/apis/core/validation/events.go). */
const LONGEST_NOTE = 1024
const LONGEST_WORD = 128
/** A name has 253 characters at most; the dot and 16 of a hash follow. */
const LONGEST_NAME_PART = 236

const EVENTS = { apiVersion: 'events.k8s.io/v1', plural: 'events' } as const

/** Where an Event is kept: beside what it is about, and for cluster-scoped objects in `default`. */
const namespaceOf = ({ namespace }: Regarding): string => (namespace === '' ? 'default' : namespace)

/**
 * The same for everything that says the same of the same object, whoever says it: another replica, or we after a
 * restart, find the Event there already.
 */
export function eventName({ regarding, type, reason, action, note }: ObjectEvent): string {
  const what = [regarding.uid, regarding.kind, regarding.name, type, reason, action, note]
  const hash = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16)
  const object = regarding.name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, '-')
    .slice(0, LONGEST_NAME_PART)
    .replaceAll(/^[.-]+|[.-]+$/g, '')
  return object === '' ? hash : `${object}.${hash}`
}

export const eventsPath = (regarding: Regarding): string =>
  objectPath({ ...EVENTS, namespace: namespaceOf(regarding) })

export const eventPath = (event: ObjectEvent): string =>
  objectPath({ ...EVENTS, namespace: namespaceOf(event.regarding), name: eventName(event) })

/** An `events.k8s.io/v1` Event. @param instance which of our processes says it. */
export function eventObject(event: ObjectEvent, at: Date, instance: string): object {
  const { regarding, type, reason, action, note } = event
  const { namespace, ...withoutNamespace } = regarding
  return {
    apiVersion: EVENTS.apiVersion,
    kind: 'Event',
    metadata: { name: eventName(event), namespace: namespaceOf(regarding) },
    eventTime: microTime(at),
    reportingController: 'slackwater',
    reportingInstance: cut(instance, LONGEST_WORD),
    type,
    reason: cut(reason, LONGEST_WORD),
    action: cut(action, LONGEST_WORD),
    regarding: namespace === '' ? withoutNamespace : regarding,
    note: cut(printable(note), LONGEST_NOTE),
  }
}

/** How often an Event was seen. */
interface Series {
  readonly count: number
  /** When it was last written, milliseconds since 1970; 0 where it cannot be read. */
  readonly last: number
}

const timeOf = (value: unknown): number =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? Date.parse(value) : 0

/** Of an `events.k8s.io/v1` Event; one without a series was seen once. */
export function readSeries(event: unknown): Series {
  const series = property(event, 'series')
  const count = property(series, 'count')
  return {
    count: typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 1,
    last: timeOf(property(series, 'lastObservedTime') ?? property(event, 'eventTime')),
  }
}

const ELLIPSIS = '…'

/** To so many bytes of UTF-8, never through a character. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  const room = new Uint8Array(bytes - Buffer.byteLength(ELLIPSIS))
  return text.slice(0, new TextEncoder().encodeInto(text, room).read) + ELLIPSIS
}
