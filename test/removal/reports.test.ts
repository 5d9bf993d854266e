import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isDone } from '../../src/removal/removal.ts'
import { paperOf } from '../../src/render/paint.ts'
import { removalText } from '../../src/render/removal-text.ts'
import { PODS } from '../cluster/fake-api-server.ts'
import { Cluster } from './world.ts'

const OPEN = '/apis/openreports.io/v1alpha1/reports'
const OLD = '/apis/wgpolicyk8s.io/v1alpha2/policyreports'

let cluster: Cluster
beforeEach(async () => {
  cluster = new Cluster()
  await cluster.start()
})
afterEach(() => cluster.server.stop())

const labels = { 'app.kubernetes.io/managed-by': 'slackwater' }

const put = (path: string, namespace: string, metadata: object = { labels }): void =>
  cluster.server.put(path, {
    metadata: { name: 'slackwater', namespace, uid: `uid-of-${namespace}`, ...metadata },
  })

describe('reports for other tools', () => {
  test('of both kinds are found and deleted, and no other', async () => {
    cluster.server.serve(OPEN, OLD)
    put(OPEN, 'shop')
    put(OLD, 'shop')
    put(OLD, 'theirs', {})
    put(OLD, 'named', { name: 'another', labels })
    const { reports } = await cluster.find()
    expect(reports.map(({ ref, state }) => [ref.kind, ref.namespace, state])).toEqual([
      ['Report', 'shop', 'would-take-back'],
      ['PolicyReport', 'shop', 'would-take-back'],
    ])
    const removal = await cluster.removeAtOnce()
    expect(removal.reports.map(({ state }) => state)).toEqual(['taken-back', 'taken-back'])
    expect(isDone(removal)).toBe(true)
    expect(cluster.server.stored(OPEN, 'slackwater', 'shop')).toBeUndefined()
    expect(cluster.server.stored(OLD, 'slackwater', 'shop')).toBeUndefined()
    expect(cluster.server.stored(OLD, 'slackwater', 'theirs')).toBeDefined()
    expect(cluster.server.stored(OLD, 'another', 'named')).toBeDefined()
  })

  test('without a definition there is nothing, and nothing is missing', async () => {
    const { reports, unread } = await cluster.find()
    expect([reports, unread]).toEqual([[], []])
  })

  test('in one namespace only; with a selector of workloads none', async () => {
    cluster.server.serve(OLD)
    put(OLD, 'shop')
    put(OLD, 'far')
    const found = await cluster.find({ namespace: 'far' })
    expect(found.reports.map(({ ref }) => ref.namespace)).toEqual(['far'])
    expect((await cluster.find({ namespace: 'far', selector: 'a=b' })).reports).toEqual([])
  })

  test('are left while Slackwater runs, which would write them again', async () => {
    cluster.server.serve(OLD)
    put(OLD, 'shop')
    cluster.server.put(PODS, {
      metadata: {
        name: 'slackwater-0',
        namespace: 'slackwater-system',
        labels: { 'app.kubernetes.io/name': 'slackwater' },
      },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    })
    const removal = await cluster.removeAtOnce()
    expect(removal.reports).toEqual([
      {
        ref: { kind: 'PolicyReport', namespace: 'shop', name: 'slackwater' },
        state: 'left',
        why: expect.stringContaining('Slackwater still runs'),
      },
    ])
    expect(isDone(removal)).toBe(false)
  })

  test('what may not be deleted is left, with the reason; what may not be listed is named', async () => {
    cluster.server.serve(OLD, OPEN)
    put(OLD, 'shop')
    cluster.server.refused.set(OPEN, 403)
    const path = '/apis/wgpolicyk8s.io/v1alpha2/namespaces/shop/policyreports/slackwater'
    cluster.server.refused.set(`DELETE ${path}`, 403)
    const removal = await cluster.removeAtOnce()
    expect(removal.reports.map(({ state, why }) => [state, why])).toEqual([['left', '403: refused']])
    expect(removal.unread).toEqual([{ resource: 'reports.openreports.io', problem: '403: refused' }])
  })

  test('are shown by namespace, and counted', async () => {
    cluster.server.serve(OLD)
    put(OLD, 'shop')
    const text = removalText(await cluster.find(), { ...paperOf({ width: 80, color: false }), dryRun: true })
    expect(text).toBe(
      'Namespace shop\n  PolicyReport slackwater: delete\n\nWould be deleted: 1 policy report.\n',
    )
  })
})
