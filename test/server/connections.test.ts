import type { RequestOptions } from 'node:https'
import { connect } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import pino from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import { buildApp } from '../../src/server/app.ts'
import { createMetrics } from '../../src/server/metrics.ts'
import { deployment, knowing, requestFor } from '../admission/world.ts'
import { first, makeCertificate, type Running, reviewWith, startApp, UNDECIDED, until } from './app.ts'
import { type Program, startProgram } from './program.ts'

const ordinary = reviewWith(requestFor(deployment()))

let server: Running | undefined
let program: Program | undefined
afterEach(async () => {
  await server?.stop()
  await program?.stop()
  server = undefined
  program = undefined
})

describe('while the server leaves, an answer of any kind ends its connection', () => {
  test.for<[string, unknown, RequestOptions, number]>([
    ['a decision', ordinary, {}, 200],
    ['no review', {}, {}, 400],
    ['no JSON', 'hello', {}, 400],
    ['another path', ordinary, { path: '/nowhere' }, 404],
    ['a path that is no URL', ordinary, { path: '/%zz' }, 400],
    ['another content type', 'hello', { headers: { 'content-type': 'text/plain' } }, 415],
    ['9 MB', 'x'.repeat(9_000_000), {}, 413],
  ])('%s', async ([, body, options, status]) => {
    let draining = false
    server = await startApp({ isDraining: () => draining })
    const before = await server.post(ordinary)
    expect(before.headers['connection']).toBe('keep-alive')
    draining = true
    const reply = await server.post(body, options)
    expect(reply.status).toBe(status)
    expect(reply.headers['connection']).toBe('close')
  })

  test('one that was asked for before the signal as well', async () => {
    let draining = false
    server = await startApp({
      isDraining: () => draining,
      admit: UNDECIDED.mutate,
    })
    const text = JSON.stringify(ordinary)
    const socket = await opened(server.port)
    socket.write(
      `POST /mutate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n`,
    )
    // An answer on another connection: by now the headers above have been read.
    await server.post(ordinary)
    draining = true
    socket.write(text)
    expect(String(await first(socket, 'data'))).toMatch(
      /^HTTP\/1\.1 200 OK\r\n(?:.*\r\n)*connection: close\r\n/i,
    )
  })
})

test('idle connections are kept longer than the API server keeps them: 90 s', async () => {
  const app = buildApp({
    tls: await makeCertificate(),
    decide: UNDECIDED,
    metrics: createMetrics('1'),
    log: pino({ level: 'silent' }),
    isDraining: () => false,
  })
  const { keepAliveTimeout, headersTimeout, requestTimeout, timeout } = app.server
  expect(keepAliveTimeout).toBeGreaterThan(90_000)
  // Both also end a connection on which no request has come yet.
  expect(headersTimeout).toBeGreaterThan(keepAliveTimeout)
  expect(requestTimeout).toBeGreaterThan(keepAliveTimeout)
  // And whoever does not read his answers is not kept for ever.
  expect(timeout).toBeGreaterThan(keepAliveTimeout)
  await app.close()
})

test('a connection that never begins its handshake is closed', async () => {
  server = await startApp({ handshakeTimeoutMs: 50 })
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => undefined)
  await first(socket, 'close')
  expect((await server.post(ordinary)).status).toBe(200)
})

/** So many requests in one piece. @returns how many answers came, once the connection has ended or is quiet. */
async function pipelined(port: number, count: number): Promise<{ answers: number; isOpen: boolean }> {
  const text = JSON.stringify(ordinary)
  const one = `POST /mutate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`
  const socket = await opened(port)
  let said = ''
  socket.on('data', (data: Buffer) => {
    said += data.toString('latin1')
  })
  const answers = () => said.split('HTTP/1.1 200 OK').length - 1
  socket.write(one.repeat(count))
  await until(() => answers() === count || socket.destroyed)
  const isOpen = !socket.destroyed
  socket.destroy()
  return { answers: answers(), isOpen }
}

test('whoever does not wait for answers is not answered for long, and nothing is done for what came with it', async () => {
  let decided = 0
  const running = await startApp({
    admit: (request) => {
      decided += 1
      return admit(request, knowing())
    },
  })
  server = running
  expect(await pipelined(server.port, 8)).toEqual({ answers: 8, isOpen: true })
  const { answers, isOpen } = await pipelined(server.port, 50)
  expect(isOpen).toBe(false)
  expect(answers).toBeLessThan(50)
  // Eight, and of fifty no more than eight.
  expect(decided).toBeLessThanOrEqual(16)
  await until(async () =>
    (await running.metrics.expose()).text.includes('slackwater_admission_in_flight 0\n'),
  )
  const { text } = await server.metrics.expose()
  expect(text).toContain('slackwater_connections_closed_total{reason="pipelined"} 1')
})

test('a connection that waits for each answer is never too fast', async () => {
  server = await startApp()
  for (let nth = 0; nth < 100; nth++) expect((await server.post(ordinary)).status).toBe(200)
  const { text } = await server.metrics.expose()
  expect(text).not.toContain('pipelined')
})

/** The server would wait 30 s for a request, which is longer than this test may take. */
test.for<[string, string]>([
  ['without a request', ''],
  ['with half of its headers', 'POST /mutate HTTP/1.1\r\nhost: a\r\n'],
])('a connection %s does not hold up the end', { timeout: 28_000 }, async ([, sent]) => {
  program = await startProgram(0)
  const socket = await opened(program.port)
  socket.write(sent)
  // An answer on another connection: by now the server knows the first one.
  await askOnce(program.port)
  program.kill('SIGTERM')
  await first(socket, 'close')
  expect(await program.ended).toBe(0)
})

async function opened(port: number): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false })
  socket.on('error', () => undefined)
  await first(socket, 'secureConnect')
  return socket
}

async function askOnce(port: number): Promise<void> {
  const socket = await opened(port)
  socket.write('GET /nowhere HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  await first(socket, 'data')
  socket.destroy()
}
