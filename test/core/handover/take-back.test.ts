import { describe, expect, test } from 'vitest'
import { changeOf } from '../../../src/core/handover/change.ts'
import { nextStep } from '../../../src/core/handover/next-step.ts'
import { type HandoverRecord, printHandover } from '../../../src/core/handover/record.ts'
import type { PodView, Scene } from '../../../src/core/handover/scene.ts'
import { seconds } from '../../../src/core/model/seconds.ts'

const SET = { uid: 'set', replicas: 2 }

function pod(name: string, further: Partial<PodView> = {}): PodView {
  return {
    name,
    uid: name,
    version: '1',
    labels: { app: 'web', hash: 'a' },
    isReady: true,
    isDeleting: false,
    isOver: false,
    isGated: true,
    created: '2026-11-29T10:00:00Z',
    owner: 'set',
    ...further,
  }
}

const hooked = (name: string, further: Partial<PodView> = {}): PodView =>
  pod(name, { hook: seconds(45), created: '2026-11-29T11:00:00Z', ...further })

const RECORD: HandoverRecord = {
  step: 'released',
  workload: { kind: 'Deployment', name: 'web' },
  replicaSet: 'web-a',
  releaseLabel: 'hash',
  leaveLabels: ['app'],
  labels: { hash: 'a' },
  floor: 2,
  sleep: seconds(45),
  healthy: seconds(30),
  gated: true,
  disruptionBudgets: [],
  deadline: '2026-11-29T11:00:00.000Z',
}

const old = (record: Partial<HandoverRecord> = {}, further: Partial<PodView> = {}): PodView => {
  const { owner: _, ...released } = pod('old', { labels: { app: 'web' } })
  return { ...released, handover: printHandover({ ...RECORD, ...record }), ...further }
}

const among = (members: readonly PodView[], further: Partial<Scene> = {}): Scene => ({
  standing: 'current',
  replicaSet: SET,
  members,
  serving: new Set(members.map(({ uid }) => uid)),
  ...further,
})

const takeBack = (scene: Scene, one = old(), waited = 0) =>
  nextStep({ pod: one, scene, goal: 'take-back', waited })

/** With two wanted: the ReplicaSet has two, the old Pod would be the third, and one goes. */
describe('which Pod goes when a released one comes back', () => {
  test('the newest with a hook that is long enough, if all are ready', () => {
    expect(takeBack(among([pod('other'), hooked('new', { cost: '5' })]))).toEqual({
      do: 'readopt',
      spare: { name: 'new', uid: 'new', cost: '5' },
    })
    const newer = hooked('newer', { created: '2026-11-29T12:00:00Z' })
    expect(takeBack(among([hooked('new'), newer]))).toMatchObject({ spare: { name: 'newer' } })
  })

  test('none with such a hook: the old one leaves, since taking it back would lose requests', () => {
    expect(takeBack(among([pod('other'), pod('new')]))).toEqual({ do: 'leave' })
    // 30 of the 45 s that are needed.
    expect(takeBack(among([pod('other'), hooked('new', { hook: seconds(30) })]))).toEqual({ do: 'leave' })
  })

  test('one that is not ready, if none has such a hook: it is marked, since it may be ready by then', () => {
    const scene = among([pod('other'), pod('new', { isReady: false })])
    expect(takeBack(scene)).toEqual({ do: 'readopt', spare: { name: 'new', uid: 'new' } })
  })

  test('never one without a hook because another is not ready: that one goes, with its hook', () => {
    const scene = among([pod('other'), hooked('new', { isReady: false })])
    expect(takeBack(scene)).toMatchObject({ do: 'readopt', spare: { name: 'new' } })
  })

  test('none is too many: nobody goes', () => {
    expect(takeBack(among([pod('other')]))).toEqual({ do: 'readopt' })
  })

  test('two are too many: the ReplicaSet is being scaled, and that is waited for', () => {
    expect(takeBack(among([pod('other'), pod('third'), hooked('new')]))).toMatchObject({ do: 'wait' })
  })

  test('the old one is not ready, and would go first: it leaves where others are enough', () => {
    const unready = old({}, { isReady: false })
    expect(takeBack(among([pod('other'), hooked('new')]), unready)).toEqual({ do: 'leave' })
    const pending = among([pod('other'), hooked('new', { isReady: false })])
    expect(takeBack(pending, unready)).toMatchObject({ do: 'wait' })
    // Unready for S: no load balancer sends to it.
    expect(takeBack(pending, unready, 45_000)).toMatchObject({ do: 'readopt' })
  })

  test.for(['rolling', 'replaced'] as const)(
    'its ReplicaSet is %s: it would be deleted at once',
    (standing) => {
      const step = takeBack(among([], { standing, replicaSet: { uid: 'set', replicas: 0 } }))
      expect(step).toMatchObject({ do: standing === 'rolling' ? 'wait' : 'leave' })
    },
  )
})

