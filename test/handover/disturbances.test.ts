import { describe, expect, test } from 'vitest'
import { HANDOVER_ANNOTATION } from '../../src/core/model/keys.ts'
import type { PodProgress } from '../../src/handover/plan.ts'
import { killed, replaceAll, statesOf, takeBackAll, wait } from './calls.ts'
import { PlayedCluster, type PlayedRequest } from './played-cluster.ts'
import type { PlayedPod } from './played-pod.ts'

const podOf = (cluster: PlayedCluster, name: string): PlayedPod => {
  const pod = cluster.pods.get(name)
  if (pod === undefined) throw new Error(`no Pod ${name}`)
  return pod
}

/** Happens once, when a Pod first stands there. */
function when(state: PodProgress['state'], happens: () => void): (progress: PodProgress) => void {
  let isOver = false
  return (progress) => {
    if (isOver || progress.state !== state) return
    isOver = true
    happens()
  }
}

const isPatchOf = (pod: string) => (request: PlayedRequest) =>
  request.method === 'PATCH' && request.path.endsWith(`/${pod}`)

describe('replacements that do not come as they should', () => {
  test('never ready: after ten minutes the Pod is taken back, and no other is begun with', async () => {
    const cluster = new PlayedCluster({ readyAfter: undefined })
    const result = await replaceAll(cluster)
    expect(statesOf(result.pods)).toEqual(['undone', 'waiting', 'waiting'])
    expect(result.state).toBe('failed')
    expect(result.text).toBe(
      'Deployment shop/web: 0 of 3 Pods replaced, 1 taken back: no replacement of Pod web-1-001 was ready within 600 s.',
    )
    await wait(cluster, 60)
    expect([cluster.losses, cluster.leftovers, cluster.pods.size]).toEqual([[], [], 3])
  })

  test('a quota has room for fewer than are begun: the others are taken back at once', async () => {
    const cluster = new PlayedCluster({ replicas: 5, room: 7 })
    const result = await replaceAll(cluster, { maxExtra: 4 })
    expect(statesOf(result.pods).toSorted()).toEqual(['done', 'done', 'undone', 'undone', 'waiting'])
    expect(result.text).toBe(
      'Deployment shop/web: 2 of 5 Pods replaced, 2 taken back: ReplicaSet web-1 cannot create another Pod: exceeded quota: pods; fewer at a time need less: --max-extra.',
    )
    // Half a minute for the ReplicaSet; 20 s of sleep for those that leave, and the ends.
    expect(cluster.time).toBeLessThan(90_000)
    await wait(cluster, 60)
    expect([cluster.losses, cluster.leftovers, cluster.pods.size]).toEqual([[], [], 5])
    expect((await replaceAll(cluster, { maxExtra: 2 })).state).toBe('done')
    expect([cluster.losses, cluster.leftovers, cluster.unprotected]).toEqual([[], [], []])
  })

  test('ready, and then not any more, while the old one leaves: that comes back until it is', async () => {
    const cluster = new PlayedCluster({ replicas: 1 })
    let broke = Number.NaN
    const onProgress = when('leaving', () => {
      const at = cluster.time + 5_000
      const broken = { ready: false, broken: true }
      const happens = () => {
        broke = at
        Object.assign(podOf(cluster, 'web-1-002'), broken)
      }
      cluster.events.push({ at, happens })
      cluster.events.push({
        at: at + 60_000,
        happens: () => Object.assign(podOf(cluster, 'web-1-002'), { broken: false }),
      })
    })
    const result = await replaceAll(cluster, { onProgress })
    expect([result.state, cluster.leftovers, cluster.unprotected]).toEqual(['done', [], []])
    // Until it is seen: two looks.
    expect(cluster.losses.filter((line) => Number.parseFloat(line) > broke / 1000 + 4)).toEqual([])
  })

  test('an old Pod is ready again just before: load balancers do not send to it yet, and the other one stays', async () => {
    const cluster = new PlayedCluster({ replicas: 2, gates: false, readyAfter: 0 })
    const old = podOf(cluster, 'web-1-002')
    Object.assign(old, { ready: false, broken: true })
    cluster.floor = 1
    await wait(cluster, 20)
    const again = { at: cluster.time + 4_000, happens: () => Object.assign(old, { broken: false }) }
    cluster.events.push(again)
    const result = await replaceAll(cluster)
    expect([result.state, cluster.losses, cluster.unprotected]).toEqual(['done', [], []])
  })

  test('without a hook: it is taken back before it is ready', async () => {
    const cluster = new PlayedCluster({ hooks: false, readyAfter: 10 })
    const result = await replaceAll(cluster)
    expect(statesOf(result.pods)).toEqual(['undone', 'waiting', 'waiting'])
    expect(result.text).toContain('the new Pod web-1-004 has no preStop hook')
    await wait(cluster, 60)
    expect([cluster.losses, cluster.leftovers, [...cluster.pods.keys()]]).toEqual([
      [],
      [],
      ['web-1-001', 'web-1-002', 'web-1-003'],
    ])
  })

  test.for([
    ['at once', 0],
    // Seen at 3.2 s without being ready, ready at 3.5 s.
    ['while it is marked to go', 3],
  ] as const)(
    'without a hook, and ready %s: it cannot be deleted without loss, so the old Pod goes',
    async ([, readyAfter]) => {
      const cluster = new PlayedCluster({ hooks: false, readyAfter })
      const result = await replaceAll(cluster)
      expect(statesOf(result.pods)).toEqual(['done', 'waiting', 'waiting'])
      expect([result.state, cluster.losses, cluster.leftovers]).toEqual(['failed', [], []])
    },
  )

  test('it becomes ready while its ReplicaSet rests: it goes, with its hook, and not an old Pod that has none', async () => {
    const cluster = new PlayedCluster({ replicas: 2, gates: false, readyAfter: 1 })
    cluster.isControlled = false
    await killed(cluster, 8, (one) => replaceAll(one))
    await killed(cluster, 8, (one) => takeBackAll(one))
    cluster.isControlled = true
    cluster.turn()
    cluster.isControlled = false
    cluster.events.push({
      at: cluster.time + 2_000,
      happens: () => Object.assign(cluster, { isControlled: true }),
    })
    const result = await takeBackAll(cluster)
    await wait(cluster, 60)
    expect([result.state, cluster.losses, cluster.leftovers]).toEqual(['undone', [], []])
    expect([...cluster.pods.keys()]).toEqual(['web-1-001', 'web-1-002'])
  })

  test('without a gate where one is needed', async () => {
    const cluster = new PlayedCluster({ gates: false })
    const result = await replaceAll(cluster, { plan: { ...cluster.plan(), gated: true } })
    expect(result.text).toContain('the new Pod web-1-004 has no readiness gate')
    expect([statesOf(result.pods), cluster.losses]).toEqual([['undone', 'waiting', 'waiting'], []])
  })
})

