import { expect, test } from 'vitest'
import {
  HASH_LABELS,
  isWorkloadKind,
  traitsOf,
  WORKLOAD_KINDS,
} from '../../../src/core/model/workload-kind.ts'

const those = (isMeant: (kind: keyof typeof WORKLOAD_KINDS) => boolean): readonly string[] =>
  (Object.keys(WORKLOAD_KINDS) as (keyof typeof WORKLOAD_KINDS)[]).filter(isMeant)

// What the constitution says of each: design, scope, placement, late exposure.
test.for([
  ['written in their template', 'isWritten', ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']],
  ['adopted as newborns', 'isAdoptable', ['Deployment', 'StatefulSet']],
  ['left alone, since their Pods end by themselves', 'endsByItself', ['Job', 'CronJob']],
  [
    'read',
    'isRead',
    ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Rollout', 'Job'],
  ],
  ['held by spec.paused', 'isPausable', ['Deployment']],
  ['of Pods with a number of their own', 'hasOrdinals', ['StatefulSet']],
] as const)('kinds that are %s', ([, trait, kinds]) => {
  expect(those((kind) => WORKLOAD_KINDS[kind][trait])).toEqual(kinds)
})

test('only DaemonSets ask for a setting', () => {
  expect(those((kind) => WORKLOAD_KINDS[kind].only !== undefined)).toEqual(['DaemonSet'])
})

test('a kind counts in metrics by its own name or as other', () => {
  const counted = those((kind) => WORKLOAD_KINDS[kind].metric !== 'other')
  expect(counted).toEqual(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout'])
  for (const kind of counted) expect(traitsOf(kind)?.metric).toBe(kind)
})

test('the labels with the hashes of templates', () => {
  expect(HASH_LABELS).toEqual([
    ['pod-template-hash', 'Deployment'],
    ['rollouts-pod-template-hash', 'Rollout'],
  ])
})

test('a kind that is called like an inherited property is no workload', () => {
  for (const kind of ['constructor', 'toString', '__proto__']) {
    expect(traitsOf(kind)).toBeUndefined()
    expect(isWorkloadKind('apps', kind)).toBe(false)
  }
})
