import { describe, expect, test } from 'vitest'
import type { PodFacts } from '../../src/core/departures/pod-facts.ts'
import { type FixedFacts, toFixedFacts, toPodFacts, toPodHead } from '../../src/kubernetes/departing-pod.ts'
import { ShapeError } from '../../src/kubernetes/json.ts'
import { GATE, type PodState, podOf, START, timeAt } from '../controller/shop-pods.ts'

/** A Pod of the API server, and what a departure is judged by. */

const WORKLOAD = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const at = (second: number): number => START + second * 1000
const NOW = at(500)

function factsOf(raw: unknown, fixed?: FixedFacts): PodFacts {
  const kind = { apiVersion: 'v1', kind: 'Pod', ...(raw as object) }
  const known = { workload: WORKLOAD, revision: '6d4b', now: NOW, ...(fixed && { fixed }) }
  return toPodFacts(kind, { head: toPodHead(kind), ...known })
}

const facts = (state: PodState = {}): PodFacts => factsOf(podOf('web-6d4b-a', state))

test('all of a running Pod', () => {
  expect(facts()).toEqual({
    uid: 'uid-of-web-6d4b-a',
    ref: { kind: 'Pod', namespace: 'shop', name: 'web-6d4b-a' },
    workload: WORKLOAD,
    revision: '6d4b',
    created: at(0),
    ip: '10.0.1.23',
    node: 'ip-10-0-1-7.eu-west-1.compute.internal',
    grace: 75,
    containers: [{ name: 'app', hook: { length: 45, isOurs: false } }],
    gates: [{ type: GATE, passed: at(29) }],
    containersReady: at(10),
    ready: at(30),
  })
})

test('a head has labels, owner, uid and what its annotation assumes', () => {
  const raw = podOf('web-6d4b-a', { annotations: { 'slackwater.dev/assume': 'alb-ip' } })
  expect(toPodHead({ ...raw, kind: 'Pod' })).toEqual({
    ref: { kind: 'Pod', namespace: 'shop', name: 'web-6d4b-a' },
    owner: { kind: 'ReplicaSet', namespace: 'shop', name: 'web-6d4b' },
    uid: 'uid-of-web-6d4b-a',
    labels: { app: 'web', 'pod-template-hash': '6d4b' },
    assume: 'alb-ip',
    isBeingDeleted: false,
  })
})

// The API server writes the moment of the delete and the grace period, as one time: 100 + 30.
test('a deletion is asked for before its timestamp, by the grace that it gives', () => {
  expect(facts({ deleted: { second: 100, grace: 30 } }).deletion).toEqual({ at: at(100), grace: 30 })
  expect(facts({ deleted: { second: 100, grace: 0 } }).deletion).toEqual({ at: at(100), grace: 0 })
})

describe('hooks', () => {
  const hooksOf = (containers: readonly object[], more: object = {}, annotations?: PodState['annotations']) =>
    facts({ spec: { containers, ...more }, ...(annotations && { annotations }) }).containers

  const withHook = (name: string, preStop: object) => ({ name, image: 'app:1', lifecycle: { preStop } })
  const record = { 'slackwater.dev/injected': '{"grace":{"before":30,"after":75},"sleep":{"app":45}}' }

  test('none, a command that begins with a sleep, one of unknown length, and one by HTTP', () => {
    expect(
      hooksOf([
        { name: 'app', image: 'app:1' },
        withHook('a', { exec: { command: ['sh', '-c', 'sleep 15; nginx -s quit'] } }),
        withHook('b', { exec: { command: ['/drain'] } }),
        withHook('c', { httpGet: { path: '/', port: 80 } }),
      ]),
    ).toEqual([
      { name: 'app' },
      { name: 'a', hook: { length: 15, isOurs: false } },
      { name: 'b', hook: { isOurs: false } },
      { name: 'c', hook: { isOurs: false } },
    ])
  })

  test('ours is the one that our record names, as it says', () => {
    const sleep = (seconds: number) => [withHook('app', { sleep: { seconds } })]
    expect(hooksOf(sleep(45), {}, record)).toEqual([{ name: 'app', hook: { length: 45, isOurs: true } }])
    expect(hooksOf(sleep(44), {}, record)).toEqual([{ name: 'app', hook: { length: 44, isOurs: false } }])
  })

  test('native sidecars and init containers are not among the containers', () => {
    const initContainers = [{ name: 'mesh', image: 'mesh:1', restartPolicy: 'Always' }]
    expect(hooksOf([{ name: 'app', image: 'app:1' }], { initContainers })).toEqual([{ name: 'app' }])
  })

  test('no grace period is the one of the API server', () => {
    expect(facts({ spec: { terminationGracePeriodSeconds: undefined } }).grace).toBe(30)
  })
})