describe('what others do meanwhile', () => {
  test.for([2, 1, 0])(
    'the workload is scaled to %i: the Pod goes, and no other takes its place',
    async (replicas) => {
      const cluster = new PlayedCluster()
      const result = await replaceAll(cluster, {
        onProgress: when('replacing', () => cluster.scale(replicas)),
      })
      expect(result.pods[0]?.state).toBe('done')
      await wait(cluster, 60)
      expect(cluster.leftovers).toEqual([])
      expect([...cluster.pods.values()].filter(({ deleted }) => deleted === undefined)).toHaveLength(replicas)
      // Those that the scaling itself deletes have no hook: of the Pod that was begun with nothing is lost.
      expect(cluster.losses.filter((line) => line.includes('web-1-001') || line.includes('serve'))).toEqual(
        [],
      )
    },
  )

  test('the workload is scaled up', async () => {
    const cluster = new PlayedCluster()
    const result = await replaceAll(cluster, { onProgress: when('replacing', () => cluster.scale(5)) })
    expect([result.state, cluster.losses, cluster.leftovers, cluster.unprotected]).toEqual([
      'done',
      [],
      [],
      [],
    ])
  })

  test.for([['replace'], ['take-back']])(
    'a rollout begins: the released Pod serves until it is over, and then leaves (%s)',
    async ([goal]) => {
      const cluster = new PlayedCluster({ readyAfter: 30 })
      const controller = new AbortController()
      const onProgress = when('replacing', () => {
        cluster.startRollout()
        if (goal === 'take-back') controller.abort()
      })
      const first = await replaceAll(cluster, { onProgress, signal: controller.signal })
      const result = goal === 'replace' ? first : await takeBackAll(cluster)
      expect(result.pods[0]).toMatchObject({ pod: 'web-1-001', state: 'done' })
      await wait(cluster, 60)
      expect(cluster.leftovers).toEqual([])
      expect(cluster.losses.filter((line) => line.includes('web-1-001') || line.includes('serve'))).toEqual(
        [],
      )
      expect([...cluster.pods.keys()].every((name) => name.startsWith('web-2-'))).toBe(true)
    },
  )

  test('a rollout that does not end: at the time limit the Pod is left serving, with its record', async () => {
    const cluster = new PlayedCluster({ readyAfter: undefined })
    const onProgress = when('replacing', () => cluster.startRollout())
    const result = await replaceAll(cluster, { onProgress, timeout: 60_000 })
    expect(result.text).toBe(
      'Deployment shop/web: 0 of 3 Pods replaced: a rollout goes on, and they serve until it is over. 1 Pod is in between: still serving, or out of the load balancer already. To go on: slackwater handover deployment/web -n shop; to take back what can be: slackwater handover deployment/web -n shop --undo',
    )
    expect(podOf(cluster, 'web-1-001').labels).toEqual({ app: 'web', tier: 'front' })
    expect(cluster.losses).toEqual([])
  })

  test('the Pod is deleted: there is nothing more to do for it', async () => {
    const cluster = new PlayedCluster()
    const onProgress = when('replacing', () => cluster.deletePod(podOf(cluster, 'web-1-001')))
    const result = await replaceAll(cluster, { onProgress })
    expect([result.state, cluster.leftovers, cluster.unprotected]).toEqual(['done', [], []])
  })

  test('the Pod is not ready for a while', async () => {
    const cluster = new PlayedCluster()
    const onProgress = when('replacing', () => Object.assign(podOf(cluster, 'web-1-001'), { ready: false }))
    const result = await replaceAll(cluster, { onProgress })
    expect([result.state, cluster.leftovers, cluster.unprotected]).toEqual(['done', [], []])
  })

  test('another Pod is not ready any more: the old one stays as long as it is needed', async () => {
    const cluster = new PlayedCluster({ readyAfter: 3 })
    cluster.floor = 2
    const other = podOf(cluster, 'web-1-003')
    const onProgress = when('replacing', () => {
      Object.assign(other, { ready: false, broken: true })
      cluster.events.push({
        at: cluster.time + 300_000,
        happens: () => Object.assign(other, { broken: false }),
      })
    })
    const result = await replaceAll(cluster, { onProgress })
    expect([result.state, cluster.leftovers, cluster.losses]).toEqual(['done', [], []])
    expect(cluster.time).toBeGreaterThan(300_000)
  })

  test('something puts the release label back again and again: the handover gives up', async () => {
    const cluster = new PlayedCluster({ replicas: 1 })
    const { hash } = cluster.current
    cluster.after = (request) => {
      if (isPatchOf('web-1-001')(request)) podOf(cluster, 'web-1-001').labels['pod-template-hash'] = hash
      return undefined
    }
    const result = await replaceAll(cluster)
    expect(result.text).toContain('something puts the label pod-template-hash back on Pod web-1-001')
    expect([result.state, cluster.leftovers]).toEqual(['failed', []])
  })

  test('something puts a label of the Services back: the Pod leaves again, and S begins again', async () => {
    const cluster = new PlayedCluster({ replicas: 1 })
    const onProgress = when('leaving', () => {
      cluster.events.push({
        at: cluster.time + 10_000,
        happens: () => {
          const pod = podOf(cluster, 'web-1-001')
          pod.labels['app'] = 'web'
          pod.version = cluster.bump()
        },
      })
    })
    const result = await replaceAll(cluster, { onProgress })
    expect([result.state, cluster.losses]).toEqual(['done', []])
  })

  test.for(['replacing', 'leaving'] as const)(
    'while %s a Service is created that selects the Pod by another label: it leaves that too',
    async (state) => {
      const cluster = new PlayedCluster()
      const onProgress = when(state, () => {
        const at = cluster.time + 3_000
        cluster.events.push({ at, happens: () => void cluster.services.push({ tier: 'front' }) })
      })
      const result = await replaceAll(cluster, { onProgress })
      expect([result.state, cluster.losses, cluster.leftovers, cluster.unprotected]).toEqual([
        'done',
        [],
        [],
        [],
      ])
    },
  )

  test('a Pod that has left by a further label is taken back with it', async () => {
    const cluster = new PlayedCluster({ replicas: 1 })
    const controller = new AbortController()
    const onProgress = when('leaving', () => {
      const { time: at } = cluster
      cluster.events.push({ at, happens: () => void cluster.services.push({ tier: 'front' }) })
      cluster.events.push({ at: at + 8_000, happens: () => controller.abort() })
    })
    await replaceAll(cluster, { onProgress, signal: controller.signal })
    expect(podOf(cluster, 'web-1-001').labels).toEqual({})
    const result = await takeBackAll(cluster)
    await wait(cluster, 60)
    expect([result.state, cluster.losses, cluster.leftovers]).toEqual(['undone', [], []])
    expect([...cluster.pods.keys()]).toEqual(['web-1-001'])
  })

  test('a Service that selects by the release label is created: no further Pod is begun', async () => {
    const cluster = new PlayedCluster()
    const onProgress = when('leaving', () => {
      const { hash } = cluster.current
      cluster.services.push({ 'pod-template-hash': hash })
    })
    const result = await replaceAll(cluster, { onProgress })
    expect(statesOf(result.pods)).toEqual(['done', 'waiting', 'waiting'])
    expect(result.text).toBe(
      'Deployment shop/web: 1 of 3 Pods replaced: Service web-1 selects by the label pod-template-hash by now.',
    )
    expect(cluster.losses).toEqual([])
  })

  test('two callers at once', async () => {
    const cluster = new PlayedCluster({ replicas: 4 })
    const plan = cluster.plan()
    const results = await Promise.all([
      replaceAll(cluster, { plan }),
      replaceAll(cluster, { plan, maxExtra: 2 }),
    ])
    expect(results.map(({ state }) => state)).toEqual(['done', 'done'])
    await wait(cluster, 60)
    expect([cluster.losses, cluster.leftovers, cluster.unprotected, cluster.pods.size]).toEqual([
      [],
      [],
      [],
      4,
    ])
  })

  test('one has released a Pod that the other one has just listed: it does not count itself among those that stay', async () => {
    const cluster = new PlayedCluster({ replicas: 2, gates: false, readyAfter: 0 })
    await killed(cluster, 8, (one) => replaceAll(one))
    cluster.after = () => cluster.sleep(160, new AbortController().signal)
    await Promise.all([replaceAll(cluster), replaceAll(cluster)])
    expect([cluster.losses, cluster.unprotected]).toEqual([[], []])
  })

  test('two take two Pods back: one after the other, each with its own spare Pod', async () => {
    const cluster = new PlayedCluster({ gates: false, readyAfter: 0 })
    await killed(cluster, 10, (one) => replaceAll(one, { maxExtra: 2 }))
    const results = await Promise.all([takeBackAll(cluster), takeBackAll(cluster)])
    expect(results.map(({ state }) => state)).toEqual(['undone', 'undone'])
    await wait(cluster, 60)
    expect([cluster.losses, cluster.leftovers, cluster.pods.size]).toEqual([[], [], 3])
  })

  test('a Pod whose record names a spare Pod from before leaves the mark that this one has for another', async () => {
    const cluster = new PlayedCluster({ readyAfter: 0 })
    await killed(cluster, 10, (one) => replaceAll(one, { maxExtra: 2 }))
    await wait(cluster, 10)
    const { annotations } = podOf(cluster, 'web-1-002')
    const record: unknown = JSON.parse(annotations[HANDOVER_ANNOTATION] ?? '')
    const spare = { name: 'web-1-005', uid: 'uid-of-web-1-005' }
    annotations[HANDOVER_ANNOTATION] = JSON.stringify({ ...(record as object), spare })
    const result = await takeBackAll(cluster, { timeout: 120_000 })
    await wait(cluster, 60)
    expect([result.state, cluster.losses, cluster.leftovers]).toEqual(['undone', [], []])
  })

  test('one replaces while another takes back: the one that began later has its way', async () => {
    const cluster = new PlayedCluster()
    const other: ReturnType<typeof takeBackAll>[] = []
    const onProgress = when('leaving', () => other.push(takeBackAll(cluster)))
    const first = await replaceAll(cluster, { onProgress })
    const [second] = await Promise.all(other)
    expect(first.text).toBe(
      'Deployment shop/web: 0 of 3 Pods replaced, 1 taken back: another call has taken over Pod web-1-001.',
    )
    expect(second?.state).toBe('undone')
    await wait(cluster, 60)
    expect([cluster.losses, cluster.leftovers, cluster.pods.size]).toEqual([[], [], 3])
  })

  test('one takes back while another replaces', async () => {
    const cluster = new PlayedCluster({ replicas: 1 })
    const controller = new AbortController()
    await replaceAll(cluster, {
      onProgress: when('leaving', () => controller.abort()),
      signal: controller.signal,
    })
    const other: ReturnType<typeof replaceAll>[] = []
    const plan = { ...cluster.plan(), pods: [] }
    const onProgress = (one: PodProgress): void => {
      if (one.note === 'its targets to be healthy again' && other.length === 0)
        other.push(replaceAll(cluster, { plan }))
    }
    const first = await takeBackAll(cluster, { onProgress })
    const [second] = await Promise.all(other)
    expect([first.pods[0]?.state, second?.state]).toEqual(['done', 'done'])
    await wait(cluster, 60)
    expect([cluster.losses, cluster.leftovers, cluster.unprotected]).toEqual([[], [], []])
  })
})

