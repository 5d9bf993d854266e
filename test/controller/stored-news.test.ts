import { describe, expect, test } from 'vitest'
import type { ApiServer } from '../../src/cluster/api-server.ts'
import { readStoredNews } from '../../src/controller/stored-news.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { deployment, injected, type JsonObject, knowing, template } from '../admission/world.ts'

const WEB = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const stop = new AbortController().signal

/** An API server that has one object, at the path of Deployment shop/web. */
const having = (object: unknown): ApiServer => ({
  get: async (path) => {
    expect(path).toBe('/apis/apps/v1/namespaces/shop/deployments/web')
    async function* body() {
      yield Buffer.from(JSON.stringify(object))
    }
    return { status: 200, body: body() }
  },
  send: () => Promise.reject(new Error('nothing is written')),
})

const stored = (podTemplate: JsonObject): JsonObject => deployment(podTemplate, { uid: 'uid-1' })
const regarding = { apiVersion: 'apps/v1', ...WEB, uid: 'uid-1' }

const read = (object: JsonObject, mode: 'enforce' | 'dry-run' = 'enforce') =>
  readStoredNews(
    { ref: WEB, reason: 'Protected' },
    { api: having(object), knowledge: knowing([], { mode }) },
    stop,
  )

test('a template in which our work stands: what stands there', async () => {
  expect(await read(stored(injected()))).toEqual({
    regarding,
    reason: 'Protected',
    note: 'in its template: preStop sleep 45 s in app, terminationGracePeriodSeconds default 30 → 75; behind Ingress shop/web',
  })
})

test('mode dry-run: what would be done to the stored template', async () => {
  expect(await read(stored(template()), 'dry-run')).toEqual({
    regarding,
    reason: 'WouldProtect',
    note: 'dry-run: would add preStop sleep 45 s to app, set terminationGracePeriodSeconds default 30 → 75; behind Ingress shop/web',
  })
})

test('a record beside which nothing of ours stands is no protection: anybody can write a record', async () => {
  const { metadata } = injected() as { readonly metadata: JsonObject }
  expect(await read(stored({ ...template(), metadata }))).toBeUndefined()
})

test('a template without our work, in mode enforce: nothing', async () => {
  expect(await read(stored(template()))).toBeUndefined()
})

describe('the load balancer controller has no ready replica', () => {
  const lbc = (readyReplicas: number): JsonObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'lbc', namespace: 'kube-system' },
    spec: { replicas: 2, template: { spec: { containers: [{ image: 'aws-load-balancer-controller' }] } } },
    status: { readyReplicas },
  })
  const readDown = (ready: number, settings: Partial<Settings> = {}) =>
    readStoredNews(
      { ref: WEB, reason: 'ControllerNotReady' },
      { api: having(stored(injected())), knowledge: knowing([lbc(ready)], settings) },
      stop,
    )

  test('what a rollout costs now, and what to do', async () => {
    expect(await readDown(0)).toEqual({
      regarding,
      reason: 'ControllerNotReady',
      note: 'a rollout loses requests now: Deployment kube-system/lbc has no ready replica, so Pods that leave stay registered, and new Pods get no readiness gate; restore it, then slackwater handover deployment/web -n shop',
    })
  })

  test('gates that Slackwater writes meanwhile', async () => {
    const note = (await readDown(0, { gateWhenControllerDown: 'on' }))?.note
    expect(note).toContain('and new Pods with a known TargetGroupBinding wait for it; restore it')
    const dry = (await readDown(0, { gateWhenControllerDown: 'on', mode: 'dry-run' }))?.note
    expect(dry).toContain('new Pods get no readiness gate')
  })

  test('one is ready again: nothing, whoever asked', async () => expect(await readDown(1)).toBeUndefined())
})