describe('gates', () => {
  const gated = (condition: object, ...others: readonly object[]) =>
    facts({ conditions: [{ type: GATE, ...condition }, ...others] }).gates

  test('one that has not passed, and one without a condition', () => {
    expect(gated({ status: 'False', lastTransitionTime: null })).toEqual([{ type: GATE }])
    expect(facts({ conditions: [] }).gates).toEqual([{ type: GATE }])
  })

  const ready = { type: 'Ready', status: 'True', lastTransitionTime: new Date(at(31)).toISOString() }

  // The kubelet makes no Pod ready before its gates are True: 31 at the latest. Of one that is not ready nothing is known.
  test('LBC gives no time at first: then that of the readiness, and none before it', () => {
    const gate = { status: 'True', lastTransitionTime: null }
    expect(gated(gate, ready)).toEqual([{ type: GATE, passed: at(31) }])
    expect(gated(gate)).toEqual([{ type: GATE }])
  })

  test('a gate that has become False since the Pod was ready had passed; one that was False before had not', () => {
    const isFalse = (second: number) => ({
      status: 'False',
      lastTransitionTime: new Date(at(second)).toISOString(),
    })
    expect(gated(isFalse(40), ready)).toEqual([{ type: GATE, passed: at(31) }])
    expect(gated(isFalse(20), ready)).toEqual([{ type: GATE }])
  })

  test('gates of others, and the legacy one, are none of target groups', () => {
    const readinessGates = ['example.com/ready', 'target-health.alb.ingress.k8s.aws/web_web_80'].map(
      (conditionType) => ({ conditionType }),
    )
    expect(facts({ spec: { readinessGates } }).gates).toEqual([])
  })
})

describe('readiness', () => {
  const condition = (type: string, status: string, second: number) => ({
    ...{ type, status, lastTransitionTime: new Date(at(second)).toISOString() },
  })

  test('since when it is not ready, and that nothing says so', () => {
    const waiting = facts({
      conditions: [condition('Ready', 'False', 7), condition('ContainersReady', 'False', 8)],
    })
    expect(waiting).toMatchObject({ notReady: at(7) })
    expect(waiting).not.toHaveProperty('ready')
    expect(waiting).not.toHaveProperty('containersReady')
    expect(facts()).not.toHaveProperty('notReady')
  })

  test('why it is disrupted, while that is True', () => {
    const disrupted = (status: string) =>
      facts({ conditions: [{ type: 'DisruptionTarget', status, reason: 'EvictionByEvictionAPI' }] })
        .disruption
    expect(disrupted('True')).toBe('EvictionByEvictionAPI')
    expect(disrupted('False')).toBeUndefined()
  })
})

describe('a Pod that its node ends without a delete', () => {
  const failed = (more: object, state: PodState = {}) => {
    const raw = podOf('web-6d4b-a', state)
    return factsOf({ ...raw, status: { ...raw.status, phase: 'Failed', ...more } }).failure
  }
  const target = (reason: string) => ({
    conditions: [
      {
        type: 'DisruptionTarget',
        status: 'True',
        reason,
        lastTransitionTime: new Date(at(90)).toISOString(),
      },
    ],
  })

  test('since its condition says so, with its reason', () => {
    expect(failed(target('TerminationByKubelet'))).toEqual({ at: at(90), why: 'TerminationByKubelet' })
  })

  test('without that condition: since its container ended, or since it is seen, by the reason of its status', () => {
    const ended = { second: 100, exitCode: 143 }
    expect(failed({ reason: 'NodeShutdown' }, { ended })).toEqual({ at: at(100), why: 'NodeShutdown' })
    expect(failed({})).toEqual({ at: NOW, why: 'Failed' })
  })

  test('none while it runs, when it is deleted, and when the garbage collector is about to', () => {
    expect(facts(target('TerminationByKubelet'))).not.toHaveProperty('failure')
    const deleted = { second: 100, grace: 75 }
    expect(failed(target('TerminationByKubelet'), { deleted })).toBeUndefined()
    expect(failed(target('DeletionByPodGC'))).toBeUndefined()
  })
})

