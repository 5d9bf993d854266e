import { expect, test } from 'vitest'
import type { ApiServer } from '../../src/cluster/api-server.ts'
import { readStoredNews } from '../../src/controller/stored-news.ts'
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
