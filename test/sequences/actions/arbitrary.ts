import fc from 'fast-check'
import type { Fields } from '../model/values.ts'
import { type Edit, type Hook, RECORD } from './edits.ts'
import { type ChangeStep, type Sequence, type Step, VERBS } from './steps.ts'

/** Sequences of what people do, hostile ones among them. */

/** The same sequences each time, so that nobody's change is blamed for what another's seed would find. */
const USUAL_SEED = 20_261_128
/** `SLACKWATER_SEED`: other sequences, to look for more. */
export const SEED = Number(process.env['SLACKWATER_SEED'] ?? USUAL_SEED)

type Weighted<T> = readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]

const oneOf = <T>(...options: Weighted<T>): fc.Arbitrary<T> =>
  fc.oneof(...options.map(([weight, arbitrary]) => ({ weight, arbitrary })))

/** `constructor` is a name that the API server takes, and one that every object of the language has. */
const NAMES = ['app', 'envoy', 'constructor'] as const
const container = oneOf<string>(
  [6, fc.constant('app')],
  [2, fc.constant('envoy')],
  [1, fc.constantFrom(...NAMES)],
)

/** Around what we write for an ALB (45 and 75), around the default (30), and what nobody would write. */
const SLEEPS = [0, 5, 10, 20, 30, 40, 44, 45, 46, 50, 60, 75, 76, 300] as const
const GRACES = [0, 5, 10, 29, 30, 31, 44, 45, 46, 50, 60, 74, 75, 76, 90, 105, 600, -5] as const

const sleep = fc.constantFrom(...SLEEPS).map((seconds): Hook => ({ sleep: { seconds } }))

const otherHooks = fc.constantFrom<Hook>(
  { exec: { command: ['/bin/sh', '-c', 'sleep 20'] } },
  { exec: { command: ['/bin/sh', '-c', 'sleep 45'] } },
  { exec: { command: ['sleep', '90'] } },
  { exec: { command: ['nginx', '-s', 'quit'] } },
  { httpGet: { port: 8022, path: '/drain' } },
  { tcpSocket: { port: 8022 } },
)

const hook = oneOf<Hook | undefined>([3, fc.constant(undefined)], [4, sleep], [3, otherHooks])

/** Two handlers, or none: the API server refuses both. */
const badHook = oneOf<Hook>(
  [1, fc.constant({})],
  [2, sleep.map((one): Hook => ({ exec: { command: ['x'] }, ...one }))],
)

const hookEdit: fc.Arbitrary<Edit> = fc.record({
  what: fc.constant('hook' as const),
  container,
  on: oneOf<'preStop' | 'postStart'>([5, fc.constant('preStop')], [2, fc.constant('postStart')]),
  hook: oneOf<Hook | undefined>([20, hook], [1, badHook]),
})

const graceEdit: fc.Arbitrary<Edit> = fc.record({
  what: fc.constant('grace' as const),
  seconds: oneOf<number | undefined>([1, fc.constant(undefined)], [4, fc.constantFrom(...GRACES)]),
})

const lifecycle: fc.Arbitrary<Fields | undefined> = oneOf<Fields | undefined>(
  [2, fc.constant(undefined)],
  [1, fc.constant({})],
  [3, hook.map((one) => (one === undefined ? undefined : { preStop: one }))],
  [1, hook.map((one) => (one === undefined ? undefined : { postStart: one }))],
)

const probeEdit: fc.Arbitrary<Edit> = fc.record({
  what: fc.constant('probe' as const),
  container,
  probe: fc.constantFrom('livenessProbe' as const, 'startupProbe' as const, 'readinessProbe' as const),
  value: fc.constantFrom<Fields | undefined>(
    undefined,
    { httpGet: { port: 8080 } },
    { tcpSocket: { port: 8080 }, periodSeconds: 5 },
    { httpGet: { port: 8080 }, terminationGracePeriodSeconds: 5 },
    { httpGet: { port: 8080 }, terminationGracePeriodSeconds: 30 },
  ),
})

const containersEdit: fc.Arbitrary<Edit> = oneOf<Edit>(
  [3, fc.record({ what: fc.constant('add' as const), container, first: fc.boolean() })],
  [2, fc.record({ what: fc.constant('remove' as const), container })],
  [2, fc.record({ what: fc.constant('rename' as const), container, to: fc.constantFrom(...NAMES, 'web') })],
  [1, fc.constant({ what: 'swap' as const })],
  [1, fc.constant({ what: 'reverse' as const })],
  [
    4,
    fc.record({
      what: fc.constant('native sidecar' as const),
      lifecycle,
      present: fc.integer({ max: 3, min: 0 }).map((draw) => draw > 0),
    }),
  ],
)

const mode = fc.constantFrom('enforce', 'dry-run', 'off', 'off', undefined, undefined, 'loud')