describe('the API server', () => {
  test('fails now and then: the same is tried again', async () => {
    const cluster = new PlayedCluster()
    let count = 0
    const statuses = [500, 503, 429, 409]
    cluster.intercept = () => (++count % 7 === 0 ? statuses[count % statuses.length] : undefined)
    const result = await replaceAll(cluster)
    expect([result.state, cluster.losses, cluster.leftovers, cluster.unprotected]).toEqual([
      'done',
      [],
      [],
      [],
    ])
  })

  test.for([['before it is stored'], ['after it is stored']])('breaks a write off, %s', async ([moment]) => {
    const cluster = new PlayedCluster()
    let count = 0
    const fail = ({ method }: PlayedRequest): Promise<never> | undefined =>
      method !== 'GET' && ++count % 2 === 0 ? Promise.reject(new Error('socket hang up')) : undefined
    if (moment === 'before it is stored') cluster.intercept = fail
    else cluster.after = fail
    const cautions: string[] = []
    const result = await replaceAll(cluster, { onCaution: (line) => cautions.push(line) })
    expect([result.state, cluster.losses, cluster.leftovers, cluster.unprotected]).toEqual([
      'done',
      [],
      [],
      [],
    ])
    expect(cautions).toContain('a request has failed, and is tried again: socket hang up')
  })

  test('a right that is lost in the middle: the Pod serves on, and the next call goes on', async () => {
    const cluster = new PlayedCluster()
    const onProgress = when('replacing', () => {
      cluster.intercept = ({ method, path }) =>
        method === 'PATCH' && path.includes('/pods/') ? 403 : undefined
    })
    const result = await replaceAll(cluster, { onProgress })
    expect(result.text).toBe(
      'Deployment shop/web: 0 of 3 Pods replaced: 403: played 403. 1 Pod is in between: still serving, or out of the load balancer already. To go on: slackwater handover deployment/web -n shop; to take back what can be: slackwater handover deployment/web -n shop --undo',
    )
    cluster.intercept = () => undefined
    expect((await replaceAll(cluster)).state).toBe('done')
    expect([cluster.losses, cluster.leftovers, cluster.unprotected]).toEqual([[], [], []])
  })

  test('nobody may delete Pods: the Pod is taken back', async () => {
    const cluster = new PlayedCluster()
    cluster.intercept = ({ method }) => (method === 'DELETE' ? 403 : undefined)
    const result = await replaceAll(cluster)
    expect([result.state, statesOf(result.pods)]).toEqual(['failed', ['undone', 'waiting', 'waiting']])
    await wait(cluster, 60)
    expect([cluster.losses, cluster.leftovers, cluster.pods.size]).toEqual([[], [], 3])
  })

  test('nobody may patch PodDisruptionBudgets: that is told once', async () => {
    const cluster = new PlayedCluster()
    cluster.intercept = ({ method, path }) =>
      method === 'PATCH' && path.includes('disruptionbudgets') ? 403 : undefined
    const cautions: string[] = []
    const result = await replaceAll(cluster, { onCaution: (line) => cautions.push(line) })
    expect([result.state, cautions]).toEqual([
      'done',
      [
        'PodDisruptionBudget shop/web cannot be patched, so its numbers may be wrong for some minutes: 403: played 403',
      ],
    ])
  })

  test('the annotation of a budget that cannot be removed is told, with the command that does', async () => {
    const cluster = new PlayedCluster({ replicas: 1 })
    cluster.intercept = ({ method, path, body }) =>
      method === 'PATCH' && path.includes('disruptionbudgets') && JSON.stringify(body).includes('null')
        ? 503
        : undefined
    const cautions: string[] = []
    const result = await replaceAll(cluster, { onCaution: (line) => cautions.push(line) })
    expect(result.state).toBe('done')
    expect(cautions.at(-1)).toBe(
      'PodDisruptionBudget shop/web keeps an annotation, because requests have failed: kubectl annotate pdb web slackwater.dev/handover- -n shop',
    )
    cluster.intercept = () => undefined
    await replaceAll(cluster)
    expect(cluster.leftovers).toEqual([])
  })

  test('Pods cannot be listed: nothing is done', async () => {
    const cluster = new PlayedCluster()
    cluster.intercept = ({ path }) => (path.endsWith('/pods') ? 403 : undefined)
    const result = await replaceAll(cluster)
    expect(result.text).toBe(
      'The Pods of Namespace shop cannot be listed, so nothing was done: 403: played 403',
    )
    expect(cluster.requests.every(({ method }) => method === 'GET')).toBe(true)
  })
})

