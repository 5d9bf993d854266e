import { describe, expect, test } from 'vitest'
import { createLedger } from '../../../src/core/departures/create-ledger.ts'
import type { PodFacts } from '../../../src/core/departures/pod-facts.ts'
import { seconds } from '../../../src/core/model/seconds.ts'
import { born, container, deleted, ended, GATE, NEED, pod, t, tell, WEB } from './cluster.ts'

type Told = ReturnType<typeof tell>

const of = (revision: string, over: Partial<PodFacts> = {}): Partial<PodFacts> => ({ revision, ...over })

/** A Pod is created, and ready 20 s later. */
function comes(it: Told, facts: PodFacts, at: number): PodFacts {
  it.pod(at, born(facts))
  it.pod(at + 20, facts)
  return facts
}

/** A Pod is deleted, ends after its sleep of 45 s, and is gone a second later. */
function leaves(it: Told, facts: PodFacts, at: number): void {
  it.pod(at, deleted(facts, at))
  it.pod(at + 45, ended(deleted(facts, at), at + 45))
  it.gone(at + 46, facts)
}

/** Two Pods of template a, seen in the first list at 50. */
function begin() {
  const ledger = createLedger()
  const it = tell(ledger)
  const [a1, a2] = [pod('a1', 0), pod('a2', 0)]
  it.pod(50, a1)
  it.pod(50, a2)
  it.listed(50, a1, a2)
  return { ledger, it, a1, a2 }
}

/** A rollout has ended when the containers of its last old Pod have, and a new one is ready. */
const shape = ({ news }: Told) =>
  news.rollouts.map(({ revision, isSuperseded, verdict, departures: { covered, exposed, unknown } }) => ({
    revision,
    isSuperseded,
    verdict,
    left: [covered, exposed, unknown],
  }))

const LATER = 2_000

