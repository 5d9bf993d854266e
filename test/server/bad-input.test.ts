import type { RequestOptions } from 'node:https'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyToCopy } from '../../src/kubernetes/proof.ts'
import { deployment, type JsonObject, podOf, requestFor, template } from '../admission/world.ts'
import { first, type Running, reviewWith, startApp } from './app.ts'

let server: Running
beforeAll(async () => {
  server = await startApp()
})
afterAll(() => server.stop())

const ordinary = reviewWith(requestFor(deployment()))

/** After whatever was sent, an ordinary review is answered with its patch of three operations. */
async function expectStillServing(): Promise<void> {
  const { status, json } = await server.post(ordinary)
  expect(status).toBe(200)
  expect(patchIn(json)).toHaveLength(3)
}

const responseIn = (json: unknown): JsonObject => (json as { readonly response: JsonObject }).response

const patchIn = (json: unknown): unknown[] =>
  JSON.parse(Buffer.from(String(responseIn(json)['patch']), 'base64').toString('utf8'))

const NO_REVIEW = 'expected an AdmissionReview, got no JSON object'
const NO_UID = 'request.uid: expected a non-empty string'
const expectedReview = (kind: string, version: string): string =>
  `expected kind AdmissionReview of admission.k8s.io/v1, got ${kind} of ${version}`

/** Two objects of at most 3 MiB each, and what JSON adds to them: 8 MiB. */
const MOST = 8 * 1024 * 1024

/** Deeper than any recursion bears, and than the API server reads. */
const DEEP = 200_000

describe('what is no review is refused with a status below 500 and JSON that says why', () => {
  test.for<[string, unknown, RequestOptions, number, string | RegExp]>([
    ['text', 'hello', {}, 400, /^expected JSON: /],
    ['half of it', JSON.stringify(ordinary).slice(0, 100), {}, 400, /^expected JSON: /],
    ['nothing', '', {}, 400, /^expected JSON: /],
    ['a list', [], {}, 400, NO_REVIEW],
    ['null', 'null', {}, 400, NO_REVIEW],
    ['a number', '7', {}, 400, NO_REVIEW],
    ['an empty object', {}, {}, 400, expectedReview('nothing', 'nothing')],
    [
      'v1beta1',
      { ...ordinary, apiVersion: 'admission.k8s.io/v1beta1' },
      {},
      400,
      expectedReview('"AdmissionReview"', '"admission.k8s.io/v1beta1"'),
    ],
    ['a Deployment', deployment(), {}, 400, expectedReview('"Deployment"', '"apps/v1"')],
    ['no request', reviewWith(undefined), {}, 400, 'request: expected an object'],
    ['no uid', reviewWith({ ...requestFor(deployment()), uid: undefined }), {}, 400, NO_UID],
    ['an empty uid', reviewWith({ ...requestFor(deployment()), uid: '' }), {}, 400, NO_UID],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), {}, 400, /^expected JSON: /],
    ['a list in lists', '['.repeat(DEEP) + ']'.repeat(DEEP), {}, 413, /^too large: /],
    ['a content type of another', ordinary, type('text/yaml'), 415, /text\/yaml|[Mm]edia [Tt]ype/],
    ['another method', '', { method: 'GET' }, 404, 'no such path: GET /mutate'],
    ['another path', ordinary, { path: '/validated' }, 404, 'no such path: POST /validated'],
    ['a path that is no URL', ordinary, { path: '/%zz' }, 400, "'/%zz' is not a valid url component"],
    ['8 MiB', Buffer.alloc(MOST, 'x'), {}, 400, /^expected JSON: /],
    ['more than 8 MiB', Buffer.alloc(MOST + 1, 'x'), {}, 413, /./],
    ['20 MB', Buffer.alloc(20_000_000, 'x'), {}, 413, /./],
    ['20 MB of unknown length', Buffer.alloc(20_000_000, 'x'), chunked(), 413, /./],
  ])('%s', async ([, body, options, status, error]) => {
    const reply = await server.post(body, options)
    expect(reply.status).toBe(status)
    expect(reply.headers['content-type']).toMatch(/^application\/json/)
    expect(reply.json).toEqual({ error: typeof error === 'string' ? error : expect.stringMatching(error) })
    await expectStillServing()
  })
})

function type(contentType: string): RequestOptions {
  return { headers: { 'content-type': contentType } }
}

function chunked(): RequestOptions {
  return { headers: { 'transfer-encoding': 'chunked' } }
}

