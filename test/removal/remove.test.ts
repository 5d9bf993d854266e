import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RECORD_ANNOTATION } from '../../src/core/model/keys.ts'
import { isDone, type Removal } from '../../src/removal/removal.ts'
import { injected, RECORD, template } from '../admission/world.ts'
import {
  DAEMON_SETS,
  DEPLOYMENTS,
  type FakeObject,
  NAMESPACES,
  PODS,
  REPLICA_SETS,
  ROLLOUTS,
  STATEFUL_SETS,
  VALIDATING_WEBHOOKS,
  WEBHOOKS,
} from '../cluster/fake-api-server.ts'
import { Cluster, rolledOut } from './world.ts'

let cluster: Cluster

beforeEach(async () => {
  cluster = new Cluster()
  await cluster.start()
})
afterEach(() => cluster.server.stop())

const states = ({ workloads }: Removal) =>
  Object.fromEntries(workloads.map(({ ref, state }) => [ref.name, state]))

const only = ({ workloads: [first, ...others] }: Removal) => {
  expect(others).toEqual([])
  return first
}

describe('what is found', () => {
  test('every kind that carries our record, and no other object; nothing is written', async () => {
    const { server } = cluster
    server.serve(ROLLOUTS)
    cluster.deployment('web')
    cluster.deployment('other', template())
    for (const path of [STATEFUL_SETS, DAEMON_SETS, REPLICA_SETS, ROLLOUTS])
      server.put(path, { metadata: { name: 'web', namespace: 'shop' }, spec: { template: injected() } })
    const { workloads, unread } = await cluster.find()
    expect(workloads.map(({ ref }) => ref.kind)).toEqual([
      'DaemonSet',
      'Deployment',
      'ReplicaSet',
      'Rollout',
      'StatefulSet',
    ])
    // A grace of 75 whose record says that none was there before: it goes.
    expect(workloads.map(({ changes }) => changes)).toEqual(
      Array.from({ length: 5 }, () => [
        'remove Slackwater’s preStop from app',
        'set terminationGracePeriodSeconds 75 → default 30',
      ]),
    )
    expect(unread).toEqual([])
    expect(server.writes).toEqual([])
  })

  test('in one namespace, and by labels', async () => {
    cluster.deployment('web', injected(), { labels: { team: 'a' } })
    cluster.deployment('cart', injected(), { labels: { team: 'b' } })
    cluster.deployment('far', injected(), { namespace: 'far', labels: { team: 'a' } })
    expect(states(await cluster.find({ namespace: 'shop' }))).toEqual({
      cart: 'would-take-back',
      web: 'would-take-back',
    })
    expect(states(await cluster.find({ namespace: 'shop', selector: 'team=a' }))).toEqual({
      web: 'would-take-back',
    })
  })

  test('a resource that may not be listed is named, and the rest goes on', async () => {
    cluster.deployment('web')
    cluster.server.refused.set(STATEFUL_SETS, 403)
    const removal = await cluster.find()
    expect(removal.unread).toEqual([{ resource: 'statefulsets.apps', problem: '403: refused' }])
    expect(states(removal)).toEqual({ web: 'would-take-back' })
    expect(isDone(removal)).toBe(false)
  })

  test('who is not known is told so at once', async () => {
    cluster.server.authenticated = () => false
    await expect(cluster.find()).rejects.toThrow('401')
  })

  test('nothing: done', async () => {
    cluster.deployment('other', template())
    const removal = await cluster.removeAtOnce()
    expect([removal.workloads, isDone(removal)]).toEqual([[], true])
    expect(cluster.server.writes).toEqual([])
  })
})

