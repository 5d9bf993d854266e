import { RECORD_ANNOTATION } from '../../../src/core/model/keys.ts'
import { inContainer, inPod } from './attempts.ts'

/** The one change of a workload that Slackwater makes, and what could be made of it. */

/** What is left to admission and could be of use to a thief all the same: what exactly is refused. */
export const IN_WHAT_IS_FREE: Readonly<Record<string, readonly [patch: object, words: string]>> = {
  'a hook that runs a command': [
    inContainer({ lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', 'evil'] } } } }),
    'it only sleeps',
  ],
  'a hook that runs a command after a sleep': [
    inContainer({ lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', 'sleep 5; evil'] } } } }),
    'it only sleeps',
  ],
  'a hook that asks another host': [
    inContainer({ lifecycle: { preStop: { httpGet: { host: '169.254.169.254', port: 80 } } } }),
    'it only sleeps',
  ],
  'another sleep for a container that has one': [
    inPod({ containers: [{ name: 'hooked', lifecycle: { preStop: { sleep: { seconds: 1 } } } }] }),
    'a container that has none',
  ],
  'a user’s hook taken away': [
    inPod({ containers: [{ name: 'hooked', lifecycle: null }] }),
    'a container that has none',
  ],
  'a sleep of more than an hour': [
    inPod({
      terminationGracePeriodSeconds: 3_630,
      containers: [{ name: 'app', lifecycle: { preStop: { sleep: { seconds: 3_601 } } } }],
    }),
    '3600 s at most',
  ],
  'a shorter grace': [inPod({ terminationGracePeriodSeconds: 29 }), 'raises a grace period'],
  // 30, and more than an hour.
  'a grace that no drain waits for': [inPod({ terminationGracePeriodSeconds: 3_631 }), '3600 s at most'],
  'a probe’s grace of a second': [
    inContainer({ livenessProbe: { terminationGracePeriodSeconds: 1 } }),
    'the grace period that its Pod had',
  ],
  'a container less': [inPod({ containers: [{ name: 'hooked', $patch: 'delete' }] }), 'of a container'],
  'a record that claims a user’s hook': [record('{"sleep":{"hooked":5}}'), 'the record is not one'],
  'a record that claims a user’s grace': [
    record('{"grace":{"before":1,"after":30},"sleep":{}}'),
    'the record is not one',
  ],
  'a record with more than ours': [record('{"sleep":{},"evil":1}'), 'the record is not one'],
  'a record that claims a key twice': [record('{"sleep":{},"sleep":{"hooked":5}}'), 'the record is not one'],
  'no record at all': [record(''), 'touches a template once'],
}

/** A change with the touch itself, so that its record is not what is refused. */
export function record(text: string): object {
  return { spec: { template: { metadata: { annotations: { [RECORD_ANNOTATION]: text } } } } }
}

/** What Slackwater itself writes where nothing is injected. */
export const TOUCH = record('{"sleep":{}}')

type JsonMap = Readonly<Record<string, unknown>>
const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Two patches as one; of lists the second holds. */
export function merged(a: unknown, b: unknown): unknown {
  if (!isMap(a) || !isMap(b)) return b
  const both = Object.keys(b).map((key) => [key, key in a ? merged(a[key], b[key]) : b[key]])
  return { ...a, ...(Object.fromEntries(both) as JsonMap) }
}
