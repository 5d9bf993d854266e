import fc from 'fast-check'
import { compact, type JsonObject, podTemplate, SELECTED } from './templates.ts'

/** Every built-in kind that carries a pod template. */
export interface TemplateKind {
  readonly kind: string
  readonly apiVersion: string
  readonly plural: string
  /** We write into it (design: templates of Deployments, StatefulSets and bare ReplicaSets, DaemonSets when asked). */
  readonly isPatched: boolean
  /** Where its pod template stands; empty: it is one itself. */
  readonly templateAt: readonly string[]
  readonly body: fc.Arbitrary<JsonObject>
}

const selector = { matchLabels: SELECTED }

/** No Pod is made: a test of admission needs none. */
const replicas = fc.constant(0)

/** Left to an autoscaler, or to the API server's default of one. No node takes that Pod; a StatefulSet of one has no hook. */
const maybeReplicas = fc.constantFrom<number | undefined>(0, 0, 0, 0, undefined)

const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

const spec = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<JsonObject> =>
  fc.record({ template: podTemplate, ...fields }).map((made) => ({ spec: compact(made) }))

const strategy = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  {
    weight: 6,
    arbitrary: fc.constantFrom<unknown>(
      { rollingUpdate: { maxSurge: '50%', maxUnavailable: 0 } },
      { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '10%' } },
      {},
    ),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'Recreate' }) },
)

const deployment = spec({
  replicas: maybeReplicas,
  selector: fc.constant(selector),
  strategy,
  minReadySeconds: seldom(fc.integer({ min: 0, max: 30 })),
  paused: seldom(fc.boolean()),
  revisionHistoryLimit: seldom(fc.integer({ min: 0, max: 3 })),
  progressDeadlineSeconds: seldom(fc.integer({ min: 60, max: 900 })),
})

const statefulSet = spec({
  replicas,
  selector: fc.constant(selector),
  serviceName: fc.constantFrom('generated', ''),
  podManagementPolicy: seldom(fc.constantFrom('OrderedReady', 'Parallel')),
  updateStrategy: seldom(
    fc.constantFrom<unknown>(
      { type: 'OnDelete' },
      { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
    ),
  ),
  minReadySeconds: seldom(fc.integer({ min: 0, max: 30 })),
})

/** Templates of Jobs must say that they end. */
const ending = podTemplate.map(({ metadata, spec: pod }) => ({
  metadata,
  spec: { ...(pod as JsonObject), restartPolicy: 'Never' },
}))

const jobSpec = fc
  .record({
    template: ending,
    suspend: fc.constant(true),
    backoffLimit: seldom(fc.integer({ min: 0, max: 6 })),
    completions: seldom(fc.integer({ min: 1, max: 3 })),
    ttlSecondsAfterFinished: seldom(fc.integer({ min: 0, max: 100 })),
  })
  .map(compact)

const job = jobSpec.map((made) => ({ spec: made }))

const cronJob = jobSpec.map(({ suspend, ...made }) => ({
  spec: { schedule: '0 0 31 2 *', suspend, jobTemplate: { spec: made } },
}))

/** A gate keeps a stored Pod from every node. */
const pod = podTemplate.map(({ metadata, spec: made }) => ({
  metadata,
  spec: { ...(made as JsonObject), schedulingGates: [{ name: 'example.com/never' }] },
}))

const DEPLOYED = ['spec', 'template'] as const

export const TEMPLATE_KINDS: readonly TemplateKind[] = [
  {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    plural: 'deployments',
    isPatched: true,
    templateAt: DEPLOYED,
    body: deployment,
  },
  {
    kind: 'StatefulSet',
    apiVersion: 'apps/v1',
    plural: 'statefulsets',
    isPatched: true,
    templateAt: DEPLOYED,
    body: statefulSet,
  },
  {
    kind: 'ReplicaSet',
    apiVersion: 'apps/v1',
    plural: 'replicasets',
    isPatched: true,
    templateAt: DEPLOYED,
    body: spec({ replicas, selector: fc.constant(selector) }),
  },
  {
    kind: 'DaemonSet',
    apiVersion: 'apps/v1',
    plural: 'daemonsets',
    isPatched: true,
    templateAt: DEPLOYED,
    body: spec({
      selector: fc.constant(selector),
      updateStrategy: seldom(fc.constantFrom<unknown>({ type: 'OnDelete' }, { type: 'RollingUpdate' })),
    }),
  },
  { kind: 'Pod', apiVersion: 'v1', plural: 'pods', isPatched: true, templateAt: [], body: pod },
  {
    kind: 'ReplicationController',
    apiVersion: 'v1',
    plural: 'replicationcontrollers',
    isPatched: false,
    templateAt: DEPLOYED,
    body: spec({ replicas, selector: fc.constant(SELECTED) }),
  },
  {
    kind: 'PodTemplate',
    apiVersion: 'v1',
    plural: 'podtemplates',
    isPatched: false,
    templateAt: ['template'],
    body: podTemplate.map((template) => ({ template })),
  },
  {
    kind: 'Job',
    apiVersion: 'batch/v1',
    plural: 'jobs',
    isPatched: false,
    templateAt: DEPLOYED,
    body: job,
  },
  {
    kind: 'CronJob',
    apiVersion: 'batch/v1',
    plural: 'cronjobs',
    isPatched: false,
    templateAt: ['spec', 'jobTemplate', 'spec', 'template'],
    body: cronJob,
  },
]