describe('rollouts', () => {
  test('as long as a departure is to be judged, a rollout has no end, and its verdict is not the last word', () => {
    const { it, a1, a2, ledger } = begin()
    comes(it, pod('b1', 100, of('b')), 100)
    leaves(it, a1, 120)
    comes(it, pod('b2', 130, of('b')), 130)
    it.pod(160, deleted(a2, 160))
    // It stopped two seconds after its deletion, which is judged only later; the other one sleeps until 165.
    it.pod(167, ended(deleted(a2, 160), 162, 1))
    expect(ledger.view().rollouts).toMatchObject([{ revision: 'b', departures: { exposed: 0 } }])
    expect(ledger.view().rollouts[0]?.ended).toBeUndefined()
    it.gone(168, a2)
    it.tick(LATER)
    expect(ledger.view().rollouts).toMatchObject([{ verdict: 'exposed', ended: t(165) }])
  })

  test('a StatefulSet: the old Pod leaves first, and the new one has its name', () => {
    const { it, a1, a2, ledger } = begin()
    leaves(it, a1, 100)
    // Created when the old one is gone, and judged before: 146 + 10 < 160.
    it.tick(159)
    expect(ledger.view().others).toHaveLength(1)
    comes(it, { ...pod('b1', 160, of('b')), ref: a1.ref }, 160)
    leaves(it, a2, 200)
    comes(it, { ...pod('b2', 247, of('b')), ref: a2.ref }, 247)
    it.tick(LATER)
    expect(shape(it)).toEqual([{ revision: 'b', isSuperseded: false, verdict: 'covered', left: [2, 0, 0] }])
    expect(it.news.rollouts[0]).toMatchObject({ began: t(160), ended: t(245), gates: { held: 2, of: 2 } })
    expect(it.news.departures.map(({ replaced }) => replaced)).toEqual([undefined, t(267)])
    expect(ledger.view().others).toEqual([])
  })

  test('a third template supersedes; what leaves of both belongs to the one that goes on then', () => {
    const { it, a1, a2 } = begin()
    const b1 = comes(it, pod('b1', 100, of('b')), 100)
    leaves(it, a1, 121)
    comes(it, pod('c1', 200, of('c')), 200)
    leaves(it, b1, 221)
    leaves(it, a2, 270)
    it.tick(LATER)
    expect(shape(it)).toEqual([
      { revision: 'b', isSuperseded: true, verdict: 'covered', left: [1, 0, 0] },
      { revision: 'c', isSuperseded: false, verdict: 'covered', left: [2, 0, 0] },
    ])
    expect(it.news.rollouts.map(({ began, ended: end }) => [began, end])).toEqual([
      [t(100), t(200)],
      [t(200), t(315)],
    ])
  })

  test('rollout undo in the middle is a rollout back to the first template', () => {
    const { it, a1 } = begin()
    const b1 = comes(it, pod('b1', 100, of('b')), 100)
    leaves(it, a1, 121)
    comes(it, pod('a3', 200, of('a')), 200)
    leaves(it, b1, 221)
    it.tick(LATER)
    expect(shape(it)).toEqual([
      { revision: 'b', isSuperseded: true, verdict: 'covered', left: [1, 0, 0] },
      { revision: 'a', isSuperseded: false, verdict: 'covered', left: [1, 0, 0] },
    ])
  })

  test('an old Pod that is evicted in the middle and replaced by its ReplicaSet is no rollout back', () => {
    const { it, a1, a2 } = begin()
    comes(it, pod('b1', 100, of('b')), 100)
    it.pod(121, deleted(a1, 121))
    const a3 = comes(it, pod('a3', 122, of('a')), 122)
    it.pod(166, ended(deleted(a1, 121), 166))
    it.gone(167, a1)
    leaves(it, a2, 200)
    comes(it, pod('b2', 250, of('b')), 250)
    leaves(it, a3, 271)
    it.tick(LATER)
    expect(shape(it)).toEqual([{ revision: 'b', isSuperseded: false, verdict: 'covered', left: [3, 0, 0] }])
  })

  // Deleted at 100, it is cut at 130 and judged at 141: the rollout begins while it leaves, or soon after.
  test.for([120, 170])(
    'one that was drained, and had been replaced, before a rollout began at %d belongs to none',
    (from) => {
      const { it, a1, a2, ledger } = begin()
      it.pod(100, deleted(a1, 100, 30))
      const a3 = pod('a3', 100)
      it.pod(100, born(a3))
      const last = ended(deleted(a1, 100, 30), 130, 137)
      const next = pod('b1', from, of('b'))
      if (from < 130) it.pod(from, born(next))
      it.gone(131, a1, last)
      it.pod(132, a3)
      it.tick(160)
      if (from > 130) it.pod(from, born(next))
      it.pod(from + 20, next)
      for (const old of [a2, a3]) leaves(it, old, 200)
      it.tick(LATER)
      expect(shape(it)).toEqual([{ revision: 'b', isSuperseded: false, verdict: 'covered', left: [2, 0, 0] }])
      expect(ledger.view().others).toMatchObject([{ uid: a1.uid, outcome: 'exposed' }])
    },
  )

  test('nor is what leaves after it, though no new Pod has come since that replacement', () => {
    const { it, a1, a2, ledger } = begin()
    const [b1] = [comes(it, pod('b1', 100, of('b')), 100), comes(it, pod('b2', 100, of('b')), 100)]
    it.pod(121, deleted(a2, 121))
    const a3 = comes(it, pod('a3', 121, of('a')), 121)
    it.gone(167, a2, ended(deleted(a2, 121), 166))
    for (const old of [a1, a3]) leaves(it, old, 170)
    it.tick(LATER)
    leaves(it, b1, 3_000)
    comes(it, pod('b3', 3_000, of('b')), 3_000)
    it.tick(2 * LATER)
    expect(shape(it)).toEqual([{ revision: 'b', isSuperseded: false, verdict: 'covered', left: [3, 0, 0] }])
    expect(ledger.view().others.map(({ uid }) => uid)).toEqual([b1.uid])
  })

  test('a rollout back after the rollout is one more', () => {
    const { it, a1, a2 } = begin()
    const b1 = comes(it, pod('b1', 100, of('b')), 100)
    leaves(it, a1, 121)
    leaves(it, a2, 170)
    comes(it, pod('a3', 300, of('a')), 300)
    leaves(it, b1, 321)
    it.tick(LATER)
    expect(shape(it)).toMatchObject([
      { revision: 'b', isSuperseded: false, left: [2, 0, 0] },
      { revision: 'a', isSuperseded: false, left: [1, 0, 0] },
    ])
  })

  test.for([
    ['that never became ready: rollout undo with maxUnavailable 0', born, []],
    ['of an aborted canary, which served', (facts: PodFacts) => facts, ['b1']],
  ] as const)(
    'what leaves after a rollout was taken back belongs to none: the new Pods are gone %s',
    ([, state, left]) => {
      const { it, a1, a2, ledger } = begin()
      const b1 = state(pod('b1', 100, of('b')))
      it.pod(120, b1)
      leaves(it, b1, 300)
      // Gone at 346: 30 s later nobody comes any more.
      for (const at of [360, 370, 380, 410]) it.tick(at)
      it.pod(1_000, deleted(a1, 1_000, 30))
      it.gone(1_031, a1, ended(deleted(a1, 1_000, 30), 1_030, 137))
      for (const at of [1_050, 1_090, LATER]) it.tick(at)
      expect(it.news.rollouts).toEqual([])
      expect(ledger.view().rollouts).toEqual([])
      expect(ledger.view().others.map(({ pod: { name } }) => name)).toEqual(['a1', ...left])
      // The next one is as if that had not been.
      comes(it, pod('c1', 3_000, of('c')), 3_000)
      leaves(it, a2, 3_021)
      it.tick(2 * LATER)
      expect(shape(it)).toEqual([{ revision: 'c', isSuperseded: false, verdict: 'covered', left: [1, 0, 0] }])
    },
  )

  test('a new Pod that comes again within 30 s goes on with the rollout', () => {
    const { it, a1, a2 } = begin()
    const b1 = born(pod('b1', 100, of('b')))
    it.pod(100, b1)
    it.pod(200, deleted(b1, 200))
    it.gone(201, b1, ended(deleted(b1, 200), 200))
    for (const at of [212, 220]) it.tick(at)
    comes(it, pod('b2', 229, of('b')), 229)
    for (const old of [a1, a2]) leaves(it, old, 250)
    it.tick(LATER)
    expect(shape(it)).toEqual([{ revision: 'b', isSuperseded: false, verdict: 'covered', left: [2, 0, 0] }])
  })

  test('a rollout that was under way when another one was tried and taken back goes on', () => {
    const { it, a1, a2 } = begin()
    comes(it, pod('b1', 100, of('b')), 100)
    leaves(it, a1, 121)
    const c1 = born(pod('c1', 200, of('c')))
    it.pod(200, c1)
    it.pod(300, deleted(c1, 300))
    it.gone(301, c1, ended(deleted(c1, 300), 300))
    for (const at of [312, 330, 350]) it.tick(at)
    leaves(it, a2, 400)
    it.tick(LATER)
    expect(shape(it)).toEqual([
      { revision: 'b', isSuperseded: true, verdict: 'covered', left: [1, 0, 0] },
      { revision: 'b', isSuperseded: false, verdict: 'covered', left: [1, 0, 0] },
    ])
  })

  test('scale-in, kubectl delete and evictions belong to none', () => {
    const { it, a1, ledger } = begin()
    leaves(it, a1, 100)
    it.tick(LATER)
    expect(it.news.rollouts).toEqual([])
    expect(ledger.view()).toMatchObject({
      followed: 1,
      departures: { covered: 1, exposed: 0, unknown: 0 },
      rollouts: [],
    })
    expect(ledger.view().others.map(({ uid }) => uid)).toEqual(['uid-a1'])
  })

  test('a rollout that began before the ledger is unknown at best, and exposed where something is certain', () => {
    const unseen = (over: Partial<PodFacts>) => {
      const it = tell(createLedger())
      const a1 = pod('a1', 0, over)
      const b1 = pod('b1', 20, of('b'))
      it.pod(50, a1)
      it.pod(50, b1)
      it.listed(50, a1, b1)
      leaves(it, a1, 60)
      it.tick(LATER)
      return it.news.rollouts.map(({ verdict, reasons }) => ({ verdict, reasons }))
    }
    expect(unseen({})).toEqual([{ verdict: 'unknown', reasons: [{ reason: { id: 'unseen' }, pods: 0 }] }])
    expect(unseen({ containers: [container('app', 'none')] })).toMatchObject([{ verdict: 'exposed' }])
  })

  test('who is missing after a gap went unseen, unless something certain was known', () => {
    const { it, a1, a2, ledger } = begin()
    const bare = pod('a3', 60, of('a', { containers: [container('app', 'none')] }))
    it.pod(80, bare)
    it.take({ kind: 'gap', at: t(100) })
    expect(ledger.view().since).toBeUndefined()
    it.pod(200, a2)
    it.listed(200, a2)
    it.tick(LATER)
    expect(it.news.departures.map(({ uid, outcome, deleted: at }) => [uid, outcome, at])).toEqual([
      [a1.uid, 'unknown', undefined],
      [bare.uid, 'exposed', undefined],
    ])
    expect(ledger.view().since).toBe(t(200))
  })

  test('one whose end was seen, and not its removal, went unseen too: a failed hook may have been missed', () => {
    const { it, a1, a2 } = begin()
    it.pod(80, deleted(a1, 80))
    it.pod(126, ended(deleted(a1, 80), 125))
    it.take({ kind: 'gap', at: t(127) })
    it.pod(200, a2)
    it.listed(200, a2)
    it.tick(LATER)
    expect(it.news.departures).toMatchObject([
      { uid: a1.uid, outcome: 'unknown', reasons: [{ id: 'unseen' }] },
    ])
  })

  test('a rollout that takes in a Pod whose deletion nobody saw may have lost others', () => {
    const it = tell(createLedger())
    const [a1, a2] = [deleted(pod('a1', 0), 45), pod('a2', 0)]
    it.pod(50, a1)
    it.pod(50, a2)
    it.listed(50, a1, a2)
    // Later than 30 s after the list, and while a1 is still there.
    comes(it, pod('b1', 85, of('b')), 85)
    it.pod(91, ended(a1, 90))
    it.gone(92, a1)
    leaves(it, a2, 106)
    it.tick(LATER)
    expect(it.news.departures.map(({ outcome }) => outcome)).toEqual(['covered', 'covered'])
    expect(it.news.rollouts).toMatchObject([{ verdict: 'unknown' }])
  })

  test('gates that were held, and the longest wait', () => {
    const { it, a1, a2 } = begin()
    const slow = pod('b1', 100, of('b', { gates: [{ type: GATE, passed: t(150) }], ready: t(151) }))
    it.pod(100, born(slow))
    it.pod(151, slow)
    leaves(it, a1, 152)
    const none = pod('b2', 200, of('b', { gates: [] }))
    comes(it, none, 200)
    leaves(it, a2, 221)
    it.tick(LATER)
    // Ready containers at 105, the gate at 150.
    expect(it.news.rollouts[0]).toMatchObject({ verdict: 'exposed', gates: { held: 1, of: 2, longest: 45 } })
    expect(it.news.rollouts[0]?.reasons).toEqual([{ reason: { id: 'no-gate', pod: 'b2' }, pods: 1 }])
    expect(it.news.gates).toEqual([45])
  })
})

