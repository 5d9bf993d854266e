import { expect, test } from 'vitest'
import { standingOf } from '../../src/handover/standing.ts'

const REVISION = 'deployment.kubernetes.io/revision'

const set = (revision: string, hash = 'a') => ({
  kind: 'ReplicaSet',
  metadata: { annotations: { [REVISION]: revision }, labels: { 'rollouts-pod-template-hash': hash } },
})

const deployment = (revision: string, { observed = 4, updated = 3 } = {}) => ({
  kind: 'Deployment',
  metadata: { generation: 4, annotations: { [REVISION]: revision } },
  spec: { replicas: 3 },
  status: {
    observedGeneration: observed,
    replicas: updated,
    updatedReplicas: updated,
    availableReplicas: updated,
  },
})

const rollout = (currentPodHash: string, stableRS: string, phase = 'Healthy') => ({
  kind: 'Rollout',
  metadata: { generation: 4 },
  status: { observedGeneration: '4', currentPodHash, stableRS, phase },
})

test.for<[string, string, unknown, unknown]>([
  ['current', 'the revision of its Deployment', deployment('7'), set('7')],
  ['unsettled', 'a change that the controller has not seen', deployment('7', { observed: 3 }), set('7')],
  ['rolling', 'a newer revision, with two of three Pods', deployment('8', { updated: 2 }), set('7')],
  ['replaced', 'a newer revision, with all of its Pods', deployment('8'), set('7')],
  ['replaced', 'it is gone, and the rollout over', deployment('8'), undefined],
  ['current', 'the stable one of a Rollout', rollout('a', 'a'), set('1', 'a')],
  ['rolling', 'stable, while a canary runs', rollout('b', 'a', 'Progressing'), set('1', 'a')],
  ['rolling', 'a canary itself', rollout('a', 'b', 'Paused'), set('1', 'a')],
  ['replaced', 'an older one of a Rollout', rollout('b', 'b'), set('1', 'a')],
  [
    'current',
    'bare',
    { kind: 'ReplicaSet', metadata: { generation: 1 }, status: { observedGeneration: 1 } },
    set('1'),
  ],
  ['current', 'left by its Deployment (--cascade=orphan)', undefined, set('1')],
  ['replaced', 'gone with its Deployment', undefined, undefined],
])('%s: %s', ([standing, , workload, replicaSet]) => {
  expect(standingOf(workload, replicaSet)).toBe(standing)
})
