import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type ApiError,
  isAbsent,
  isAlreadyThere,
  isConflict,
  isForbidden,
} from '../../src/cluster/api-error.ts'
import type { ApiServer } from '../../src/cluster/api-server.ts'
import {
  APPLY_PATCH,
  createObject,
  MERGE_PATCH,
  objectPath,
  patchObject,
  readObject,
  replaceObject,
} from '../../src/cluster/objects.ts'
import { apiAt, DEPLOYMENTS, FakeApiServer, NAMESPACES } from './fake-api-server.ts'

const never = new AbortController().signal
const web = objectPath({ apiVersion: 'apps/v1', plural: 'deployments', namespace: 'shop', name: 'web' })
const all = objectPath({ apiVersion: 'apps/v1', plural: 'deployments', namespace: 'shop' })
const deployment = { metadata: { name: 'web' }, spec: { replicas: 1 } }

test.for<[string, Parameters<typeof objectPath>[0]]>([
  ['/api/v1/namespaces/shop', { apiVersion: 'v1', plural: 'namespaces', namespace: '', name: 'shop' }],
  [
    '/api/v1/namespaces/shop/services/web',
    { apiVersion: 'v1', plural: 'services', namespace: 'shop', name: 'web' },
  ],
  [
    '/apis/apps/v1/namespaces/shop/deployments',
    { apiVersion: 'apps/v1', plural: 'deployments', namespace: 'shop' },
  ],
  [
    '/apis/events.k8s.io/v1/namespaces/default/events/a%2Fb',
    { apiVersion: 'events.k8s.io/v1', plural: 'events', namespace: 'default', name: 'a/b' },
  ],
])('the path %s', ([path, of]) => expect(objectPath(of)).toBe(path))

describe('single objects', () => {
  let server: FakeApiServer
  let api: ApiServer

  beforeEach(async () => {
    server = new FakeApiServer()
    server.serve(DEPLOYMENTS, NAMESPACES)
    api = apiAt(await server.start())
  })
  afterEach(() => server.stop())

  const failing = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => undefined,
      (error: unknown) => error,
    )

  test('an object is created, read, replaced and patched; each answer is what is stored', async () => {
    const created = await createObject(api, { path: all, body: deployment }, never)
    expect(created).toMatchObject({ metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 1 } })
    expect(await readObject(api, web, never)).toEqual(created)
    const replaced = await replaceObject(
      api,
      { path: web, body: { ...deployment, spec: { replicas: 2 } } },
      never,
    )
    expect(replaced).toMatchObject({ spec: { replicas: 2 } })
    const body = { spec: { replicas: 3 } }
    const patched = await patchObject(api, { path: web, body, contentType: MERGE_PATCH }, never)
    expect(patched).toMatchObject({ spec: { replicas: 3 } })
    expect(server.stored(DEPLOYMENTS, 'web', 'shop')).toMatchObject({ spec: { replicas: 3 } })
  })

  test('the content type and the query reach the API server; with dryRun nothing is stored', async () => {
    server.put(NAMESPACES, { metadata: { name: 'shop' } })
    const path = objectPath({ apiVersion: 'v1', plural: 'namespaces', namespace: '', name: 'shop' })
    const query = { dryRun: 'All', fieldManager: 'slackwater', force: 'false' }
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { labels: { a: 'b' } } }
    const answer = await patchObject(api, { path, query, body, contentType: APPLY_PATCH }, never)
    expect(answer).toMatchObject({ metadata: { name: 'shop', labels: { a: 'b' } } })
    expect(server.writes).toEqual([{ method: 'PATCH', path, query, contentType: APPLY_PATCH, body }])
    expect(server.stored(NAMESPACES, 'shop')?.metadata['labels']).toBeUndefined()
  })

  test('a second one of the name is already there, which is no conflict', async () => {
    await createObject(api, { path: all, body: deployment }, never)
    const error = await failing(createObject(api, { path: all, body: deployment }, never))
    expect([isAlreadyThere(error), isConflict(error), isAbsent(error)]).toEqual([true, false, false])
  })

  test('an old version is a conflict, with the words of the API server', async () => {
    server.put(DEPLOYMENTS, { metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 1 } })
    const body = { ...deployment, metadata: { name: 'web', resourceVersion: '1' } }
    const error = await failing(replaceObject(api, { path: web, body }, never))
    expect([isAlreadyThere(error), isConflict(error), isAbsent(error)]).toEqual([false, true, false])
    expect((error as ApiError).message).toBe('409: "web": the object has been modified')
  })

  test('what is not there is absent; what is not allowed is forbidden', async () => {
    const absent = await failing(readObject(api, web, never))
    expect([isAbsent(absent), isForbidden(absent)]).toEqual([true, false])
    server.refused.set(`POST ${all}`, 403)
    const forbidden = await failing(createObject(api, { path: all, body: deployment }, never))
    expect([isAbsent(forbidden), isForbidden(forbidden)]).toEqual([false, true])
  })
})

describe('connections', () => {
  let server: Server
  let opened = 0
  let agents: Set<string | undefined>
  let api: ApiServer

  beforeEach(async () => {
    opened = 0
    agents = new Set()
    server = createServer((request, response) => {
      agents.add(request.headers['user-agent'])
      if (request.url === '/silent') response.writeHead(200).flushHeaders()
      else request.resume().on('end', () => response.end('{}'))
    })
    server.on('connection', () => {
      opened++
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    api = apiAt(typeof address === 'object' && address !== null ? address.port : 0)
  })
  afterEach(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  test('one connection serves one request after the other; each says who asks', async () => {
    for (let i = 0; i < 5; i++) {
      await readObject(api, '/one', never)
      await createObject(api, { path: '/many', body: { i } }, never)
    }
    expect(opened).toBe(1)
    expect(agents).toEqual(new Set(['slackwater']))
  })

  test('a call that is aborted ends, also while its answer is being read', async () => {
    const stop = new AbortController()
    const call = readObject(api, '/silent', stop.signal)
    setTimeout(() => stop.abort(), 20)
    await expect(call).rejects.toThrow(/abort/)
  })
})