describe('limits and interruptions', () => {
  test('the time limit: what is not ready is taken back, what has left is ended', async () => {
    const cluster = new PlayedCluster({ readyAfter: 100 })
    const result = await replaceAll(cluster, { timeout: 30_000 })
    expect(result.text).toBe(
      'Deployment shop/web: 0 of 3 Pods replaced, 1 taken back: the time limit of 30 s is over.',
    )
    const leaving = new PlayedCluster({ readyAfter: 3 })
    const ended = await replaceAll(leaving, { timeout: 15_000 })
    expect(statesOf(ended.pods)).toEqual(['done', 'waiting', 'waiting'])
    expect([cluster.losses, leaving.losses, cluster.leftovers, leaving.leftovers]).toEqual([[], [], [], []])
  })

  test.for(['replacing', 'leaving', 'ending'] as const)('interrupted while %s', async (state) => {
    const cluster = new PlayedCluster({ replicas: 1, readyAfter: 20 })
    const controller = new AbortController()
    const onProgress = when(state, () => controller.abort())
    const result = await replaceAll(cluster, { onProgress, signal: controller.signal })
    const requests = cluster.requests.length
    expect(result.text).toBe(
      'Deployment shop/web: 0 of 1 Pods replaced: interrupted. 1 Pod is in between: still serving, or out of the load balancer already. To go on: slackwater handover deployment/web -n shop; to take back what can be: slackwater handover deployment/web -n shop --undo',
    )
    expect(cluster.budget.annotations).toEqual({})
    await wait(cluster, 60)
    expect(cluster.requests).toHaveLength(requests)
    const next = await replaceAll(cluster)
    expect([next.state, cluster.losses, cluster.leftovers]).toEqual([
      state === 'ending' ? 'nothing-to-do' : 'done',
      [],
      [],
    ])
  })

  test('a record that cannot be read: its Pod is left alone, and that is told', async () => {
    const cluster = new PlayedCluster()
    podOf(cluster, 'web-1-002').annotations[HANDOVER_ANNOTATION] = '{"version":9}'
    const cautions: string[] = []
    const result = await replaceAll(cluster, { onCaution: (line) => cautions.push(line) })
    expect(statesOf(result.pods)).toEqual(['done', 'failed', 'done'])
    expect(cautions).toEqual([
      'Pod shop/web-1-002 is left alone: its annotation slackwater.dev/handover cannot be read: expected version 1; another release may have written it',
    ])
    expect([cluster.losses, cluster.pods.has('web-1-002')]).toEqual([[], true])
  })

  test('a Pod whose deadline has passed is named, and ended', async () => {
    const cluster = new PlayedCluster({ replicas: 1 })
    const controller = new AbortController()
    await replaceAll(cluster, {
      onProgress: when('leaving', () => controller.abort()),
      signal: controller.signal,
    })
    // S is 20 s, and a minute for all else.
    await wait(cluster, 90)
    const cautions: string[] = []
    const result = await replaceAll(cluster, { onCaution: (line) => cautions.push(line) })
    expect(cautions).toEqual([
      expect.stringMatching(
        /^Pod shop\/web-1-001 was left leaving, which should have been over at 2026-11-29T00:01:2/,
      ),
    ])
    expect([result.state, cluster.losses, cluster.leftovers]).toEqual(['done', [], []])
  })
})
