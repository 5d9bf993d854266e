import { describe, expect, test } from 'vitest'
import { createLedger } from '../../../src/core/departures/create-ledger.ts'
import type { LedgerEvent } from '../../../src/core/departures/event.ts'
import type { Need, PodFacts } from '../../../src/core/departures/pod-facts.ts'
import type { Departure } from '../../../src/core/departures/verdict.ts'
import { seconds } from '../../../src/core/model/seconds.ts'
import { born, container, deleted, ended, GATE, NEED, pod, t, tell } from './cluster.ts'

/*
 * One Pod `a1` of two is deleted at second 100 and ends; the other stays, and `b1` comes for it at 100. The need is S 45 and
 * G 75, everything else is as needed, unless said. What is expected follows from design.md, section 10, and is derived
 * beside each case.
 */

interface Case {
  readonly facts?: Partial<PodFacts>
  readonly need?: Need
  readonly grace?: number
  /** Of all its containers: seconds after the deletion, exit code and reason; absent: never told. */
  readonly end?: readonly [after: number, exitCode?: number, reason?: string]
  readonly other?: Partial<PodFacts> | 'none'
  readonly replacement?: Partial<PodFacts>
  readonly between?: readonly LedgerEvent[]
}

function leaveAlone({ facts, need = NEED, grace, end, other, replacement, between = [] }: Case): Departure {
  const it = tell(createLedger())
  const a1 = pod('a1', 0, facts)
  const a2 = pod('a2', 0, other === 'none' ? {} : other)
  it.pod(50, a1, need)
  if (other !== 'none') it.pod(50, a2, need)
  it.listed(50, a1, ...(other === 'none' ? [] : [a2]))
  const going = deleted(a1, 100, grace)
  it.pod(100, going, need)
  const next = pod('b1', 100, replacement)
  it.pod(100, born(next), need)
  it.pod(120, next, need)
  for (const event of between) it.take(event)
  const last = end === undefined ? going : ended(going, 100 + end[0], end[1], end[2])
  if (end !== undefined) it.pod(Math.max(121, 101 + end[0]), last, need)
  // The kubelet's last delete has a grace period of 0, for every Pod; the API server then moves the deletion to the end.
  const gone = 101 + Math.max(20, end?.[0] ?? 75)
  it.gone(gone, a1, end === undefined ? undefined : deleted(last, gone, 0))
  it.tick(gone + 11)
  const [departure, ...more] = it.news.departures
  expect(more).toEqual([])
  if (departure === undefined) throw new Error('nothing left')
  return departure
}

const said = (one: Case) => {
  const { outcome, reasons } = leaveAlone(one)
  return { outcome, reasons }
}

const covered = { outcome: 'covered', reasons: [] }
const exposed = (...reasons: readonly object[]) => ({ outcome: 'exposed', reasons })
const unknown = (...reasons: readonly object[]) => ({ outcome: 'unknown', reasons })

describe('covered', () => {
  test.for<readonly [title: string, one: Case]>([
    ['it slept 45 s and ended on SIGTERM', { end: [45] }],
    ['it ended by itself, with 0', { end: [46, 0, 'Completed'] }],
    // Two times cut off to whole seconds may be one second nearer to each other than their moments.
    ['its times are a second short, as times of Kubernetes may be', { end: [44] }],
    [
      'its hook is longer than needed, and the container ended after what was needed',
      {
        facts: { containers: [container('app', 60)] },
        end: [50, 1, 'Error'],
      },
    ],
    [
      'it was killed by somebody else after its sleep, before its grace period was over',
      { end: [50, 137, 'Error'] },
    ],
    ['it ran out of memory after its sleep', { end: [50, 137, 'OOMKilled'] }],
    [
      'no container needs a sleep',
      {
        need: { sleep: seconds(0), gated: true },
        facts: { containers: [container('app', 'none')] },
        end: [1],
      },
    ],
    [
      'a proxy outlives the others by its own, longer hook',
      {
        need: { ...NEED, exceptions: [{ container: 'istio-proxy', sleep: seconds(70) }] },
        facts: { containers: [container(), container('istio-proxy', 70)] },
        end: [70],
      },
    ],
    [
      'a container needs none by exception',
      {
        need: { ...NEED, exceptions: [{ container: 'log', sleep: seconds(0) }] },
        facts: { containers: [container(), container('log', 'none')] },
        end: [45],
      },
    ],
    [
      'a hook failed in a restart an hour before',
      {
        end: [45],
        between: [{ kind: 'hook-failed', at: t(100 - 3_600), uid: 'uid-a1', message: 'old' }],
      },
    ],
    [
      'a later delete with a shorter grace is accepted, and changes nothing',
      {
        end: [45],
        between: [{ kind: 'pod', at: t(110), pod: deleted(pod('a1', 0), 100, 1), need: NEED }],
      },
    ],
    [
      'the delete gave less than stated, and no less than needed',
      { facts: { grace: seconds(300) }, grace: 75, end: [45] },
    ],
    // A drain that gives 60 s of 75: the sleep took 45, and the application needed 1 of the 15 that were left.
    [
      'the delete gave less than G and more than S, and every container ended by itself before',
      { grace: 60, end: [46] },
    ],
    [
      'the grace that is needed is not known, and the sleep fits',
      {
        need: { sleep: seconds(45), gated: true },
        facts: { grace: seconds(50) },
        end: [45],
      },
    ],
    [
      'its replacement stands behind instance targets, and has no gate',
      {
        need: { ...NEED, gated: false },
        end: [45],
        replacement: { gates: [] },
      },
    ],
  ])('%s', ([, one]) => expect(said(one)).toEqual(covered))
})

