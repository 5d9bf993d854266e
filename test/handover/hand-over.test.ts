import { describe, expect, test } from 'vitest'
import type { PodProgress } from '../../src/handover/plan.ts'
import { killed, replaceAll, takeBackAll, wait } from './calls.ts'
import { PlayedCluster } from './played-cluster.ts'

/** Nothing lost at any moment, nothing left, and as many Pods as the workload wants. */
function expectWhole(cluster: PlayedCluster, replicas = 3): void {
  expect(cluster.losses).toEqual([])
  expect(cluster.leftovers).toEqual([])
  const alive = [...cluster.pods.values()].filter(({ deleted }) => deleted === undefined)
  expect(alive.filter(({ ready }) => ready)).toHaveLength(replicas)
  expect(alive).toHaveLength(replicas)
}

describe('without a disturbance', () => {
  test.for([
    [1, 1],
    [3, 1],
    [5, 2],
    [4, 4],
  ])('%i Pods, %i at a time: all are replaced, and nothing is lost', async ([replicas = 1, maxExtra = 1]) => {
    const cluster = new PlayedCluster({ replicas })
    let most = 0
    cluster.after = () => {
      most = Math.max(most, cluster.pods.size)
      return undefined
    }
    const result = await replaceAll(cluster, { maxExtra })
    expect(result.state).toBe('done')
    expect(result.text).toBe(`Deployment shop/web: ${replicas} of ${replicas} Pods replaced.`)
    await wait(cluster, 60)
    expectWhole(cluster, replicas)
    expect(cluster.unprotected).toEqual([])
    expect(most).toBe(replicas + maxExtra)
  })

  test('where targets have no gate, an old Pod leaves only once they can be healthy', async () => {
    const cluster = new PlayedCluster({ replicas: 1, gates: false })
    const result = await replaceAll(cluster)
    expect([result.state, cluster.losses, cluster.unprotected]).toEqual(['done', [], []])
  })

  test('a workload with minReadySeconds: the old Pod leaves when the new one has been ready for so long', async () => {
    const cluster = new PlayedCluster({ replicas: 1, minReady: 60, readyAfter: 3 })
    let left = Number.NaN
    const onProgress = ({ state }: PodProgress) => {
      if (state === 'leaving' && Number.isNaN(left)) left = cluster.time
    }
    const result = await replaceAll(cluster, { onProgress })
    expect([result.state, cluster.losses, cluster.unprotected]).toEqual(['done', [], []])
    expect(left).toBeGreaterThan(63_000)
  })

  test('each Pod tells where it stands, and which Pod came for it', async () => {
    const cluster = new PlayedCluster({ replicas: 1 })
    const told: string[] = []
    await replaceAll(cluster, {
      onProgress: ({ pod, state, replacement, note }) => told.push([pod, state, replacement, note].join(' ')),
    })
    expect(told).toEqual([
      'web-1-001 replacing web-1-002 its replacement to be ready',
      'web-1-001 leaving web-1-002 load balancers to stop sending',
      'web-1-001 ending web-1-002 its containers to end',
      'web-1-001 done web-1-002 ',
    ])
  })

  test('nothing has been begun: nothing is taken back', async () => {
    const cluster = new PlayedCluster()
    expect((await takeBackAll(cluster)).state).toBe('nothing-to-do')
    expect(cluster.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })
})

describe('killed after any request', () => {
  /**
   * After how many requests a call may die so that it makes a difference: after each write, and after the read that
   * follows. Further reads change nothing.
   */
  async function points(shape: ConstructorParameters<typeof PlayedCluster>[0], maxExtra: number) {
    const cluster = new PlayedCluster(shape)
    await replaceAll(cluster, { maxExtra })
    const isWrite = (index: number): boolean => cluster.requests[index]?.method !== 'GET'
    return [...cluster.requests.keys()].filter((at) => isWrite(at) || isWrite(at - 1)).map((at) => at + 1)
  }

  const SHAPES = [
    { name: 'gated, one at a time', shape: { replicas: 2 }, maxExtra: 1 },
    { name: 'without gates, two at a time', shape: { replicas: 3, gates: false }, maxExtra: 2 },
  ]

  test.for(SHAPES)('$name: the next call ends it', async ({ shape, maxExtra }) => {
    const all = await points(shape, maxExtra)
    // Of each Pod: release, leave, end, delete; and two writes to the budget for the first two.
    expect(all.length).toBeGreaterThan(8 * shape.replicas)
    for (const requests of all) {
      const cluster = new PlayedCluster(shape)
      await killed(cluster, requests, (one) => replaceAll(one, { maxExtra }))
      await wait(cluster, requests % 7)
      const result = await replaceAll(cluster, { maxExtra })
      expect([requests, result.state]).toEqual([
        requests,
        result.pods.length === 0 ? 'nothing-to-do' : 'done',
      ])
      await wait(cluster, 60)
      expectWhole(cluster, shape.replicas)
      expect(cluster.unprotected).toEqual([])
    }
  })

  test.for(SHAPES)('$name: it is taken back', async ({ shape, maxExtra }) => {
    for (const requests of await points(shape, maxExtra)) {
      const cluster = new PlayedCluster(shape)
      await killed(cluster, requests, (one) => replaceAll(one, { maxExtra }))
      await wait(cluster, requests % 7)
      const result = await takeBackAll(cluster, { maxExtra })
      expect([requests, result.state]).toEqual([
        requests,
        result.pods.length === 0 ? 'nothing-to-do' : 'undone',
      ])
      await wait(cluster, 60)
      expectWhole(cluster, shape.replicas)
    }
  })

  test('taking back is killed in turn, and then either is done', async () => {
    const shape = { replicas: 2 }
    let count = 0
    for (const begin of [8, 12, 18, 26, 30]) {
      for (let requests = 1; ; requests++) {
        const cluster = new PlayedCluster(shape)
        await killed(cluster, begin, (one) => replaceAll(one))
        await wait(cluster, requests % 9)
        if (await killed(cluster, requests, (one) => takeBackAll(one))) break
        await wait(cluster, requests % 5)
        const result = requests % 2 === 0 ? await replaceAll(cluster) : await takeBackAll(cluster)
        expect([begin, requests, result.state]).not.toContain('failed')
        await wait(cluster, 60)
        expectWhole(cluster, 2)
        count += 1
      }
    }
    expect(count).toBeGreaterThan(30)
  })
})