const appsV1 = { group: 'apps', version: 'v1', kind: 'Deployment' }
const annotated = (key: string, value: unknown) => template({ annotations: { [key]: value } })
const ignored = (key: string, value: string, expected: string): string =>
  `slackwater: annotation slackwater.dev/${key}: "${value}" is not ${expected}; ignored`
const SECONDS = 'whole seconds from 0 to 86400'

describe('an odd object is allowed, with its uid, and a warning where we cannot do our work', () => {
  test.for<[string, object, string[], number]>([
    ['no containers', requestFor(deployment({ metadata: { labels: { app: 'web' } }, spec: {} })), [], 0],
    [
      'an empty list of containers',
      requestFor(deployment({ metadata: { labels: { app: 'web' } }, spec: { containers: [] } })),
      [],
      0,
    ],
    // Left to its Pods: Kubernetes makes 1 of it there.
    ['a negative grace', requestFor(deployment(template({ grace: -1 }))), [], 0],
    [
      'a grace that is a text',
      requestFor(deployment(template({ grace: '30' }))),
      [
        'slackwater: not changed: spec.template.spec.terminationGracePeriodSeconds: expected a whole number, got a string',
      ],
      0,
    ],
    [
      'sleep-seconds with garbage',
      requestFor(deployment(annotated('slackwater.dev/sleep-seconds', 'soon'))),
      [ignored('sleep-seconds', 'soon', SECONDS)],
      3,
    ],
    [
      'shutdown-seconds with garbage',
      requestFor(deployment(annotated('slackwater.dev/shutdown-seconds', '-1'))),
      [ignored('shutdown-seconds', '-1', SECONDS)],
      3,
    ],
    [
      'request-seconds with garbage',
      requestFor(deployment(annotated('slackwater.dev/request-seconds', '1e3'))),
      [ignored('request-seconds', '1e3', SECONDS)],
      3,
    ],
    [
      'shutdown with garbage',
      requestFor(deployment(annotated('slackwater.dev/shutdown', 'slow'))),
      [ignored('shutdown', 'slow', 'graceful')],
      3,
    ],
    ['a record with garbage', requestFor(deployment(annotated('slackwater.dev/injected', '{{{'))), [], 3],
    [
      'an annotation that is no text',
      requestFor(deployment(annotated('slackwater.dev/sleep-seconds', 7))),
      [
        'slackwater: not changed: spec.template.metadata.annotations.slackwater.dev/sleep-seconds: expected a string, got a number',
      ],
      0,
    ],
    ['a Pod with generateName', { ...requestFor(podOf(template())), name: '' }, [], 3],
    [
      'no object',
      { ...requestFor(deployment()), object: null },
      ['slackwater: not changed: the document: expected a mapping, got nothing'],
      0,
    ],
    [
      'an object that is a text',
      { ...requestFor(deployment()), object: 'web' },
      ['slackwater: not changed: the document: expected a mapping, got a string'],
      0,
    ],
    [
      'an update without the stored object',
      { ...requestFor(deployment()), operation: 'UPDATE' },
      ['slackwater: not changed: the document: expected a mapping, got nothing'],
      0,
    ],
    ['a subresource', { ...requestFor(deployment()), subResource: 'status', object: {} }, [], 0],
    ['a deletion', { ...requestFor(deployment()), operation: 'DELETE', object: null }, [], 0],
    ['an operation that there is not', { ...requestFor(deployment()), operation: 'EXPLODE' }, [], 0],
    ['an unknown kind', { ...requestFor(deployment()), kind: { ...appsV1, kind: 'Gadget' } }, [], 0],
    ['a kind named like a member of every object', { ...requestFor(deployment()), kind: proto() }, [], 0],
  ])('%s', async ([, request, warnings, operations]) => {
    const { status, json } = await server.post(reviewWith(request))
    expect(status).toBe(200)
    const response = responseIn(json)
    expect(response).toMatchObject({ uid: '7f3c', allowed: true })
    // Some of the warnings are longer than a warning may be: they end at its limit.
    const limit = (text: string): string =>
      [...text].length <= 120 ? text : `${[...text].slice(0, 119).join('')}…`
    expect(response['warnings'] ?? []).toEqual(warnings.map(limit))
    expect('patch' in response ? patchIn(json).length : 0).toBe(operations)
    expect('patchType' in response).toBe('patch' in response)
    await expectStillServing()
  })
})

function proto(): object {
  return { group: 'constructor', version: 'v1', kind: '__proto__' }
}