describe('exposed', () => {
  test.for<readonly [title: string, one: Case, ...reasons: readonly object[]]>([
    [
      'the delete gave 30 s (kubectl drain --grace-period), and the application ended by itself',
      { grace: 30, end: [30] },
      { id: 'grace-cut', given: 30, needed: 75 },
    ],
    [
      'the delete gave 30 s, and the container was killed then',
      { grace: 30, end: [30, 137, 'Error'] },
      { id: 'grace-cut', given: 30, needed: 75 },
      { id: 'killed', container: 'app', after: 30 },
    ],
    [
      'the delete gave less than G and more than S, and the container still ran then',
      { grace: 60, end: [60, 137, 'Error'] },
      { id: 'grace-cut', given: 60, needed: 75 },
      { id: 'killed', container: 'app', after: 60 },
    ],
    [
      'the delete gave less than a proxy sleeps that outlives the others',
      {
        need: { ...NEED, exceptions: [{ container: 'istio-proxy', sleep: seconds(70) }] },
        facts: { containers: [container(), container('istio-proxy', 70)] },
        grace: 60,
        end: [60],
      },
      { id: 'grace-cut', given: 60, needed: 75 },
    ],
    [
      'its spec states less than G',
      { facts: { grace: seconds(50) }, end: [45] },
      { id: 'short-grace', stated: 50, needed: 75 },
    ],
    // What the delete took away cut nothing; what the spec lacks was missing all the same.
    [
      'its spec states less than G, and the delete gave still less, which nothing ran into',
      { facts: { grace: seconds(60) }, grace: 50, end: [46] },
      { id: 'short-grace', stated: 60, needed: 75 },
    ],
    [
      'its spec states less than S, and the grace that is needed is not known',
      { need: { sleep: seconds(45), gated: true }, facts: { grace: seconds(30) }, end: [30, 137] },
      { id: 'short-grace', stated: 30, needed: 45 },
      { id: 'killed', container: 'app', after: 30 },
    ],
    ['it was removed by force', { grace: 0 }, { id: 'grace-cut', given: 0, needed: 75 }],
    // Its object stays until the finalizer is removed, so that the kubelet reports how it ended.
    [
      'it was removed by force, and a finalizer held its object',
      { grace: 0, end: [1, 137, 'Error'] },
      { id: 'grace-cut', given: 0, needed: 75 },
      { id: 'killed', container: 'app', after: 1 },
    ],
    ['it ignored SIGTERM', { end: [75, 137, 'Error'] }, { id: 'killed', container: 'app', after: 75 }],
    // A hook as long as the grace: the kubelet gives 2 s after it (minimumGracePeriodInSeconds).
    [
      'it ignored SIGTERM, and the kubelet killed it two seconds late',
      { end: [77, 137] },
      { id: 'killed', container: 'app', after: 77 },
    ],
    [
      'out of memory after 10 s',
      { end: [10, 137, 'OOMKilled'] },
      { id: 'ended-early', container: 'app', after: 10, why: 'OOMKilled' },
    ],
    [
      'it crashed after 43 s',
      { end: [43, 1] },
      { id: 'ended-early', container: 'app', after: 43, why: 'exit code 1' },
    ],
    [
      'a hook of unknown length let it end after 2 s',
      { facts: { containers: [container('app', 'unknown')] }, end: [2, 0, 'Completed'] },
      { id: 'ended-early', container: 'app', after: 2, why: 'Completed' },
      { id: 'unknown-hook', container: 'app' },
    ],
    [
      'no hook',
      { facts: { containers: [container('app', 'none')] }, end: [0] },
      { id: 'no-hook', container: 'app' },
    ],
    // It ended on SIGTERM, at 100 by the clock of the API server.
    [
      'no hook, on a node whose clock is three seconds slow',
      { facts: { containers: [container('app', 'none')] }, end: [-3] },
      { id: 'no-hook', container: 'app' },
    ],
    [
      'one container of two without',
      { facts: { containers: [container(), container('envoy', 'none')] }, end: [45] },
      { id: 'no-hook', container: 'envoy' },
    ],
    [
      'a short hook',
      { facts: { containers: [container('app', 15)] }, end: [15] },
      { id: 'short-hook', container: 'app', length: 15, needed: 45, isOurs: true },
    ],
    [
      'a proxy that does not outlive the others',
      {
        need: { ...NEED, exceptions: [{ container: 'istio-proxy', sleep: seconds(70) }] },
        facts: { containers: [container(), container('istio-proxy', 45)] },
        end: [45],
      },
      { id: 'short-hook', container: 'istio-proxy', length: 45, needed: 70, isOurs: true },
    ],
    [
      'the kubelet reported a failed hook',
      { end: [45], between: [{ kind: 'hook-failed', at: t(101), uid: 'uid-a1', message: 'no such file' }] },
      { id: 'hook-failed', message: 'no such file' },
    ],
    ['its replacement has no gate', { end: [45], replacement: { gates: [] } }, { id: 'no-gate', pod: 'b1' }],
    [
      'its replacement was ready before its gate',
      { end: [45], replacement: { gates: [{ type: GATE, passed: t(130) }] } },
      { id: 'gate-given-up', pod: 'b1' },
    ],
    [
      'its replacement was ready, and its gate is not True',
      { end: [45], replacement: { gates: [{ type: GATE }] } },
      { id: 'gate-given-up', pod: 'b1' },
    ],
    ['it was the only one', { end: [45], other: 'none' }, { id: 'last-endpoint' }],
    [
      'the other one was deleted in the same second',
      { end: [45], other: { deletion: { at: t(100), grace: seconds(75) } } },
      { id: 'last-endpoint' },
    ],
    [
      'a Pod that was evicted by its node and killed, and removed later',
      { facts: { disruption: 'TerminationByKubelet' }, grace: 0, end: [-60, 137, 'Error'] },
      { id: 'ended-early', container: 'app', after: 0, why: 'TerminationByKubelet' },
      { id: 'unseen' },
    ],
  ])('%s', ([, one, ...reasons]) => expect(said(one)).toEqual(exposed(...reasons)))

  test('the other one is not ready', () => {
    const { ready: _, ...rest } = pod('a2', 0)
    const other = { ...rest, ready: undefined, notReady: t(90) } as unknown as Partial<PodFacts>
    expect(said({ end: [45], other })).toEqual(exposed({ id: 'last-endpoint' }))
  })
})

