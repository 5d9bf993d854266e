import { expect, test } from 'vitest'
import { rolloutProgress } from '../../src/kubernetes/rollout-progress.ts'

/** The cases of kubectl's own status viewers (pkg/polymorphichelpers/rollout_status.go), and Argo Rollouts' phases. */

const object = (kind: string, spec: object, status: object, generation = 2) => ({
  kind,
  metadata: { name: 'web', namespace: 'shop', generation },
  spec,
  status,
})

const deployment = (status: object, spec: object = {}) =>
  object('Deployment', { replicas: 3, ...spec }, { observedGeneration: 2, ...status })
const whole = { replicas: 3, updatedReplicas: 3, availableReplicas: 3 }
const statefulSet = (status: object, updateStrategy: object = { type: 'RollingUpdate' }) =>
  object('StatefulSet', { replicas: 3, updateStrategy }, { observedGeneration: 2, ...status })
const revisions = { currentRevision: 'a', updateRevision: 'a' }
const daemonSet = (status: object) =>
  object(
    'DaemonSet',
    { updateStrategy: { type: 'RollingUpdate' } },
    { observedGeneration: 2, desiredNumberScheduled: 2, ...status },
  )
const rollout = (status: object) => object('Rollout', {}, { observedGeneration: '2', ...status })
const tooLate = { conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }] }

test.for<[string, unknown, string, RegExp?]>([
  ['a Deployment all of whose replicas are new', deployment(whole), 'done'],
  ['one of no replicas', deployment({}, { replicas: 0 }), 'done'],
  [
    'one whose controller has not seen the change',
    deployment({ ...whole, observedGeneration: 1 }),
    'rolling',
    /not seen/,
  ],
  ['some are new', deployment({ ...whole, updatedReplicas: 1 }), 'rolling', /1 of 3 replicas are new/],
  ['an old one is left', deployment({ ...whole, replicas: 4 }), 'rolling', /1 old/],
  [
    'some are not available',
    deployment({ ...whole, availableReplicas: 2 }),
    'rolling',
    /2 of 3 new replicas/,
  ],
  ['past its deadline', deployment({ ...whole, availableReplicas: 2, ...tooLate }), 'stuck', /deadline/],
  ['a deadline that was missed before all became available', deployment({ ...whole, ...tooLate }), 'done'],
  ['a paused Deployment', deployment(whole, { paused: true }), 'by-itself-never', /resume/],
  ['a StatefulSet of one revision', statefulSet({ readyReplicas: 3, ...revisions }), 'done'],
  [
    'a StatefulSet of two revisions',
    statefulSet({ readyReplicas: 3, updatedReplicas: 1, ...revisions, updateRevision: 'b' }),
    'rolling',
    /1 of 3/,
  ],
  ['one that is not ready', statefulSet({ readyReplicas: 2, ...revisions }), 'rolling', /2 of 3/],
  [
    'with a partition: only those above it',
    statefulSet(
      { readyReplicas: 3, updatedReplicas: 1, ...revisions, updateRevision: 'b' },
      { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
    ),
    'done',
  ],
  ['a StatefulSet OnDelete', statefulSet({}, { type: 'OnDelete' }), 'by-itself-never', /OnDelete/],
  ['a DaemonSet on every node', daemonSet({ updatedNumberScheduled: 2, numberAvailable: 2 }), 'done'],
  ['on one of two nodes', daemonSet({ updatedNumberScheduled: 1, numberAvailable: 2 }), 'rolling', /1 of 2/],
  [
    'a Pod of a DaemonSet not available',
    daemonSet({ updatedNumberScheduled: 2, numberAvailable: 1 }),
    'rolling',
    /available/,
  ],
  ['a ReplicaSet', object('ReplicaSet', { replicas: 1 }, {}), 'by-itself-never', /deleted/],
  ['a healthy Argo Rollout', rollout({ phase: 'Healthy' }), 'done'],
  [
    'one that has not been seen',
    rollout({ phase: 'Healthy', observedGeneration: '1' }),
    'rolling',
    /not seen/,
  ],
  ['one that progresses', rollout({ phase: 'Progressing', message: 'more replicas' }), 'rolling', /more/],
  [
    'one at a step that waits',
    rollout({ phase: 'Paused', message: 'CanaryPauseStep' }),
    'waiting',
    /promote/,
  ],
  ['one that has failed', rollout({ phase: 'Degraded', message: 'aborted' }), 'stuck', /aborted/],
])('%s', ([, raw, state, why = /^$/]) => {
  const progress = rolloutProgress(raw)
  expect(progress.state).toBe(state)
  expect(progress.state === 'done' ? '' : progress.why).toMatch(why)
})