test('an own __proto__ key is data and changes no object', async () => {
  const text = JSON.stringify(ordinary).replace('"replicas":3', '"replicas":3,"__proto__":{"polluted":true}')
  const nested = text.replace('{"app":"web"}', '{"app":"web","__proto__":{"allowed":false}}')
  expect(nested).not.toBe(text)
  for (const body of [text, nested, `{"__proto__":{"a":1},${text.slice(1)}`]) {
    const { status, json } = await server.post(body)
    expect(status).toBe(200)
    expect(responseIn(json)['allowed']).toBe(true)
  }
  expect('polluted' in {}).toBe(false)
  await expectStillServing()
})

test('nesting deeper than any recursion bears, inside an object, is answered', async () => {
  const deep = `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`
  const text = JSON.stringify(ordinary).replace('"replicas":3', `"replicas":3,"x":${deep}`)
  const { status } = await server.post(text)
  expect(status).toBeLessThan(500)
  await expectStillServing()
})

test('an update whose template is nested deeper than a comparison bears is answered', async () => {
  const deep = (leaf: string): unknown => `${'{"a":'.repeat(DEEP)}"${leaf}"${'}'.repeat(DEEP)}`
  const request = { ...requestFor(deployment()), operation: 'UPDATE', oldObject: deployment() }
  let times = 0
  const text = JSON.stringify(reviewWith(request)).replaceAll('"image":"web:1"', () => {
    times += 1
    return `"image":${deep(String(times))}`
  })
  const { status } = await server.post(text)
  expect(status).toBeLessThan(500)
  await expectStillServing()
})

describe('what is no HTTP is no end of the service', () => {
  test.for<[string, string, RegExp]>([
    ['words', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a header without end', `POST /mutate HTTP/1.1\r\nx: ${'x'.repeat(17_000)}`, /^HTTP\/1\.1 431 /],
    [
      'two lengths',
      'POST /mutate HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
  ])('%s', async ([, text, answer]) => {
    const socket = connectTls({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false })
    socket.on('error', () => undefined)
    socket.write(text)
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    await first(socket, 'close')
    expect(Buffer.concat(chunks).toString('utf8')).toMatch(answer)
    await expectStillServing()
  })

  test('HTTP without TLS', async () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\n\r\n')
    socket.resume()
    await first(socket, 'close')
    await expectStillServing()
  })
})

test('1,000 containers are patched, and the patch gives each its hook', async () => {
  const containers = Array.from({ length: 1000 }, (_, index) => ({ name: `c-${index}` }))
  const object = deployment({ metadata: { labels: { app: 'web' } }, spec: { containers } })
  const { json } = await server.post(reviewWith(requestFor(object)))
  const operations = patchIn(json)
  // A hook each, the grace and the record.
  expect(operations).toHaveLength(1002)
  const patched = applyToCopy(object, operations as Parameters<typeof applyToCopy>[1])
  const expected = containers.map(({ name }) => ({
    name,
    lifecycle: { preStop: { sleep: { seconds: 45 } } },
  }))
  expect(patched).toMatchObject({
    spec: { template: { spec: { terminationGracePeriodSeconds: 75, containers: expected } } },
  })
})

test('names with / and ~ go into no path unescaped', async () => {
  const annotations = { 'a/b~c': 'd' }
  const object = deployment(template({ annotations, container: { name: 'a/b~c' } }), { name: 'w/e~b' })
  const { json } = await server.post(reviewWith(requestFor(object)))
  expect(patchIn(json).map((operation) => (operation as JsonObject)['path'])).toEqual([
    '/spec/template/spec/terminationGracePeriodSeconds',
    '/spec/template/spec/containers/0/lifecycle',
    '/spec/template/metadata/annotations/slackwater.dev~1injected',
  ])
})

test('warnings that quote what a client wrote stay within 120 characters', async () => {
  const annotations = Object.fromEntries(
    ['assume', 'sleep-seconds', 'shutdown', 'no-such-key-of-ours-at-all'].map((key) => [
      `slackwater.dev/${key}`,
      '🌊'.repeat(5000),
    ]),
  )
  const { json } = await server.post(reviewWith(requestFor(deployment(template({ annotations })))))
  const warnings = responseIn(json)['warnings'] as string[]
  expect(warnings).toHaveLength(4)
  expect(warnings.filter((warning) => [...warning].length > 120 || !warning.isWellFormed())).toEqual([])
})