describe('what is taken back', () => {
  test('exactly what was ours: the original comes back, by one rollout', async () => {
    cluster.deployment('web')
    const removal = await cluster.removeAtOnce()
    expect(cluster.templateOf('web')).toEqual(template())
    expect(only(removal)).toEqual({
      ref: { kind: 'Deployment', namespace: 'shop', name: 'web' },
      state: 'taken-back',
      changes: ['remove Slackwater’s preStop from app', 'set terminationGracePeriodSeconds 75 → default 30'],
      rollout: { state: 'done' },
    })
    expect(cluster.written()).toEqual(['web'])
    expect(isDone(removal)).toBe(true)
  })

  test('a grace period that was there before comes back', async () => {
    const record = RECORD.replace('"before":null', '"before":60').replace('75', '105')
    cluster.deployment('web', injected({ grace: 105, annotations: { [RECORD_ANNOTATION]: record } }))
    await cluster.removeAtOnce()
    expect(cluster.templateOf('web')).toEqual(template({ grace: 60 }))
  })

  test('a mode label of the workload or its template does not stand against it', async () => {
    const label = { 'slackwater.dev/mode': 'enforce' }
    cluster.deployment('web', injected({ labels: label }), { labels: label })
    await cluster.removeAtOnce()
    expect(cluster.templateOf('web')).toEqual(template({ labels: label }))
  })

  test('a workload that has gone since is nobody’s business', async () => {
    cluster.deployment('web')
    const found = cluster.remove()
    cluster.server.remove(DEPLOYMENTS, 'web', 'shop')
    expect(isDone(await found)).toBe(true)
  })

  test('no entry of ours is left in managedFields', async () => {
    const theirs = { manager: 'kubectl', operation: 'Apply' }
    const ours = { manager: 'slackwater', operation: 'Update' }
    const { admission } = cluster.server
    cluster.server.admission = (object, current) => {
      const { metadata, ...rest } = admission(object, current)
      const isWrite = metadata['generation'] !== current?.metadata['generation']
      const managedFields = isWrite ? [theirs, ours] : metadata['managedFields']
      return { ...rest, metadata: { ...metadata, managedFields } }
    }
    cluster.deployment('web')
    await cluster.removeAtOnce()
    expect(cluster.server.stored(DEPLOYMENTS, 'web', 'shop')?.metadata['managedFields']).toEqual([theirs])
  })
})

describe('what a user has changed stays', () => {
  const hook = (seconds: number) => ({ lifecycle: { preStop: { sleep: { seconds } } } })

  test('a hook of another length, with the grace period that it needs', async () => {
    // Their 60 s do not fit into the default of 30 that was there before us.
    cluster.deployment('web', injected({ container: hook(60) }))
    await cluster.removeAtOnce()
    expect(cluster.templateOf('web')).toEqual(template({ grace: 75, container: hook(60) }))
  })

  test('a grace period of theirs', async () => {
    cluster.deployment('web', injected({ grace: 90 }))
    await cluster.removeAtOnce()
    expect(cluster.templateOf('web')).toEqual(template({ grace: 90 }))
  })

  test('our very numbers, once the manifest states them: they stay, and no rollout begins', async () => {
    const file = { spec: { template: template({ grace: 75, container: hook(45) }) } }
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(file) }
    cluster.deployment('web', injected(), { annotations })
    const removal = await cluster.removeAtOnce()
    expect(only(removal)).toMatchObject({ state: 'stays' })
    expect([cluster.written(), isDone(removal)]).toEqual([[], true])
  })

  test('hook and grace both: the record alone is not worth a rollout', async () => {
    const theirs = injected({ grace: 90, container: hook(60) })
    cluster.deployment('web', theirs)
    const removal = await cluster.removeAtOnce()
    expect(only(removal)).toMatchObject({
      state: 'stays',
      why: expect.stringContaining('not worth a rollout'),
    })
    expect(cluster.templateOf('web')).toEqual(theirs)
    expect([cluster.written(), isDone(removal)]).toEqual([[], true])
  })
})

describe('what is left, and why', () => {
  test.for<[string, Partial<FakeObject>, RegExp]>([
    [
      'a record that cannot be read',
      { spec: { template: injected({ annotations: { [RECORD_ANNOTATION]: '{' } }) } },
      /cannot be read/,
    ],
    [
      'one that a controller owns, which is the one to change',
      {
        metadata: {
          name: 'web',
          namespace: 'shop',
          ownerReferences: [{ apiVersion: 'x/v1', kind: 'App', name: 'shop', controller: true }],
        },
      },
      /App shop controls it/,
    ],
    [
      'one whose last rollout is not done',
      { status: { ...rolledOut(), availableReplicas: 1 } },
      /another rollout of it is not done: 1 of 3/,
    ],
  ])('%s', async ([, further, why]) => {
    cluster.deployment('web')
    const stored = cluster.server.stored(DEPLOYMENTS, 'web', 'shop')
    cluster.server.put(DEPLOYMENTS, { metadata: { name: 'web' }, ...stored, ...further })
    const removal = await cluster.removeAtOnce()
    expect(only(removal)).toMatchObject({ state: 'left', why: expect.stringMatching(why) })
    expect([cluster.written(), isDone(removal)]).toEqual([[], false])
  })

  test('one that the API server refuses, in its words; the others go on', async () => {
    cluster.deployment('cart')
    cluster.deployment('web')
    const message = 'denied by policy'
    cluster.server.refused.set('PATCH /apis/apps/v1/namespaces/shop/deployments/cart', { code: 403, message })
    const removal = await cluster.removeAtOnce()
    expect(removal.workloads[0]).toMatchObject({ state: 'left', why: expect.stringContaining(message) })
    expect(states(removal)).toEqual({ cart: 'left', web: 'taken-back' })
  })
})