describe('Pods that are kept', () => {
  test('one without a need is not; one that had a need stays, and is covered if it was taken off in time', () => {
    const { it, a1, ledger } = begin()
    const other = pod('other', 0, { workload: { ...WEB, name: 'other' } })
    it.take({ kind: 'pod', at: t(60), pod: other })
    expect(ledger.view().followed).toBe(2)
    // A handover takes it off its Services and its ReplicaSet, waits 45 s, and deletes it: it has no hook, and needs none.
    const bare = { ...a1, containers: [container('app', 'none')] }
    const orphan = { ...pod('a3', 60, { containers: bare.containers }), workload: WEB }
    it.pod(80, orphan)
    it.take({ kind: 'pod', at: t(100), pod: { ...orphan, workload: orphan.ref } })
    it.pod(145, deleted(orphan, 145), 'none')
    it.pod(146, ended(deleted(orphan, 145), 145), 'none')
    it.gone(147, orphan)
    it.tick(LATER)
    expect(it.news.departures).toMatchObject([
      { uid: 'uid-a3', workload: WEB, outcome: 'covered', reasons: [] },
    ])
  })

  test.for([
    ['just before it begins', 150],
    ['while it goes on', 120],
  ] as const)('one that a handover deletes belongs to no rollout: %s', ([, from]) => {
    const { it, a2, ledger } = begin()
    const bare = pod('a3', 0, { containers: [container('app', 'none')] })
    it.pod(60, bare)
    it.take({ kind: 'pod', at: t(100), pod: bare })
    const rollOut = () => comes(it, pod('b1', from, of('b')), from)
    if (from < 145) rollOut()
    it.pod(145, deleted(bare, 145), 'none')
    it.gone(146, bare, ended(deleted(bare, 145), 145))
    if (from > 145) rollOut()
    for (const old of [a2, pod('a1', 0)]) leaves(it, old, 171)
    it.tick(LATER)
    expect(shape(it)).toMatchObject([{ revision: 'b', verdict: 'covered', left: [2, 0, 0] }])
    expect(it.news.rollouts[0]?.shortestSleep).toBe(45)
    expect(ledger.view().others).toMatchObject([{ uid: 'uid-a3', outcome: 'covered' }])
    expect(ledger.view().others[0]).not.toHaveProperty('slept')
  })

  test('one that was taken off too late is judged as it is', () => {
    const { it } = begin()
    const bare = pod('a3', 60, { containers: [container('app', 'none')] })
    it.pod(80, bare)
    it.take({ kind: 'pod', at: t(100), pod: bare })
    it.take({ kind: 'pod', at: t(120), pod: deleted(bare, 120) })
    it.gone(122, bare, ended(deleted(bare, 120), 120))
    it.tick(LATER)
    expect(it.news.departures).toMatchObject([{ outcome: 'exposed' }])
  })

  test.for([
    ['nothing sends to it any more', undefined, 'covered'],
    ['something sends to it again', NEED, 'exposed'],
  ] as const)('what is told of its need alone: %s', ([, need, outcome]) => {
    const { it, ledger } = begin()
    const bare = pod('a3', 0, { containers: [container('app', 'none')] })
    const { uid } = bare
    it.pod(60, bare)
    it.take({ kind: 'need', at: t(100), uid })
    it.take({ kind: 'need', at: t(110), uid, ...(need && { need }) })
    it.take({ kind: 'need', at: t(110), uid: 'uid-of-nobody', need: NEED })
    expect(ledger.view().followed).toBe(3)
    it.pod(145, deleted(bare, 145), need ?? 'none')
    it.gone(146, bare, ended(deleted(bare, 145), 145))
    it.tick(LATER)
    expect(it.news.departures).toMatchObject([{ uid, outcome }])
  })

  test('one that was never ready was no target, and its end is no departure', () => {
    const { it, ledger } = begin()
    const never = born(pod('a3', 60))
    it.pod(61, never)
    it.pod(100, deleted(never, 100))
    it.gone(101, never, ended(deleted(never, 100), 100))
    it.tick(LATER)
    expect(it.news.departures).toEqual([])
    expect(ledger.view().followed).toBe(2)
  })

  test.for<[string, (waiting: PodFacts) => readonly PodFacts[]]>([
    ['was being deleted when the first list was made', (waiting) => [deleted(waiting, 40)]],
    ['was removed without a deletion, since no node had it', (waiting) => [waiting]],
    ['was there when the first list was made', (waiting) => [waiting, deleted(waiting, 60)]],
  ])('nor was one whose containers have never run, which %s', ([, states]) => {
    const count = (facts: PodFacts): number => {
      const ledger = createLedger()
      const it = tell(ledger)
      const [first = facts, ...later] = states(facts)
      it.pod(50, first)
      it.listed(50, first)
      for (const next of later) it.pod(60, next)
      it.gone(70, facts)
      it.tick(LATER)
      return it.news.departures.length
    }
    const waiting: PodFacts = { ...born(pod('a1', 0)), neverRan: true }
    expect(count(waiting)).toBe(0)
    // It ran, and was ready.
    expect(count(pod('a1', 0))).toBe(1)
  })

  test('one that has never run so far, and leaves while nothing is watched, may have run', () => {
    const { it } = begin()
    it.pod(60, { ...born(pod('a3', 0)), neverRan: true })
    it.take({ kind: 'gap', at: t(100) })
    it.listed(200, pod('a1', 0), pod('a2', 0))
    it.tick(LATER)
    expect(it.news.departures).toMatchObject([{ uid: 'uid-a3', outcome: 'unknown' }])
  })

  test('one that ran before its deletion has run, whatever its last state says', () => {
    const ledger = createLedger()
    const it = tell(ledger)
    const running = pod('a1', 0)
    it.pod(50, deleted(running, 40))
    it.listed(50, running)
    it.gone(70, running, { ...deleted(running, 40), neverRan: true })
    it.tick(LATER)
    expect(it.news.departures).toHaveLength(1)
  })
})

