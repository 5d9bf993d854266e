import { expect, test } from 'vitest'
import type { PodView } from '../../src/core/handover/scene.ts'
import { seconds } from '../../src/core/model/seconds.ts'
import { ServingTargets } from '../../src/handover/serving.ts'

const pod = (isReady: boolean, isGated: boolean): PodView => ({
  name: 'new',
  uid: 'new',
  version: '1',
  labels: {},
  isReady,
  isDeleting: false,
  isOver: false,
  isGated,
  created: '2026-11-29T10:00:00Z',
})

const terms = {
  workload: { kind: 'Deployment', name: 'web' },
  replicaSet: 'web-1',
  releaseLabel: 'hash',
  leaveLabels: ['app'],
  sleep: seconds(45),
  healthy: seconds(30),
  gated: true,
  disruptionBudgets: [],
}

/** Whether a Pod serves at each of these looks. Seconds. */
function seen(isGated: boolean, ...looks: readonly (readonly [at: number, isReady: boolean])[]) {
  const targets = new ServingTargets()
  return looks.map(([at, isReady]) =>
    targets.among([pod(isReady, isGated)], { terms, now: at * 1000, minReady: 0 }).has('new'),
  )
}

test('ready with a gate: its target is healthy', () => {
  expect(seen(true, [0, false], [10, true])).toEqual([false, true])
})

test('ready again: the gate still has the health of the target that it was, so its target takes its time', () => {
  expect(seen(true, [0, true], [10, false], [20, true], [49, true], [50, true])).toEqual([
    true,
    false,
    false,
    false,
    true,
  ])
})

test('without a gate: after the time that a target takes', () => {
  expect(seen(false, [0, true], [29, true], [30, true])).toEqual([false, false, true])
})