const labelEdit: fc.Arbitrary<Edit> = oneOf<Edit>(
  [
    3,
    fc.record({
      what: fc.constant('label' as const),
      on: fc.constantFrom('object' as const, 'template' as const),
      key: fc.constant('slackwater.dev/mode'),
      value: mode,
    }),
  ],
  [
    1,
    fc.record({
      what: fc.constant('label' as const),
      on: fc.constant('template' as const),
      key: fc.constant('app'),
      value: fc.constantFrom('web', 'web', 'other', undefined),
    }),
  ],
)

const annotation = (key: string, ...values: readonly (string | undefined)[]): fc.Arbitrary<Edit> =>
  fc.constantFrom(...values).map((value) => ({ what: 'annotation', key, value }))

/** Bytes below the limit of all annotations, so that there is room for little or for nothing. */
const BLOBS = [10, 60, 150, 400].map((room) => 'x'.repeat(262_144 - 'example.com/blob'.length - room))

const annotationEdit: fc.Arbitrary<Edit> = oneOf<Edit>(
  [8, annotation('kubectl.kubernetes.io/restartedAt', '1', '2', '3')],
  [2, annotation('slackwater.dev/sleep-seconds', '0', '10', '60', '100', '-1', 'soon', undefined)],
  [2, annotation('slackwater.dev/shutdown-seconds', '0', '5', '90', 'x', undefined)],
  [1, annotation('slackwater.dev/shutdown', 'graceful', 'no', undefined)],
  [2, annotation('slackwater.dev/assume', 'none', 'nlb-ip', 'alb-instance', 'alb', undefined)],
  [1, annotation('example.com/blob', ...BLOBS, undefined)],
)

/** The record as a person may leave it: gone, damaged, that of another object, one that claims what is not ours. */
const recordEdit = annotation(
  RECORD,
  undefined,
  undefined,
  '',
  'no record at all',
  '{"sleep":{"app":',
  '{"sleep":{}}',
  '{"sleep":{"app":45}}',
  '{"grace":{"before":30,"after":75},"sleep":{"app":45,"gone":45},"created":{"annotations":true,"lifecycle":["app"]}}',
  '{"grace":{"before":5,"after":60},"sleep":{"app":20,"envoy":20}}',
  '{"grace":{"before":null,"after":30},"form":"exec","sleep":{"app":45}}',
  '{"sleep":{"app":-1}}',
  '{"sleep":{"constructor":45},"probes":{"app":{"livenessProbe":30}}}',
)

const edit: fc.Arbitrary<Edit> = oneOf<Edit>(
  [8, hookEdit],
  [8, graceEdit],
  [3, fc.record({ what: fc.constant('lifecycle' as const), container, value: lifecycle })],
  [2, probeEdit],
  [5, containersEdit],
  [4, labelEdit],
  [4, annotationEdit],
  [
    6,
    fc.record({
      what: fc.constant('image' as const),
      container,
      image: fc.constantFrom('web:1', 'web:2', 'web'),
    }),
  ],
  [
    1,
    fc.record({ what: fc.constant('env' as const), container, value: fc.constantFrom('1', '2', undefined) }),
  ],
  [1, fc.record({ what: fc.constant('replicas' as const), count: fc.constantFrom(0, 1, 2, 3) })],
)

const seldom = (percent: number): fc.Arbitrary<boolean> =>
  fc.integer({ min: 0, max: 99 }).map((draw) => draw >= 100 - percent)

const edits = fc.array(edit, { maxLength: 3, size: 'max' })

const change: fc.Arbitrary<ChangeStep> = fc.record({
  verb: oneOf<ChangeStep['verb']>(
    [5, fc.constant('apply')],
    [4, fc.constant('server-side apply')],
    [4, fc.constantFrom(...VERBS)],
  ),
  edits,
  away: seldom(12),
  force: seldom(50),
})

/** The record as it is stored is edited, never a manifest that somebody sends again and again. */
const recordChange: fc.Arbitrary<ChangeStep> = fc.record({
  verb: fc.constantFrom<ChangeStep['verb']>('merge patch', 'strategic patch', 'json patch', 'edit'),
  edits: fc.tuple(recordEdit, edits).map(([record, others]) => [record, ...others.slice(0, 1)]),
  away: seldom(12),
  force: fc.constant(false),
})

const step: fc.Arbitrary<Step> = oneOf<Step>(
  [30, change],
  [1, recordChange],
  [2, fc.record({ verb: fc.constant('exposed' as const), on: fc.boolean() })],
  [2, fc.record({ verb: fc.constant('namespace mode' as const), mode })],
)

/** Steps of one sequence, so that what was done long ago still matters. */
const LONGEST = 24

export const sequence: fc.Arbitrary<Sequence> = fc.record({
  kind: oneOf<Sequence['kind']>(
    [6, fc.constant('Deployment')],
    [2, fc.constant('StatefulSet')],
    [1, fc.constant('Pod')],
  ),
  start: oneOf<readonly Edit[]>(
    [12, fc.array(edit, { maxLength: 3 })],
    // A manifest that was exported, copied, damaged.
    [1, fc.tuple(recordEdit, edits).map(([record, others]) => [record, ...others])],
  ),
  steps: fc.array(step, { minLength: 1, maxLength: LONGEST, size: 'max' }),
})
