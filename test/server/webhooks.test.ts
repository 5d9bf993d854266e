import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deployment, requestFor } from '../admission/world.ts'
import { type Running, reviewWith, startApp } from './app.ts'

let server: Running
beforeAll(async () => {
  server = await startApp()
})
afterAll(() => server.stop())

const ordinary = reviewWith(requestFor(deployment()))
const outcomes = (): readonly unknown[] =>
  server.logs.flatMap(({ msg, outcome }) => (msg === 'decision' ? [outcome] : []))

describe('a review is answered whatever its URL and its content type say beside the webhook', () => {
  test.for<[string, string]>([
    ['/mutate', 'application/json'],
    ['/mutate?', 'application/json'],
    ['/mutate?timeout=30s', 'application/json; charset=utf-8'],
    ['/mutate?a=b&timeout=30s', 'Application/JSON'],
    ['/mutate?timeout=nonsense', 'application/json ; charset=utf-8'],
    ['/mutate?a=%zz', 'application/json'],
  ])('%s, %s', async ([path, type]) => {
    const { status, headers, json } = await server.post(ordinary, { path, headers: { 'content-type': type } })
    expect([status, json]).toMatchObject([200, { response: { uid: '7f3c', patchType: 'JSONPatch' } }])
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
  })
})

test('the limit of each URL counts, also where another came before it', async () => {
  const before = outcomes().length
  // No time at all: it is too late in any case.
  for (const path of [
    '/mutate?timeout=30s',
    '/mutate?timeout=0s',
    '/mutate?timeout=30s',
    '/validate?timeout=0s',
  ])
    await server.post(ordinary, { path })
  expect(outcomes().slice(before)).toEqual(['patched', 'too-late', 'patched', 'too-late'])
})

test.for<[string, string]>([
  ['POST', '/mutate/'],
  ['POST', '/Mutate'],
  ['POST', '/mutate/validate'],
  ['PUT', '/mutate'],
])('nothing else is a webhook: %s %s', async ([method, path]) => {
  const { status, headers, json } = await server.post(ordinary, { method, path })
  expect([status, json]).toEqual([404, { error: `no such path: ${method} ${path}` }])
  // Nobody reads the body, so it must not go on.
  expect(headers['connection']).toBe('close')
})

test.for([undefined, 'text/json', 'application/jsonp', 'application/x+json'])(
  'a review as %s is not read',
  async (type) => {
    const headers = type === undefined ? {} : { 'content-type': type }
    const { status, json } = await server.post(ordinary, { headers: { 'content-type': '', ...headers } })
    expect([status, json]).toEqual([415, { error: 'Unsupported Media Type' }])
  },
)