describe('unknown', () => {
  test.for<readonly [title: string, one: Case, ...reasons: readonly object[]]>([
    [
      'a hook that runs a program',
      { facts: { containers: [container('app', 'unknown')] }, end: [45] },
      { id: 'unknown-hook', container: 'app' },
    ],
    ['how its containers ended was never told, and its node is there', {}, { id: 'end-unknown' }],
    [
      'a second delete removed it by force during its sleep',
      { between: [{ kind: 'pod', at: t(110), pod: deleted(pod('a1', 0), 110, 0), need: NEED }] },
      { id: 'end-unknown' },
    ],
    [
      'it needed no sleep, and was removed by force',
      { need: { sleep: seconds(0), gated: true }, grace: 0 },
      { id: 'end-unknown' },
    ],
    [
      'the delete gave less than G, more than S, and how it ended was never told: nothing is known to be cut',
      { grace: 60 },
      { id: 'end-unknown' },
    ],
    [
      'its node is gone, and it was removed with it (PodGC deletes with a grace of 0)',
      { facts: { disruption: 'DeletionByPodGC' }, grace: 0 },
      { id: 'node-gone', node: 'node-1' },
    ],
    [
      'the same, told by the node',
      { grace: 0, between: [{ kind: 'node-gone', at: t(110), node: 'node-1' }] },
      { id: 'node-gone', node: 'node-1' },
    ],
  ])('%s', ([, one, ...reasons]) => expect(said(one)).toEqual(unknown(...reasons)))

  test('of what is known and what is not, what is known counts', () => {
    expect(said({ facts: { containers: [container('app', 'none')] } })).toEqual(
      exposed({ id: 'no-hook', container: 'app' }, { id: 'end-unknown' }),
    )
  })
})

