import { POD, type Schema, WORKLOAD } from './schema.ts'
import { at, changedAt, type Fields, fieldsOf } from './values.ts'

/** The kinds of objects that sequences are made of. */
export interface Kind {
  readonly kind: 'Deployment' | 'StatefulSet' | 'Pod'
  readonly apiVersion: string
  readonly plural: string
  /** Where the pod template stands; empty: the object is one. */
  readonly templateAt: readonly string[]
  readonly schema: Schema
  /** The fields that every object of the kind has (no `omitempty` in its Go type). */
  readonly empty: Fields
  /** Defaults beside those of the pod template. */
  readonly defaults: (object: Fields) => Fields
}

const specOf = (defaults: (spec: Fields) => Fields) => (object: Fields) =>
  changedAt(object, ['spec'], (spec) => defaults(fieldsOf(spec)))

/** SetDefaults_Deployment (pkg/apis/apps/v1). */
const deployment = specOf((spec) => {
  const strategy: Fields = { type: 'RollingUpdate', ...fieldsOf(spec['strategy']) }
  const rolling = { maxSurge: '25%', maxUnavailable: '25%', ...fieldsOf(strategy['rollingUpdate']) }
  return {
    progressDeadlineSeconds: 600,
    replicas: 1,
    revisionHistoryLimit: 10,
    ...spec,
    strategy: strategy['type'] === 'RollingUpdate' ? { ...strategy, rollingUpdate: rolling } : strategy,
  }
})

/** SetDefaults_StatefulSet. */
const statefulSet = specOf((spec) => {
  const strategy = fieldsOf(spec['updateStrategy'])
  const isNew = strategy['type'] === undefined
  const rolling =
    strategy['rollingUpdate'] === undefined && !isNew ? undefined : fieldsOf(strategy['rollingUpdate'])
  return {
    podManagementPolicy: 'OrderedReady',
    replicas: 1,
    revisionHistoryLimit: 10,
    ...spec,
    persistentVolumeClaimRetentionPolicy: {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
      ...fieldsOf(spec['persistentVolumeClaimRetentionPolicy']),
    },
    updateStrategy: {
      type: 'RollingUpdate',
      ...strategy,
      ...(rolling === undefined ? {} : { rollingUpdate: { partition: 0, ...rolling } }),
    },
  }
})

/** SetDefaults_Pod; a negative grace period becomes 1 (conversion.go), of a Pod only. */
const pod = specOf((spec) => {
  const grace = spec['terminationGracePeriodSeconds']
  const isNegative = typeof grace === 'number' && grace < 0
  return { enableServiceLinks: true, ...spec, ...(isNegative ? { terminationGracePeriodSeconds: 1 } : {}) }
})

const TEMPLATE = ['spec', 'template']
const EMPTY_TEMPLATE = { metadata: {}, spec: { containers: null } }

export const DEPLOYMENT: Kind = {
  kind: 'Deployment',
  apiVersion: 'apps/v1',
  plural: 'deployments',
  empty: { metadata: {}, spec: { selector: null, strategy: {}, template: EMPTY_TEMPLATE } },
  templateAt: TEMPLATE,
  schema: WORKLOAD,
  defaults: deployment,
}

export const STATEFUL_SET: Kind = {
  kind: 'StatefulSet',
  apiVersion: 'apps/v1',
  plural: 'statefulsets',
  empty: {
    metadata: {},
    spec: { selector: null, serviceName: '', template: EMPTY_TEMPLATE, updateStrategy: {} },
  },
  templateAt: TEMPLATE,
  schema: WORKLOAD,
  defaults: statefulSet,
}

export const POD_KIND: Kind = {
  kind: 'Pod',
  apiVersion: 'v1',
  plural: 'pods',
  empty: EMPTY_TEMPLATE,
  templateAt: [],
  schema: POD,
  defaults: pod,
}

export const KINDS: Readonly<Record<Kind['kind'], Kind>> = {
  Deployment: DEPLOYMENT,
  StatefulSet: STATEFUL_SET,
  Pod: POD_KIND,
}

/** Metadata and spec of the Pods that an object stands for. */
export function templateOf(object: Fields, { templateAt }: Kind): Fields {
  const found = fieldsOf(at(object, ...templateAt))
  return { metadata: found['metadata'], spec: found['spec'] }
}