describe('a Pod that has left its Services', () => {
  const left = (record: Partial<HandoverRecord> = {}) =>
    old({ step: 'leaving', labels: { hash: 'a', app: 'web' }, ...record }, { labels: {} })

  test('comes back to them first, and waits until its target is healthy', () => {
    const scene = among([pod('other'), hooked('new')])
    expect(takeBack(scene, left())).toEqual({ do: 'return' })
    const returning = old({ step: 'returning', labels: { hash: 'a', app: 'web' } })
    expect(takeBack(scene, returning, 29_999)).toMatchObject({ do: 'wait' })
    expect(takeBack(scene, returning, 30_000)).toMatchObject({ do: 'readopt' })
  })

  test('does not, where it would have to leave again', () => {
    const scene = among([pod('other'), pod('new')])
    expect(takeBack(scene, left(), 44_999)).toMatchObject({ do: 'wait', state: 'leaving' })
    expect(takeBack(scene, left(), 45_000)).toEqual({ do: 'end' })
    expect(takeBack(scene, left({ step: 'ending' }))).toEqual({ do: 'delete' })
  })
})

describe('readopting, from wherever it was broken off', () => {
  const spare = { name: 'new', uid: 'new' }
  const [LOWEST, HIGHEST] = ['-2147483648', '2147483647']
  const readopting = (further: Partial<PodView> = {}) => old({ step: 'readopting', spare }, further)
  const next = (one: PodView, spareNow: PodView, members: readonly PodView[]) =>
    nextStep({ pod: one, spare: spareNow, scene: among(members), goal: 'take-back', waited: 0 })

  test('the spare Pod is marked before the label comes back', () => {
    const [plain, marked] = [hooked('new'), hooked('new', { cost: LOWEST })]
    expect(next(readopting(), plain, [pod('other'), plain])).toEqual({ do: 'mark', pod: plain })
    expect(next(readopting(), marked, [pod('other'), marked])).toEqual({ do: 'adopt' })
  })

  test('one has come since without the record naming it, ready or not: all is looked at again', () => {
    const alone = old({ step: 'readopting' })
    for (const isReady of [false, true]) {
      const scene = among([pod('other'), hooked('new', { isReady })])
      const step = nextStep({ pod: alone, scene, goal: 'take-back', waited: 0 })
      expect(step).toEqual({ do: 'reconsider' })
    }
  })

  test('the spare Pod has no hook, and is ready by now: it is not given up', () => {
    const marked = pod('new', { cost: LOWEST, isReady: false })
    expect(next(readopting(), marked, [pod('other'), marked])).toEqual({ do: 'adopt' })
    const ready = { ...marked, isReady: true }
    expect(next(readopting(), ready, [pod('other'), ready])).toEqual({ do: 'reconsider' })
  })

  test('with nobody too many an old one that is not ready comes back, too', () => {
    const alone = old({ step: 'readopting' }, { isReady: false })
    const step = nextStep({ pod: alone, scene: among([pod('other')]), goal: 'take-back', waited: 0 })
    expect(step).toEqual({ do: 'adopt' })
  })

  test('with the label back: until the ReplicaSet owns it and none is too many', () => {
    const marked = hooked('new', { cost: LOWEST })
    const back = readopting({ labels: { app: 'web', hash: 'a' }, owner: 'set', cost: HIGHEST })
    expect(next(back, marked, [pod('other'), marked, back])).toMatchObject({ do: 'wait' })
    const going = { ...marked, isDeleting: true }
    expect(next(back, going, [pod('other'), back])).toEqual({ do: 'clear' })
    // Another one went, which was not ready.
    expect(next(back, marked, [marked, back])).toEqual({ do: 'unmark', pod: marked })
  })

  test('the spare Pod is gone, or the workload was scaled: all is looked at again', () => {
    const marked = hooked('new', { cost: LOWEST })
    expect(next(readopting(), marked, [pod('other'), pod('third'), marked])).toEqual({ do: 'reconsider' })
    const step = nextStep({ pod: readopting(), scene: among([pod('other')]), goal: 'take-back', waited: 0 })
    expect(step).toEqual({ do: 'reconsider' })
  })
})