describe('somebody else writes in between', () => {
  const path = '/apis/apps/v1/namespaces/shop/deployments/web'

  /** Another writer comes in just before so many of our dry runs. */
  function interfere(times: number): void {
    const { api } = cluster
    let left = times
    const send: typeof api.send = (request, signal) => {
      if (left > 0 && request.path === path) {
        left--
        const stored = cluster.server.stored(DEPLOYMENTS, 'web', 'shop')
        if (stored !== undefined) cluster.server.put(DEPLOYMENTS, stored)
      }
      return api.send(request, signal)
    }
    Object.defineProperty(cluster, 'api', { get: () => ({ get: api.get, send }) })
  }

  test('once: it is read again and decided anew', async () => {
    cluster.deployment('web')
    interfere(1)
    expect(states(await cluster.removeAtOnce())).toEqual({ web: 'taken-back' })
    expect(cluster.templateOf('web')).toEqual(template())
  })

  test('and again: it is left', async () => {
    cluster.deployment('web')
    interfere(2)
    const removal = await cluster.removeAtOnce()
    expect(only(removal)).toMatchObject({ state: 'left', why: expect.stringContaining('same time') })
    expect(cluster.templateOf('web')).toEqual(injected())
  })
})

describe('the webhook is still there', () => {
  /** It puts back what a request drops of our work and changes nothing else, in mode off too. */
  const restoring = (): void => {
    const { admission } = cluster.server
    cluster.server.admission = (object, current) =>
      admission({ ...object, spec: current?.['spec'] ?? object['spec'] }, current)
  }

  test('nothing is written, and the two commands are told', async () => {
    cluster.deployment('cart')
    cluster.deployment('web')
    restoring()
    const removal = await cluster.removeAtOnce()
    expect(removal.stopped).toContain('kubectl delete mutatingwebhookconfiguration slackwater;')
    expect(removal.stopped).toContain('helm uninstall slackwater -n slackwater-system')
    expect(removal.workloads.map(({ state, why }) => [state, why])).toEqual([
      ['left', 'not started'],
      ['left', 'not started'],
    ])
    expect(cluster.server.writes.map(({ query }) => query['dryRun'])).toEqual(['All'])
    expect(isDone(removal)).toBe(false)
  })

  test('by the name of its configuration, where it may be read', async () => {
    cluster.deployment('web')
    cluster.server.put(WEBHOOKS, {
      metadata: { name: 'release-slackwater' },
      webhooks: [{ name: 'workloads.slackwater.dev' }],
    })
    cluster.server.put(WEBHOOKS, { metadata: { name: 'other' }, webhooks: [{ name: 'a.example.com' }] })
    restoring()
    const removal = await cluster.removeAtOnce()
    expect(removal.webhooks).toEqual(['release-slackwater'])
    expect(removal.stopped).toContain('kubectl delete mutatingwebhookconfiguration release-slackwater;')
  })

  test('the validating one is named too: it may refuse what is left without our work', async () => {
    cluster.deployment('web')
    const webhooks = [{ name: 'workloads.validate.slackwater.dev' }]
    cluster.server.put(VALIDATING_WEBHOOKS, { metadata: { name: 'release-slackwater' }, webhooks })
    restoring()
    const removal = await cluster.removeAtOnce()
    expect([removal.webhooks, removal.validatingWebhooks]).toEqual([[], ['release-slackwater']])
    expect(removal.stopped).toContain(
      'kubectl delete mutatingwebhookconfiguration slackwater && kubectl delete validatingwebhookconfiguration release-slackwater;',
    )
  })

  test('a configuration whose webhook does not answer is not in the way', async () => {
    cluster.deployment('web')
    cluster.server.put(WEBHOOKS, {
      metadata: { name: 'slackwater' },
      webhooks: [{ name: 'workloads.slackwater.dev' }],
    })
    expect(states(await cluster.removeAtOnce())).toEqual({ web: 'taken-back' })
  })
})

