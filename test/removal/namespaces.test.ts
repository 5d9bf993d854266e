import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GATES_ANNOTATION } from '../../src/core/model/keys.ts'
import { isDone } from '../../src/removal/removal.ts'
import { NAMESPACES, PODS } from '../cluster/fake-api-server.ts'
import { Cluster } from './world.ts'

const LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'
const OURS = { [LABEL]: 'enabled' }
const MEMORY = { [GATES_ANNOTATION]: `{"${LABEL}":"enabled"}` }
const PATH = '/api/v1/namespaces/shop'

let cluster: Cluster

beforeEach(async () => {
  cluster = new Cluster()
  await cluster.start()
})
afterEach(() => cluster.server.stop())

/** As the controller's own apply leaves it. */
async function labelled(name: string, further: object = {}): Promise<void> {
  const { server, port } = cluster
  server.put(NAMESPACES, { metadata: { name, uid: `uid-of-${name}`, labels: { team: 'a', ...further } } })
  await fetch(`http://127.0.0.1:${port}/api/v1/namespaces/${name}?fieldManager=slackwater`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: JSON.stringify({ metadata: { name, labels: OURS, annotations: MEMORY } }),
  })
  server.writes.length = 0
}

const metadataOf = (name: string) => {
  const metadata = cluster.server.stored(NAMESPACES, name)?.metadata
  return { labels: metadata?.['labels'], annotations: metadata?.['annotations'] }
}

describe('labels of namespaces', () => {
  test('what is ours goes, with our memory; everything else stays', async () => {
    await labelled('shop')
    cluster.server.put(NAMESPACES, { metadata: { name: 'other', labels: OURS } })
    const removal = await cluster.removeAtOnce()
    expect(removal.namespaces).toEqual([{ name: 'shop', state: 'taken-back', labels: OURS }])
    expect(metadataOf('shop')).toEqual({ labels: { team: 'a' }, annotations: {} })
    // A label without our memory was set by a person.
    expect(metadataOf('other')).toEqual({ labels: OURS, annotations: undefined })
    expect(isDone(removal)).toBe(true)
  })

  test('a mode label of the namespace does not stand against it', async () => {
    await labelled('shop', { 'slackwater.dev/mode': 'dry-run' })
    await cluster.removeAtOnce()
    expect(metadataOf('shop').labels).toEqual({ team: 'a', 'slackwater.dev/mode': 'dry-run' })
  })

  test('after the workloads: the Pods of their rollouts still get a readiness gate', async () => {
    await labelled('shop')
    cluster.deployment('web')
    await cluster.removeAtOnce()
    const paths = cluster.server.writes
      .filter(({ query }) => query['dryRun'] === undefined)
      .map(({ path }) => path)
    expect(paths).toEqual(['/apis/apps/v1/namespaces/shop/deployments/web', PATH])
  })

  test('a label that a person has changed or removed stays as it is, and our memory of it', async () => {
    const theirs = { labels: { [LABEL]: 'disabled' }, annotations: MEMORY }
    cluster.server.put(NAMESPACES, { metadata: { name: 'shop', ...theirs } })
    cluster.server.put(NAMESPACES, { metadata: { name: 'far', annotations: MEMORY } })
    const removal = await cluster.removeAtOnce()
    expect(removal.namespaces.map(({ name, state }) => [name, state])).toEqual([
      ['far', 'stays'],
      ['shop', 'stays'],
    ])
    expect([metadataOf('shop'), cluster.server.writes, isDone(removal)]).toEqual([theirs, [], true])
  })

  test('a memory that cannot be read: left, since nobody knows what is ours', async () => {
    cluster.server.put(NAMESPACES, { metadata: { name: 'shop', annotations: { [GATES_ANNOTATION]: '{' } } })
    const removal = await cluster.removeAtOnce()
    expect(removal.namespaces).toMatchObject([
      { state: 'left', why: expect.stringContaining('cannot be read') },
    ])
    expect(isDone(removal)).toBe(false)
  })

  test('one that is being deleted is passed over', async () => {
    const metadata = {
      name: 'shop',
      labels: OURS,
      annotations: MEMORY,
      deletionTimestamp: '2026-11-21T10:00:00Z',
    }
    cluster.server.put(NAMESPACES, { metadata })
    expect((await cluster.removeAtOnce()).namespaces).toEqual([])
  })

  test('somebody writes it in between: read again, and written', async () => {
    await labelled('shop')
    cluster.server.refused.set(`PATCH ${PATH}`, { code: 409, reason: 'Conflict', message: 'modified' })
    const { api } = cluster
    const send: typeof api.send = (request, signal) => {
      const answer = api.send(request, signal)
      void answer.then(() => cluster.server.refused.clear())
      return answer
    }
    Object.defineProperty(cluster, 'api', { get: () => ({ get: api.get, send }) })
    await cluster.removeAtOnce()
    expect(metadataOf('shop').labels).toEqual({ team: 'a' })
  })

  test('a label that another field manager holds is told', async () => {
    // As after a backup that was restored: nobody knows any more that we applied it.
    cluster.server.put(NAMESPACES, { metadata: { name: 'shop', labels: OURS, annotations: MEMORY } })
    const removal = await cluster.removeAtOnce()
    expect(removal.namespaces).toMatchObject([
      { state: 'left', why: expect.stringContaining('field manager') },
    ])
  })

  test('while Slackwater runs, which would set them again', async () => {
    await labelled('shop')
    const pod = (ready: string) => ({
      metadata: {
        name: 'slackwater-0',
        namespace: 'slackwater-system',
        labels: { 'app.kubernetes.io/name': 'slackwater' },
      },
      status: { conditions: [{ type: 'Ready', status: ready }] },
    })
    cluster.server.put(PODS, pod('True'))
    const removal = await cluster.removeAtOnce()
    expect(removal.namespaces).toMatchObject([
      { state: 'left', why: expect.stringContaining('Pod slackwater-system/slackwater-0') },
    ])
    expect([cluster.server.writes, isDone(removal)]).toEqual([[], false])
    cluster.server.put(PODS, pod('False'))
    expect((await cluster.removeAtOnce()).namespaces).toMatchObject([{ state: 'taken-back' }])
  })
})

describe('which namespaces', () => {
  beforeEach(async () => {
    await labelled('far')
    await labelled('shop')
  })

  test('one that is named', async () => {
    expect((await cluster.find({ namespace: 'shop' })).namespaces.map(({ name }) => name)).toEqual(['shop'])
  })

  test('one that is not there is told', async () => {
    expect((await cluster.find({ namespace: 'shpo' })).unread).toEqual([
      { resource: 'namespaces', problem: 'there is no namespace shpo' },
    ])
  })

  test('none with a selector of workloads, nor where labels are to be kept', async () => {
    expect((await cluster.find({ selector: 'team=a' })).namespaces).toEqual([])
    expect((await cluster.find({}, false)).namespaces).toEqual([])
  })
})