describe('a container that had ended before its Pod was deleted', () => {
  const bare = [container('app', 'none'), container('log', 45)]
  const endOf = (at: number) => ({ at: t(at), exitCode: 1, reason: 'Error' })
  const told = (containers: PodFacts['containers']): PodFacts => pod('a1', 0, { containers })
  const [app, log] = bare

  test.for([
    ['and waited for its next start: nothing of it was cut', 90, []],
    // The same Pod, whose container had been started again.
    ['and had been started again: it ended without a hook', 101, [{ id: 'no-hook', container: 'app' }]],
  ] as const)('%s', ([, at, reasons]) => {
    if (app === undefined || log === undefined) throw new Error('two containers')
    const it = tell(createLedger())
    it.pod(50, told(bare))
    it.pod(50, pod('a2', 0))
    it.listed(50, pod('a1', 0), pod('a2', 0))
    it.pod(91, told([{ ...app, end: endOf(90) }, log]))
    if (at === 101) it.pod(95, told(bare))
    it.pod(100, deleted(told(at === 101 ? bare : [{ ...app, end: endOf(90) }, log]), 100))
    const last = deleted(
      told([
        { ...app, end: endOf(at) },
        { ...log, end: endOf(145) },
      ]),
      100,
    )
    it.pod(146, last)
    it.gone(147, last)
    it.tick(250)
    expect(it.news.departures).toMatchObject([{ reasons }])
  })
})

test('where it was not watched, and only the clocks say that a container had ended before, nobody knows', () => {
  const it = tell(createLedger())
  const bare = deleted(pod('a1', 0, { containers: [container('app', 'none')] }), 100)
  it.pod(102, ended(bare, 97))
  it.pod(102, pod('a2', 0))
  it.listed(102, bare, pod('a2', 0))
  it.gone(103, bare)
  it.tick(200)
  expect(it.news.departures).toMatchObject([{ outcome: 'unknown', reasons: [{ id: 'unseen' }] }])
})

test('what a departure shows', () => {
  expect(leaveAlone({ facts: { disruption: 'EvictionByEvictionAPI' }, end: [46, 143, 'Error'] })).toEqual({
    uid: 'uid-a1',
    pod: { kind: 'Pod', namespace: 'shop', name: 'a1' },
    workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
    revision: 'a',
    ip: '10.0.0.1',
    node: 'node-1',
    deleted: t(100),
    graceGiven: 75,
    graceStated: 75,
    ended: t(146),
    gone: t(147),
    slept: 45,
    exitCodes: [{ container: 'app', code: 143, reason: 'Error' }],
    disruption: 'EvictionByEvictionAPI',
    needed: 45,
    replaced: t(120),
    outcome: 'covered',
    reasons: [],
  })
})

test('how long SIGTERM was held back is the shortest of its containers', () => {
  const slept = (lengths: readonly (number | 'unknown' | 'none')[], end: Case['end'], grace?: number) =>
    leaveAlone({
      facts: { containers: lengths.map((length, index) => container(`c${index}`, length)) },
      ...(end === undefined ? {} : { end }),
      ...(grace === undefined ? {} : { grace }),
    }).slept
  expect(slept([45, 60], [60])).toBe(45)
  expect(slept([45], [10, 137, 'OOMKilled'])).toBe(10)
  expect(slept([45], [30, 137], 30)).toBe(30)
  expect(slept([45, 'none'], [45])).toBe(0)
  expect(slept([45, 'unknown'], [45])).toBeUndefined()
  expect(slept([45], undefined)).toBeUndefined()
})