describe('bounds and hostile input', () => {
  test('three rollouts of a workload, a hundred others, a hundred departures of one rollout; counts stay exact', () => {
    const ledger = createLedger()
    const it = tell(ledger)
    it.listed(0)
    let at = 100
    const generation = (revision: string, count: number, hook: number | 'none'): readonly PodFacts[] =>
      Array.from({ length: count }, (_, index) => {
        const facts = pod(`${revision}${index}`, at, of(revision, { containers: [container('app', hook)] }))
        it.pod(at + 20, facts)
        return facts
      })
    let old = generation('r0', 150, 45)
    for (const revision of ['r1', 'r2', 'r3', 'r4']) {
      at += 1_000
      const next = generation(revision, 150, revision === 'r3' ? 'none' : 45)
      for (const facts of old) it.pod(at + 30, deleted(facts, at + 30))
      for (const facts of old) it.gone(at + 76, facts, ended(deleted(facts, at + 30), at + 75))
      it.tick(at + 500)
      old = next
    }
    expect(shape(it).map(({ left }) => left)).toEqual([
      [150, 0, 0],
      [150, 0, 0],
      [150, 0, 0],
      [0, 150, 0],
    ])
    const { rollouts, departures } = ledger.view()
    expect(rollouts.map(({ revision, kept }) => [revision, kept.length])).toEqual([
      ['r4', 100],
      ['r3', 100],
      ['r2', 100],
    ])
    expect(departures).toEqual({ covered: 450, exposed: 150, unknown: 0 })
    at += 1_000
    for (const facts of old.slice(1)) it.pod(at, deleted(facts, at))
    for (const facts of old.slice(1)) it.gone(at + 46, facts, ended(deleted(facts, at), at + 45))
    it.tick(at + 500)
    expect(ledger.view().others).toHaveLength(100)
    expect(it.news.departures).toHaveLength(749)
  })

  test('what was exposed is kept one by one rather than what was covered', () => {
    const { it, ledger } = begin()
    const many = Array.from({ length: 120 }, (_, index) =>
      pod(`a9${index}`, 0, { containers: [container('app', index < 110 ? 45 : 'none')] }),
    )
    for (const facts of many) it.pod(60, facts)
    const next = pod('b1', 100, of('b'))
    comes(it, next, 100)
    many.forEach((facts, index) => {
      it.pod(130 + index, deleted(facts, 130 + index))
      it.gone(176 + index, facts, ended(deleted(facts, 130 + index), 175 + index))
    })
    it.tick(LATER)
    const kept = ledger.view().rollouts[0]?.kept ?? []
    expect(kept).toHaveLength(100)
    expect(kept.filter(({ outcome }) => outcome === 'exposed')).toHaveLength(10)
    expect(ledger.view().rollouts[0]?.departures).toEqual({ covered: 110, exposed: 10, unknown: 0 })
  })

  test('the same uid does not come back once its departure was told', () => {
    const { it, a1 } = begin()
    leaves(it, a1, 100)
    it.tick(500)
    it.pod(501, a1)
    leaves(it, a1, 510)
    it.tick(LATER)
    expect(it.news.departures).toHaveLength(1)
  })

  test('many that are to be settled at once are settled in steps, each told once', () => {
    const ledger = createLedger()
    const it = tell(ledger)
    const pods = Array.from({ length: 2_000 }, (_, index) =>
      pod(`a${index}`, 0, { workload: { ...WEB, name: `w${index % 500}` } }),
    )
    for (const one of pods) it.pod(50, one)
    it.listed(50, ...pods)
    for (const one of pods) it.pod(100, deleted(one, 100))
    for (const one of pods) it.gone(146, one, ended(deleted(one, 100), 145))
    let steps = 0
    do it.tick(160)
    while (ledger.isBehind && ++steps < 100)
    expect(it.news.departures).toHaveLength(2_000)
    expect(new Set(it.news.departures.map(({ uid }) => uid)).size).toBe(2_000)
    // 4 Pods each: 300 / 5 = 60 workloads a step.
    expect(steps).toBeGreaterThan(5)
    expect(ledger.isBehind).toBe(false)
  })

  test('a thousand Pods with one name', () => {
    const { it, ledger } = begin()
    for (let index = 0; index < 1_000; index++) {
      const facts = { ...pod('same', 60), uid: `uid-${index}` }
      it.pod(81, facts)
      it.pod(100, deleted(facts, 100))
      it.gone(146, facts, ended(deleted(facts, 100), 145))
    }
    it.tick(LATER)
    expect(it.news.departures).toHaveLength(1_000)
    expect(ledger.view().departures).toEqual({ covered: 1_000, exposed: 0, unknown: 0 })
  })

  test('a clock that goes back, and one that leaps, lose nothing and tell nothing twice', () => {
    const { it, a1, a2 } = begin()
    leaves(it, a1, 100)
    it.tick(-1_000_000)
    // Its containers ended at 145, and a second has passed since: 1 + 8 of the 10 that are waited for.
    it.tick(-1_000_000 + 8)
    expect(it.news.departures).toHaveLength(0)
    it.tick(-1_000_000 + 20)
    expect(it.news.departures).toHaveLength(1)
    it.take({ kind: 'tick', at: Number.MAX_VALUE })
    it.take({ kind: 'tick', at: Number.NaN })
    it.take({ kind: 'tick', at: Number.POSITIVE_INFINITY })
    leaves(it, a2, 300)
    it.tick(LATER)
    expect(it.news.departures).toHaveLength(2)
  })

  test('times and lengths without measure are numbers in what is told', () => {
    const { it } = begin()
    const huge = pod('a3', 60, {
      created: -Number.MAX_VALUE,
      grace: seconds(Number.MAX_SAFE_INTEGER),
      containers: [{ name: 'app', hook: { length: seconds(Number.MAX_SAFE_INTEGER), isOurs: false } }],
    })
    it.pod(61, huge)
    const going = { ...huge, deletion: { at: -Number.MAX_VALUE, grace: seconds(Number.MAX_SAFE_INTEGER) } }
    it.pod(100, going)
    it.gone(101, huge, {
      ...going,
      containers: [{ name: 'app', end: { at: Number.MAX_VALUE, exitCode: 137 } }],
    })
    it.tick(LATER)
    expect(it.news.departures).toMatchObject([
      {
        uid: 'uid-a3',
        slept: Number.MAX_SAFE_INTEGER,
        reasons: [{ id: 'killed', container: 'app', after: Number.MAX_SAFE_INTEGER }],
      },
    ])
  })
})
