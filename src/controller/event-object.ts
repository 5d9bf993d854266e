import { createHash } from 'node:crypto'
import { objectPath } from '../cluster/objects.ts'
import { printable } from '../core/model/printable.ts'
import { property } from '../kubernetes/json.ts'
import { microTime } from '../pacing/clock.ts'
import type { ObjectEvent, Regarding } from './events.ts'

/** Bytes, as the API server counts them (kubernetes, pkg/apis/core/validation/events.go). */
const LONGEST_NOTE = 1024
const LONGEST_WORD = 128
/** A name has at most 253 characters; a dot and 16 characters of a hash follow. */
const LONGEST_NAME_PART = 236

const EVENTS = { apiVersion: 'events.k8s.io/v1', plural: 'events' } as const

/** The namespace of an Event: that of its object, and `default` for cluster-scoped objects. */
const namespaceOf = ({ namespace }: Regarding): string => (namespace === '' ? 'default' : namespace)

/**
 * The same for all Events with the same content about the same object, from any process: so another replica, or this
 * one after a restart, finds that the Event exists.
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

/** An `events.k8s.io/v1` Event. @param instance which Slackwater process reports it. */
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
  /** When it was last written, milliseconds since 1970; 0 if unreadable. */
  readonly last: number
}

const timeOf = (value: unknown): number =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? Date.parse(value) : 0

/** From an `events.k8s.io/v1` Event; an Event without a series was seen once. */
export function readSeries(event: unknown): Series {
  const series = property(event, 'series')
  const count = property(series, 'count')
  return {
    count: typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 1,
    last: timeOf(property(series, 'lastObservedTime') ?? property(event, 'eventTime')),
  }
}

const ELLIPSIS = '…'

/** Cuts to a number of bytes of UTF-8, never inside a character. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  const room = new Uint8Array(bytes - Buffer.byteLength(ELLIPSIS))
  return text.slice(0, new TextEncoder().encodeInto(text, room).read) + ELLIPSIS
}