describe('a Pod that its node ends without a delete', () => {
  const failure = { at: t(100), why: 'TerminationByKubelet' }
  const failed = (exitCode: number, containers = [container()]): PodFacts => {
    const { ready: _, ...rest } = pod('a1', 0, { containers, disruption: 'TerminationByKubelet', failure })
    return ended({ ...rest, notReady: t(101) }, 101, exitCode)
  }

  function evicted(last: PodFacts, ...more: readonly LedgerEvent[]) {
    const it = tell(createLedger())
    it.pod(50, pod('a1', 0, { containers: last.containers.map(({ end: _, ...one }) => one) }))
    it.pod(50, pod('a2', 0))
    it.listed(50, pod('a1', 0), pod('a2', 0))
    it.pod(102, last)
    for (const event of more) it.take(event)
    it.tick(113)
    it.tick(200)
    return it.news.departures
  }

  test('has left, once, and what time it had is not known', () => {
    const [departure, ...more] = evicted(failed(143))
    expect(more).toEqual([])
    expect(departure).toMatchObject({
      outcome: 'unknown',
      reasons: [{ id: 'no-delete', why: 'TerminationByKubelet' }],
      ended: t(101),
    })
    expect(departure).not.toHaveProperty('deleted')
  })

  test('was killed, or had no hook: that is certain', () => {
    expect(evicted(failed(137))).toMatchObject([
      {
        outcome: 'exposed',
        reasons: [{ id: 'ended-early', why: 'TerminationByKubelet' }, { id: 'no-delete' }],
      },
    ])
    expect(evicted(failed(143, [container('app', 'none')]))).toMatchObject([
      { outcome: 'exposed', reasons: [{ id: 'no-hook' }, { id: 'no-delete' }] },
    ])
  })

  test('what deletes its object later is no other departure, and says nothing about it', () => {
    const gone = deleted(failed(143), 105, 0)
    const { failure: _, ...later } = gone
    const end: LedgerEvent = { kind: 'gone', at: t(105), uid: gone.uid, pod: later }
    expect(evicted(failed(143), { kind: 'pod', at: t(105), pod: later, need: NEED }, end)).toMatchObject([
      { outcome: 'unknown', reasons: [{ id: 'no-delete' }] },
    ])
  })

  test('one that had ended before anything was seen of it is no departure', () => {
    const it = tell(createLedger())
    it.pod(50, failed(143))
    it.listed(50, failed(143))
    it.tick(200)
    expect(it.news.departures).toEqual([])
  })

  test('does not hold up the end of a rollout for as long as its object stays', () => {
    const it = tell(createLedger())
    for (const name of ['a1', 'a2']) it.pod(50, pod(name, 0))
    it.listed(50, pod('a1', 0), pod('a2', 0))
    it.pod(102, failed(143))
    const next = pod('b1', 103, { revision: 'b' })
    it.pod(123, next)
    it.pod(124, deleted(pod('a2', 0), 124))
    const last = ended(deleted(pod('a2', 0), 124), 169)
    it.pod(170, last)
    it.gone(171, last)
    for (const at of [182, 240, 300]) it.tick(at)
    expect(it.news.rollouts).toMatchObject([
      { revision: 'b', verdict: 'unknown', departures: { covered: 1, unknown: 1 } },
    ])
  })
})

// Its load balancer has just come: the others of its workload may be there, and were not told yet.
test('of a Pod that was first seen when it left, nobody knows who else was ready', () => {
  const it = tell(createLedger())
  const a1 = deleted(pod('a1', 0), 100)
  it.listed(50)
  it.pod(100, a1)
  it.gone(146, a1, ended(a1, 145))
  it.tick(250)
  expect(it.news.departures).toMatchObject([{ outcome: 'unknown', reasons: [{ id: 'unseen' }] }])
})

// It may have been ready before anything was seen of it.
test('a Pod that was first seen when it left, and not ready then, is a departure', () => {
  const { ready: _, containersReady: __, ...rest } = deleted(pod('a1', 0), 40)
  const it = tell(createLedger())
  it.listed(50)
  it.pod(51, rest)
  it.gone(90, rest, ended(rest, 86))
  it.tick(110)
  it.tick(200)
  expect(it.news.departures.map(({ pod: { name } }) => name)).toEqual(['a1'])
})
