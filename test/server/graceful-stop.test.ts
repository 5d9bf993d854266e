import { request as httpRequest } from 'node:http'
import { Agent, request } from 'node:https'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { deployment, requestFor } from '../admission/world.ts'
import { first, type Reply, reviewWith, send, until } from './app.ts'
import { type Program, startProgram } from './program.ts'

const CLIENTS = 16
/** Seconds; clients go on for much less than this after the signal, also on a machine that is full of other work. */
const DRAIN_DELAY = 8
const GO_ON_MS = 1400

const BODY = JSON.stringify(reviewWith(requestFor(deployment())))
const HEADERS = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) }

let program: Program | undefined
afterEach(() => program?.stop())

const optionsFor = ({ port }: Program) => ({
  host: '127.0.0.1',
  port,
  path: '/mutate',
  method: 'POST',
  headers: HEADERS,
  rejectUnauthorized: false,
})

interface Call {
  readonly sentAt: number
  readonly outcome: Reply | Error
}

const post = async (to: Program, agent: Agent | false): Promise<Call> => {
  const sentAt = performance.now()
  const outcome = await send({ ...optionsFor(to), agent }, BODY).catch((error: unknown) => error as Error)
  return { sentAt, outcome }
}

/** Sends on a kept connection, and each third time on a new one, until it is told to end. */
async function client(to: Program, calls: Call[], isOver: () => boolean): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
  for (let sent = 0; !isOver(); sent++) calls.push(await post(to, sent % 3 === 2 ? false : agent))
  agent.destroy()
}

const getReady = ({ healthPort }: Program): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port: healthPort, path: '/readyz' }, async (incoming) => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk)
      resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') })
    })
    sent.on('error', reject)
    sent.end()
  })

const refuses = ({ port }: Program): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.on('error', () => resolve(true))
  })

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** A request of which one half is sent now and the rest when asked for. */
async function halfSent(to: Program) {
  const agent = new Agent({ keepAlive: false })
  const sent = request({ ...optionsFor(to), agent })
  const answered = first(sent, 'response') as Promise<{ readonly statusCode: number }>
  sent.write(BODY.slice(0, 100))
  await first(sent, 'socket')
  return {
    finish: async (): Promise<number> => {
      sent.end(BODY.slice(100))
      return (await answered).statusCode
    },
  }
}

const isReply = (outcome: Reply | Error): outcome is Reply => !(outcome instanceof Error)

test('SIGTERM under load cuts and refuses nothing while the drain delay lasts; then all of it ends with 0', async () => {
  const server = await startProgram(DRAIN_DELAY)
  program = server
  expect(await getReady(server)).toEqual({ status: 200, body: '{"ready":true,"waiting":[]}' })
  let over = false
  const calls: Call[] = []
  const clients = Array.from({ length: CLIENTS }, () => client(server, calls, () => over))
  await until(() => calls.length >= CLIENTS)

  server.kill('SIGTERM')
  const signalled = performance.now()
  await until(async () => (await getReady(server)).status === 503)
  const heard = performance.now()
  expect(await getReady(server)).toEqual({ status: 503, body: '{"ready":false,"waiting":["not-draining"]}' })
  const half = await halfSent(server)
  const isLate = ({ sentAt }: Call): boolean => sentAt > heard
  // How many more is the machine's matter: on a full one not each client has a turn.
  await until(() => calls.some(isLate))
  await wait(GO_ON_MS - (performance.now() - signalled))
  over = true
  await Promise.all(clients)

  expect(calls.filter(({ outcome }) => !isReply(outcome) || outcome.status !== 200)).toEqual([])
  const late = calls.filter(isLate)
  const closing = late.filter(({ outcome }) => isReply(outcome) && outcome.headers['connection'] === 'close')
  expect(closing).toHaveLength(late.length)
  const early = calls.filter(({ sentAt }) => sentAt < signalled)
  expect(early.some(({ outcome }) => isReply(outcome) && outcome.headers['connection'] !== 'close')).toBe(
    true,
  )

  await until(() => refuses(server))
  // Connections without a request are ended after a second; one with a request is not.
  await wait(1500)
  expect(await half.finish()).toBe(200)
  expect(await server.ended).toBe(0)
})

test('SIGINT leaves in the same way', async () => {
  const server = await startProgram(1)
  program = server
  server.kill('SIGINT')
  await until(async () => (await getReady(server)).status === 503)
  const { outcome } = await post(server, false)
  expect(isReply(outcome) && outcome.status).toBe(200)
  expect(await server.ended).toBe(0)
})

test('where nobody says how long to go on, it leaves at the first signal, and tells what a second one does', async () => {
  const server = await startProgram()
  program = server
  server.kill('SIGINT')
  expect(await server.ended).toBe(0)
  await until(() => Promise.resolve(server.lines.some(({ msg }) => msg === 'stopped')))
  expect(server.lines.filter(({ msg }) => String(msg).startsWith('shutting down'))).toEqual([
    expect.objectContaining({
      signal: 'SIGINT',
      drainSeconds: 0,
      msg: 'shutting down; a second signal ends it at once',
    }),
  ])
})

test.for([
  ['SIGTERM', 'SIGTERM'],
  ['SIGINT', 'SIGTERM'],
] as const)('%s, then %s: ends at once', async ([one, other]) => {
  // Longer than this test may take: only the second signal can end it.
  const server = await startProgram(600)
  program = server
  server.kill(one)
  await until(async () => (await getReady(server)).status === 503)
  server.kill(other)
  expect(await server.ended).toBe(143)
})
