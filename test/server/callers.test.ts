import { afterEach, describe, expect, test } from 'vitest'
import { cut, LONGEST_SENTENCE } from '../../src/server/answer.ts'
import { deployment, requestFor } from '../admission/world.ts'
import { type Running, reviewWith, startApp, until } from './app.ts'
import { headers, stranger } from './strangers.ts'

const BODY = JSON.stringify(reviewWith(requestFor(deployment())))

let server: Running
afterEach(() => server?.stop())

const said = (msg: string) => server.logs.filter((line) => line['msg'] === msg)

describe('who was answered', () => {
  test('stands in the line of each decision, and each address once by itself', async () => {
    server = await startApp()
    await server.post(BODY)
    await server.post(BODY)
    const other = await stranger(server.port, { localAddress: '127.0.0.2' })
    other.socket.write(headers(BODY.length) + BODY)
    await until(() => said('decision').length === 3)
    other.socket.destroy()
    expect(said('decision').map(({ from }) => from)).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.2'])
    expect(said('first request from this address').map(({ from }) => from)).toEqual([
      '127.0.0.1',
      '127.0.0.2',
    ])
  })

  test('is what the connection says, not what a header does', async () => {
    server = await startApp()
    await server.post(BODY, { headers: { 'x-forwarded-for': '10.0.0.1', forwarded: 'for=10.0.0.1' } })
    expect(said('decision').map(({ from }) => from)).toEqual(['127.0.0.1'])
  })

  test('is seen also where no review comes', async () => {
    server = await startApp()
    await server.post('hello', { path: '/nowhere' })
    expect(said('first request from this address')).toHaveLength(1)
  })
})

test('what a client says is cut in a line of the log', () => {
  const fields = { text: 'x'.repeat(5000), count: 7 }
  expect(cut({ name: 'web-7d4b.x_y' })).toEqual({ name: 'web-7d4b.x_y' })
  expect(cut(fields)).toEqual({ text: `${'x'.repeat(253)}…`, count: 7 })
  expect(cut(fields, LONGEST_SENTENCE)).toEqual({ text: `${'x'.repeat(1024)}…`, count: 7 })
})

test('an odd name is answered, logged, and no label of a metric', async () => {
  server = await startApp()
  const odd = {
    ...requestFor(deployment()),
    name: 'a\u001b',
    namespace: 'B!',
    uid: '\u0007',
    operation: 'X"',
  }
  const { status, json } = await server.post(reviewWith({ ...odd, kind: { kind: 'K"\n', group: '' } }))
  expect([status, json]).toMatchObject([200, { response: { uid: '\u0007', allowed: true } }])
  expect(said('decision')).toMatchObject([
    { uid: '\u0007', name: 'a\u001b', namespace: 'B!', operation: 'X"', kind: 'K"\n' },
  ])
  const { text } = await server.metrics.expose()
  expect(text).toContain(
    'slackwater_admission_requests_total{webhook="mutate",kind="other",operation="other",outcome="not-concerned"} 1\n',
  )
})

test('a review that is not read is answered by its uid, and counted', async () => {
  server = await startApp()
  const entries = `[${'0,'.repeat(200_000)}0]`
  const body = `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"7f3c","x":${entries}}}`
  const { status, json } = await server.post(body)
  expect([status, json]).toMatchObject([
    200,
    {
      response: {
        uid: '7f3c',
        allowed: true,
        warnings: ['slackwater: not changed: too large: more than 131072 fields and entries'],
      },
    },
  ])
  expect((await server.metrics.expose()).text).toContain(
    'slackwater_admission_requests_total{webhook="mutate",kind="other",operation="other",outcome="too-large"} 1\n',
  )
  expect(said('decision')).toMatchObject([{ uid: '7f3c', outcome: 'too-large', from: '127.0.0.1' }])
})