describe('ends of containers', () => {
  const endOf = (status: object): unknown => {
    const raw = podOf('web-6d4b-a')
    const containerStatuses = [{ name: 'app', ...status }]
    return factsOf({ ...raw, status: { ...raw.status, containerStatuses } }).containers[0]?.end
  }
  const terminated = { finishedAt: new Date(at(146)).toISOString(), exitCode: 137, reason: 'OOMKilled' }

  test('it has ended', () => {
    expect(endOf({ state: { terminated } })).toEqual({ at: at(146), exitCode: 137, reason: 'OOMKilled' })
  })

  test('it waits for its next start: how it ended before', () => {
    const waiting = { reason: 'CrashLoopBackOff' }
    expect(endOf({ state: { waiting }, lastState: { terminated } })).toEqual({
      at: at(146),
      exitCode: 137,
      reason: 'OOMKilled',
    })
  })

  test('it runs again, or for the first time', () => {
    expect(endOf({ state: { running: {} }, lastState: { terminated } })).toBeUndefined()
    expect(endOf({ state: { waiting: {} }, lastState: {} })).toBeUndefined()
  })

  // As the kubelet writes it after a restart of the node.
  test('the kubelet did not find it again', () => {
    const unknown = { exitCode: 137, reason: 'ContainerStatusUnknown', finishedAt: null }
    expect(endOf({ state: { terminated: unknown } })).toBeUndefined()
    expect(
      endOf({ state: { terminated: { ...unknown, finishedAt: terminated.finishedAt } } }),
    ).toBeUndefined()
  })
})

describe('whether a container has ever run', () => {
  const neverRan = (...containerStatuses: readonly object[]) => {
    const raw = podOf('web-6d4b-a', { conditions: [] })
    return factsOf({ ...raw, status: { ...raw.status, containerStatuses } }).neverRan
  }
  const waiting = { waiting: { reason: 'ImagePullBackOff' } }
  // As the kubelet writes it at the end of a Pod: Kubernetes pkg/kubelet/status/status_manager.go, TerminatePod.
  const unknown = { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', finishedAt: null } }
  const died = { terminated: { exitCode: 1, reason: 'Error', finishedAt: timeAt(5) } }

  test.for<[string, readonly object[], true | undefined]>([
    ['no node has it', [], true],
    ['its image cannot be pulled', [{ name: 'app', state: waiting, containerID: '' }], true],
    ['the same at its end', [{ name: 'app', state: unknown, containerID: '' }], true],
    ['the same of one that ran', [{ name: 'app', state: unknown, containerID: 'containerd://1' }], undefined],
    ['it runs', [{ name: 'app', state: { running: { startedAt: timeAt(2) } } }], undefined],
    ['it ended', [{ name: 'app', state: died }], undefined],
    ['it waits for its next start', [{ name: 'app', state: waiting, lastState: died }], undefined],
    [
      'one of two runs',
      [
        { name: 'app', state: waiting },
        { name: 'proxy', state: { running: {} } },
      ],
      undefined,
    ],
  ])('%s', ([, statuses, answer]) => expect(neverRan(...statuses)).toBe(answer))
})

test('what cannot change in a Pod is not read again', () => {
  const before = facts()
  const later = podOf('web-6d4b-a', {
    deleted: { second: 100, grace: 75 },
    spec: { containers: 'unreadable' },
  })
  const fixed = toFixedFacts({ ...podOf('web-6d4b-a'), kind: 'Pod' })
  expect(factsOf(later, fixed)).toMatchObject({ ...before, deletion: { at: at(100), grace: 75 } })
})

test.for([
  [
    'metadata.uid: expected a string, got nothing',
    { metadata: { name: 'a', creationTimestamp: '2026-01-01T00:00:00Z' } },
  ],
  ['metadata.creationTimestamp: expected a string, got nothing', { metadata: { name: 'a', uid: 'u' } }],
  [
    'metadata.creationTimestamp: expected a time, got "soon"',
    { metadata: { name: 'a', uid: 'u', creationTimestamp: 'soon' } },
  ],
  [
    'spec.containers: expected a list, got a string',
    {
      metadata: { name: 'a', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' },
      spec: { containers: 'x' },
    },
  ],
] as const)('%s', ([problem, raw]) => {
  expect(() => factsOf(raw)).toThrow(new ShapeError({ ...partsOf(problem) }).message)
})

function partsOf(problem: string) {
  const [, path = '', expected = '', got = ''] = /^(\S+): expected (.+), got (.+)$/.exec(problem) ?? []
  return { path, expected, got }
}
