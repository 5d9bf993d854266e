import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Tried } from '../../src/report/audit-schema.ts'
import { DEPLOYMENTS, type FakeApiServer, type FakeObject } from '../cluster/fake-api-server.ts'
import type { Refusal } from '../cluster/fake-writes.ts'
import { audit, deployment, shop } from './cluster.ts'

/** `audit --try`: what the API server answers to each change, and that nothing is ever stored. */

let server: FakeApiServer
let port: number
beforeEach(async () => {
  server = await shop()
  port = await server.start()
})
afterEach(async () => {
  await server.stop()
  // Whatever a case did: each write was a dry run of ours.
  for (const { method, query } of server.writes)
    expect({ method, query }).toEqual({
      method: 'PATCH',
      query: { dryRun: 'All', fieldManager: 'slackwater' },
    })
})

const WEB = '/apis/apps/v1/namespaces/shop/deployments/web'

const tried = async (): Promise<Tried | undefined> => {
  const report = await audit(port, { isTrying: true })
  return report.workloads.find(({ name }) => name === 'web')?.tried
}

const refusedWith = (refusal: Refusal) => server.refused.set(`PATCH ${WEB}`, refusal)

test('an accepted change is sent as mode enforce would make it, and not stored', async () => {
  const before = server.stored(DEPLOYMENTS, 'web', 'shop')
  const report = await audit(port, { isTrying: true })
  const [web] = report.workloads
  expect(web?.tried).toEqual({ result: 'accepted' })
  const isApp = { op: 'test', path: '/spec/template/spec/containers/0/name', value: 'app' }
  expect(server.writes.map(({ path, body }) => ({ path, body }))).toEqual([
    { path: WEB, body: [isApp, ...(web?.patch ?? [])] },
  ])
  expect(server.stored(DEPLOYMENTS, 'web', 'shop')).toEqual(before)
})

test('without --try nothing is written', async () => {
  await audit(port)
  expect(server.writes).toEqual([])
})

describe('a policy that changes it back', () => {
  const withTemplate =
    (change: (spec: Record<string, unknown>) => object) =>
    (object: FakeObject): FakeObject => {
      const copy = structuredClone(object) as FakeObject & {
        spec: { template: { spec: Record<string, unknown> } }
      }
      copy.spec.template.spec = { ...copy.spec.template.spec, ...change(copy.spec.template.spec) }
      return copy
    }

  test('the grace period is lowered', async () => {
    server.admission = withTemplate(() => ({ terminationGracePeriodSeconds: 60 }))
    expect(await tried()).toEqual({
      result: 'changed-back',
      lost: ['/spec/template/spec/terminationGracePeriodSeconds'],
    })
  })

  test('the hook is replaced', async () => {
    server.admission = withTemplate((spec) => ({
      containers: (spec['containers'] as object[]).map((one) => ({
        ...one,
        lifecycle: { preStop: { sleep: { seconds: 5 } } },
      })),
    }))
    expect(await tried()).toMatchObject({
      result: 'changed-back',
      lost: [expect.stringContaining('lifecycle')],
    })
  })

  test('a container that is put before the others, and defaults beside ours, change nothing back', async () => {
    server.admission = withTemplate((spec) => ({
      containers: [{ name: 'proxy', image: 'proxy:1' }, ...(spec['containers'] as object[])],
    }))
    expect(await tried()).toEqual({ result: 'accepted' })
  })
})

describe('refused', () => {
  test.for<[string, Refusal]>([
    [
      'by a policy engine',
      { code: 403, reason: 'Forbidden', message: 'admission webhook "policy" denied the request: no hooks' },
    ],
    ['by a quota', { code: 403, reason: 'Forbidden', message: 'exceeded quota: small' }],
    [
      'by a webhook that answers 500, as kits do when they cannot decide',
      { code: 500, reason: '', message: 'admission webhook "policy" denied the request: no answer' },
    ],
    [
      'by a policy whose reason is Unauthorized',
      {
        code: 401,
        reason: 'Unauthorized',
        message:
          "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no hooks",
      },
    ],
    ['by validation', { code: 422, reason: 'Invalid', message: 'spec.template: Invalid value' }],
    [
      'by a policy that answers 400',
      { code: 400, reason: 'BadRequest', message: 'admission webhook "policy" denied the request' },
    ],
  ])('%s: its words', async ([, refusal]) => {
    refusedWith(refusal)
    expect(await tried()).toEqual({ result: 'refused', message: `${refusal.code}: ${refusal.message}` })
  })
})

describe('not tried', () => {
  test('another container stands in the place of the one that it was decided for', async () => {
    const report = await audit(port, {
      isTrying: true,
      onStep: (words) => {
        if (!words.startsWith('dry run')) return
        const sidecar = { name: 'sidecar', image: 'sidecar:1' }
        const containers = [sidecar, { name: 'app', image: 'app:1' }]
        server.put(DEPLOYMENTS, deployment('web', { containers }))
      },
    })
    expect(report.workloads.find(({ name }) => name === 'web')?.tried).toEqual({
      result: 'not-tried',
      message: expect.stringMatching(/^it has changed meanwhile: 422: /),
    })
  })

  test('without the right to patch, which says nothing about the change', async () => {
    const message =
      'deployments.apps "web" is forbidden: User "jo" cannot patch resource "deployments" in API group "apps" in the namespace "shop"'
    refusedWith({ code: 403, reason: 'Forbidden', message })
    expect(await tried()).toEqual({
      result: 'not-tried',
      message: `you may not patch it, which a dry run needs too: 403: ${message}`,
    })
  })

  test.for<[string, Refusal]>([
    [
      'a webhook with side effects, which the API server does not call in a dry run',
      { code: 400, reason: 'BadRequest', message: 'admission webhook "old" does not support dry run' },
    ],
    ['the workload is gone', { code: 404, reason: 'NotFound', message: 'not found' }],
    ['a webhook that is down', { code: 500, reason: 'InternalError', message: 'failed calling webhook' }],
  ])('%s', async ([, refusal]) => {
    refusedWith(refusal)
    expect(await tried()).toMatchObject({ result: 'not-tried' })
  })
})