describe('what of two calls each does', () => {
  const spare = { name: 'new', uid: 'new' }
  const marked = hooked('new', { cost: '-2147483648' })

  test.for(['replace', 'take-back'] as const)(
    'its record is written before the spare Pod is unmarked, and names that until it is (%s)',
    (goal) => {
      const one = old({ step: 'readopting', spare })
      const scene = among([pod('other'), pod('third'), marked])
      const step = nextStep({ pod: one, spare: marked, scene, goal, waited: 0 })
      expect(step).toEqual({ do: 'reconsider' })
      const deadline = '2026-11-29T12:00:00.000Z'
      const record = { ...RECORD, step: 'readopting', spare } as const
      const { annotations } = changeOf({ do: 'reconsider' }, { pod: one, record, deadline })
      const handover = String(annotations['slackwater.dev/handover'])
      const again = nextStep({ pod: { ...one, handover }, spare: marked, scene, goal, waited: 0 })
      expect(again).toEqual({ do: 'unmark', pod: marked })
    },
  )

  test('a Pod that is marked for one is not marked for another', () => {
    expect(takeBack(among([pod('other'), marked]))).toEqual({ do: 'leave' })
    expect(
      takeBack(among([pod('other'), hooked('third'), marked], { replicaSet: { uid: 'set', replicas: 3 } })),
    ).toMatchObject({ do: 'readopt', spare: { name: 'third' } })
  })

  test('it was listed before it was a member: its ReplicaSet has one too many', () => {
    const back = old(
      { step: 'readopting', spare, labels: { hash: 'a' } },
      { labels: { app: 'web', hash: 'a' }, owner: 'set' },
    )
    const scene = among([pod('other'), marked])
    expect(nextStep({ pod: back, spare: marked, scene, goal: 'take-back', waited: 0 })).toMatchObject({
      do: 'wait',
    })
  })
})

describe('whether those that stay are enough', () => {
  const coming = pod('coming')
  const scene = among([hooked('new'), coming], { serving: new Set(['new']) })

  test('one that has just come is not sent to yet: the one that serves does not go', () => {
    expect(takeBack(scene)).toMatchObject({ do: 'wait' })
    const later = { ...scene, serving: new Set(['new', 'coming']) }
    expect(takeBack(later)).toMatchObject({ do: 'readopt', spare: { name: 'new' } })
  })

  test('nor while another one is not ready, which may be ready by then; but for no longer than S', () => {
    const pending = among([hooked('new'), pod('coming', { isReady: false })])
    expect(takeBack(pending, old(), 44_999)).toMatchObject({ do: 'wait' })
    expect(takeBack(pending, old(), 45_000)).toMatchObject({ do: 'readopt', spare: { name: 'new' } })
  })
})

test('nothing that its ReplicaSet has got back is deleted: somebody put the label back', () => {
  const back = old(
    { step: 'ending', labels: { hash: 'a', app: 'web' } },
    { labels: { hash: 'a' }, owner: 'set' },
  )
  const scene = among([hooked('new'), back])
  expect(nextStep({ pod: back, scene, goal: 'replace', waited: 0 })).toEqual({ do: 'clear' })
})
