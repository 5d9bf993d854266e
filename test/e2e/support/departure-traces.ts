import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { WatchEvent } from './pod-watch.ts'

/** Traces of departures in files, small enough to be read: specifications do not change, so each stands there once. */

const FOLDER = path.resolve('test/fixtures/departures')

type Fields = Readonly<Record<string, unknown>>

export interface Trace {
  readonly what: string
  readonly kubernetes: string
  /** The Pod that this is about; the others are its peers, and whoever came for it. */
  readonly left: string
  /** What the program in it wrote down. Milliseconds since 1970. */
  readonly seen: { readonly sigterm?: number | undefined; readonly exit?: number | undefined }
  /** Messages of its Events of this reason. */
  readonly failedPreStopHook: readonly string[]
  /** By the name of the Pod. */
  readonly specs: Readonly<Record<string, Fields>>
  readonly events: readonly {
    readonly at: number
    readonly type: string
    readonly metadata: Fields
    readonly status: Fields
  }[]
}

const METADATA = ['name', 'namespace', 'uid', 'labels', 'annotations', 'ownerReferences'] as const
const TIMES = ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const
const SPEC = ['terminationGracePeriodSeconds', 'nodeName', 'readinessGates', 'restartPolicy'] as const
const CONTAINER = ['name', 'image', 'lifecycle', 'resources'] as const
const STATUS = ['phase', 'reason', 'conditions', 'podIP'] as const
const CONTAINER_STATUS = ['name', 'ready', 'restartCount', 'state', 'lastState'] as const

const pick = (fields: Fields, keys: readonly string[]): Fields =>
  Object.fromEntries(keys.flatMap((key) => (fields[key] === undefined ? [] : [[key, fields[key]]])))

const each = (list: unknown, keys: readonly string[]): readonly Fields[] =>
  ((list ?? []) as readonly Fields[]).map((one) => pick(one, keys))

/** What the ledger may look at, and no more. */
export function traceOf(
  about: Pick<Trace, 'what' | 'kubernetes' | 'left' | 'seen' | 'failedPreStopHook'>,
  events: readonly WatchEvent[],
): Trace {
  const specs = new Map<string, Fields>()
  // A Pod has its node a moment after its creation.
  for (const { object } of events)
    specs.set(object.metadata.name, {
      ...pick(object.spec, SPEC),
      containers: each(object.spec['containers'], CONTAINER),
    })
  return {
    ...about,
    specs: Object.fromEntries(specs),
    events: events.map(({ at, type, object: { metadata, status } }) => ({
      at,
      type,
      metadata: pick(metadata, [...METADATA, ...TIMES]),
      status: {
        ...pick(status, STATUS),
        containerStatuses: each(status['containerStatuses'], CONTAINER_STATUS),
      },
    })),
  }
}

const fileOf = (name: string): string => path.join(FOLDER, `${name}.json`)

/** One event a line. */
export function writeTrace(name: string, { events, ...about }: Trace): void {
  mkdirSync(FOLDER, { recursive: true })
  const lines = events.map((event) => JSON.stringify(event)).join(',\n')
  const head = JSON.stringify(about, undefined, 1).replace(/\n}$/, '')
  writeFileSync(fileOf(name), `${head},\n "events": [\n${lines}\n]\n}\n`)
}

export const readTrace = (name: string): Trace | undefined =>
  existsSync(fileOf(name)) ? (JSON.parse(readFileSync(fileOf(name), 'utf8')) as Trace) : undefined

/** The states that a watcher sees the leaving Pod in, one after the other: what does not depend on a machine's speed. */
export function shapeOf({ left, events }: Trace): readonly unknown[] {
  const states = events
    .filter(({ metadata }) => metadata['name'] === left)
    .map(({ type, metadata, status }) => ({
      gone: type === 'DELETED',
      grace: metadata['deletionGracePeriodSeconds'],
      ends: ((status['containerStatuses'] ?? []) as readonly Fields[]).map(endOf),
      disruption: ((status['conditions'] ?? []) as readonly Fields[]).find(
        (one) => one['type'] === 'DisruptionTarget' && one['status'] === 'True',
      )?.['reason'],
    }))
    .filter(({ grace, disruption }) => grace !== undefined || disruption !== undefined)
    .map((state) => JSON.stringify(state))
  return states.filter((state, index) => state !== states[index - 1])
}

const endOf = ({ state }: Fields): unknown => {
  const { terminated } = state as { readonly terminated?: Fields }
  return terminated === undefined ? 'runs' : pick(terminated, ['exitCode', 'reason'])
}