describe('batches', () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  beforeEach(() => {
    for (const name of names) cluster.deployment(name)
  })

  test('a batch begins when the one before is rolled out, and after a pause', async () => {
    const done = cluster.remove({ batch: 2, pause: 10_000 })
    await cluster.clock.pass(30_000)
    expect(cluster.written()).toEqual(['a', 'b'])
    cluster.finish('a')
    await cluster.clock.pass(20_000)
    expect(cluster.written()).toEqual(['a', 'b'])
    cluster.finish('b')
    // Seen within 2 s, then 10 s of pause.
    await cluster.clock.pass(9_000)
    expect(cluster.written()).toEqual(['a', 'b'])
    await cluster.clock.pass(4_000)
    expect(cluster.written()).toEqual(['a', 'b', 'c', 'd'])
    cluster.finish('c')
    cluster.finish('d')
    await cluster.clock.pass(13_000)
    expect(cluster.written()).toEqual(names)
    cluster.finish('e')
    await cluster.clock.pass(3_000)
    const removal = await done
    expect(isDone(removal)).toBe(true)
    expect(cluster.told).toEqual([
      'batch 1 of 3',
      '  Deployment shop/a: removed',
      '  Deployment shop/b: removed',
      '  Deployment shop/a: rolled out',
      '  Deployment shop/b: rolled out',
      'batch 2 of 3',
      '  Deployment shop/c: removed',
      '  Deployment shop/d: removed',
      '  Deployment shop/c: rolled out',
      '  Deployment shop/d: rolled out',
      'batch 3 of 3',
      '  Deployment shop/e: removed',
      '  Deployment shop/e: rolled out',
    ])
  })

  test('a rollout that is not done in time: told, and nothing more is begun', async () => {
    const done = cluster.remove({ batch: 2, timeout: 60_000 })
    await cluster.clock.pass(10_000)
    cluster.finish('a')
    await cluster.clock.pass(52_000)
    const removal = await done
    expect(removal.stopped).toMatch(/^the rollout of Deployment shop\/b is not done after 60 s: /)
    expect(states(removal)).toEqual({ a: 'taken-back', b: 'taken-back', c: 'left', d: 'left', e: 'left' })
    expect(removal.workloads.map(({ rollout }) => rollout?.state)).toEqual([
      'done',
      'rolling',
      undefined,
      undefined,
      undefined,
    ])
    expect(isDone(removal)).toBe(false)
  })

  test('a rollout that is stuck: no need to wait for the time to pass', async () => {
    const done = cluster.remove({ batch: 1 })
    await cluster.clock.pass(0)
    const stored = cluster.server.stored(DEPLOYMENTS, 'a', 'shop')
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }]
    const status = { ...rolledOut(2), updatedReplicas: 1, conditions }
    cluster.server.put(DEPLOYMENTS, { metadata: { name: 'a' }, ...stored, status })
    await cluster.clock.pass(3_000)
    expect((await done).stopped).toContain(
      'the rollout of Deployment shop/a is stuck: past its progress deadline',
    )
    expect(cluster.written()).toEqual(['a'])
  })

  test('one that no controller rolls out is not waited for, and is told', async () => {
    cluster.server.put(NAMESPACES, { metadata: { name: 'a-first' } })
    cluster.server.put(STATEFUL_SETS, {
      metadata: { name: 'db', namespace: 'a-first' },
      spec: { template: injected(), updateStrategy: { type: 'OnDelete' } },
    })
    const done = cluster.remove({ batch: 1, pause: 0 }, { namespace: 'a-first' })
    await cluster.clock.pass(0)
    const removal = await done
    expect(only(removal)).toMatchObject({
      state: 'taken-back',
      rollout: { state: 'by-itself-never', why: expect.stringContaining('OnDelete') },
    })
    expect(isDone(removal)).toBe(true)
  })

  test('an API server that is away for a moment is waited for', async () => {
    const path = '/apis/apps/v1/namespaces/shop/deployments/a'
    const done = cluster.remove({ batch: 1 }, { namespace: 'shop', selector: '!none' })
    await cluster.clock.pass(0)
    cluster.server.refused.set(`GET ${path}`, 503)
    await cluster.clock.pass(5_000)
    cluster.server.refused.clear()
    cluster.finish('a')
    await cluster.clock.pass(2_000)
    expect(cluster.told.at(-1)).toBe('  Deployment shop/a: rolled out')
    for (const name of names.slice(1)) {
      await cluster.clock.pass(10_000)
      cluster.finish(name)
      await cluster.clock.pass(2_000)
    }
    expect(isDone(await done)).toBe(true)
  })
})

test('Pods are listed nowhere: they go with their workloads', async () => {
  cluster.deployment('web')
  await cluster.removeAtOnce()
  expect(cluster.server.asked.filter(({ path }) => path === PODS)).toEqual([])
})
