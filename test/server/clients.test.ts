import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pino from 'pino'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Pair } from '../../src/certificates/issuer.ts'
import { loadClientAuthority } from '../../src/server/client-authority.ts'
import { createMetrics } from '../../src/server/metrics.ts'
import { runServer } from '../../src/server/run-server.ts'
import { deployment, requestFor } from '../admission/world.ts'
import {
  type JsonObject,
  makeCertificate,
  type Running,
  reviewWith,
  send,
  startApp,
  UNDECIDED,
  until,
  whereTo,
} from './app.ts'
import { type Authority, clientAuthority } from './client-certificates.ts'
import { headers, stranger } from './strangers.ts'

const BODY = JSON.stringify(reviewWith(requestFor(deployment())))

let ours: Authority
let others: Authority
beforeAll(async () => {
  ;[ours, others] = await Promise.all([clientAuthority(), clientAuthority()])
})

let server: Running | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

/** One review on a connection of its own. @returns the status, or the word of the refusal. */
async function ask(port: number, client?: Pair): Promise<number | string> {
  try {
    const options = {
      ...whereTo(port),
      ...client,
      agent: false,
      headers: { 'content-type': 'application/json' },
    }
    return (await send(options, BODY)).status
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'refused'
  }
}

const counted = async (reason: string): Promise<number> => {
  const { text } = (await server?.metrics.expose()) ?? { text: '' }
  const [, count = '0'] =
    new RegExp(`slackwater_connections_closed_total\\{reason="${reason}"\\} (\\d+)`).exec(text) ?? []
  return Number(count)
}

describe('with an authority of clients', () => {
  const names = ['kube-apiserver', 'api-server-2']

  test.for<[string, () => Promise<Pair> | undefined, 'answered' | 'handshake-failed' | 'client-name']>([
    ['its certificate and a name that is accepted', () => ours.client('kube-apiserver'), 'answered'],
    ['another name that is accepted', () => ours.client('api-server-2'), 'answered'],
    ['its certificate and another name', () => ours.client('system:node:a'), 'client-name'],
    ['no certificate', () => undefined, 'handshake-failed'],
    ['the certificate of another authority', () => others.client('kube-apiserver'), 'handshake-failed'],
    ['a certificate for servers', () => ours.server('kube-apiserver'), 'handshake-failed'],
  ])('%s: %s', async ([, client, outcome]) => {
    server = await startApp({ clients: { ca: ours.ca, names } })
    const given = await client()
    const answer = await ask(server.port, given)
    if (outcome === 'answered') {
      expect(answer).toBe(200)
      return
    }
    expect(answer).not.toBe(200)
    expect(server.logs.filter(({ msg }) => msg === 'decision')).toEqual([])
    await until(async () => (await counted(outcome)) === 1)
    expect(server.logs.filter(({ msg }) => msg === 'client refused')).toMatchObject([{ from: '127.0.0.1' }])
  })

  test('without names any certificate of it is answered', async () => {
    server = await startApp({ clients: { ca: ours.ca, names: [] } })
    expect(await ask(server.port, await ours.client('whoever'))).toBe(200)
  })

  test.for(['TLSv1.2', 'TLSv1.3'] as const)('no session is resumed: %s', async (version) => {
    server = await startApp({ clients: { ca: ours.ca, names } })
    const certificate = await ours.client('kube-apiserver')
    const options = { ...certificate, minVersion: version, maxVersion: version }
    const { socket, heard } = await stranger(server.port, options)
    let session: Buffer | undefined
    socket.on('session', (next: Buffer) => {
      session = next
    })
    socket.write(headers(BODY.length) + BODY)
    await until(() => heard().includes('HTTP/1.1 200 OK'))
    session ??= socket.getSession()
    socket.destroy()
    if (session === undefined) throw new Error('no session to try')
    const again = await stranger(server.port, { ...options, session })
    expect(again.socket.isSessionReused()).toBe(false)
    again.socket.destroy()
  })
})

test('without an authority whoever comes is answered, with a certificate or without', async () => {
  server = await startApp()
  expect(await ask(server.port)).toBe(200)
  expect(await ask(server.port, await others.client('whoever'))).toBe(200)
})

/** The server's own run, with files that are read every 20 ms. */
async function run(file: string) {
  const logs: JsonObject[] = []
  const log = pino({ base: null }, { write: (line: string) => void logs.push(JSON.parse(line)) })
  const loaded = await loadClientAuthority(file)
  if (!loaded.ok) throw new Error(loaded.problem)
  let leave = (): void => undefined
  const ended = runServer({
    host: '127.0.0.1',
    port: 0,
    healthPort: 0,
    certificate: await makeCertificate(),
    certificateIntervalMs: 20,
    clients: { file, ca: loaded.ca, names: [] },
    drainDelayMs: 0,
    decide: UNDECIDED,
    parts: [],
    metrics: createMetrics('1'),
    log,
    onSignal: (signal, listener) => {
      if (signal === 'SIGTERM') leave = listener
    },
    exit: () => undefined,
  })
  const said = (msg: string): JsonObject[] => logs.filter((line) => line['msg'] === msg)
  await until(() => said('listening').length > 0)
  const stop = async (): Promise<void> => {
    leave()
    await ended
  }
  return { port: Number(said('listening')[0]?.['port']), said, stop }
}

describe('the file of the authority', () => {
  const place = async (text: string): Promise<string> => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'slackwater-')), 'ca.crt')
    await writeFile(file, text)
    return file
  }

  test('is read again: new connections go by the new one, open ones end with their next answer', async () => {
    const file = await place(ours.ca)
    const { port, said, stop } = await run(file)
    const [former, next] = await Promise.all([ours.client('a'), others.client('a')])
    expect([await ask(port, former), await ask(port, next)]).toEqual([200, expect.any(String)])
    const open = await stranger(port, { ...former })
    open.socket.write(headers(BODY.length) + BODY)
    await until(() => /connection: keep-alive/i.test(open.heard()))

    await writeFile(file, others.ca)
    await until(() => said('client CA changed').length > 0)
    expect([await ask(port, former), await ask(port, next)]).toEqual([expect.any(String), 200])
    open.socket.write(headers(BODY.length) + BODY)
    await open.closed
    expect(open.heard()).toContain('connection: close')
    await stop()
  })

  test('that is broken is told once, and the last good one stays', async () => {
    const file = await place(ours.ca)
    const { port, said, stop } = await run(file)
    await writeFile(file, `${others.ca}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`)
    await until(() => said('client CA not changed').length > 0)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(said('client CA not changed')).toMatchObject([
      { problem: `${file}: expected CA certificates in PEM` },
    ])
    expect(await ask(port, await ours.client('a'))).toBe(200)
    await stop()
  })

  test.for<[string, () => string]>([
    ['nothing', () => ''],
    ['words', () => 'hello'],
    ['half a certificate', () => ours.ca.slice(0, 200)],
  ])('with %s is refused at the start', async ([, text]) => {
    const file = await place(text())
    expect(await loadClientAuthority(file)).toEqual({
      ok: false,
      problem: `${file}: expected CA certificates in PEM`,
    })
  })

  test('with the certificate of a client is none', async () => {
    const file = await place((await ours.client('a')).cert)
    expect((await loadClientAuthority(file)).ok).toBe(false)
  })

  test('may hold several', async () => {
    const file = await place(`${ours.ca}\n${others.ca}`)
    const { port, stop } = await run(file)
    const [one, other] = await Promise.all([ours.client('a'), others.client('a')])
    expect([await ask(port, one), await ask(port, other)]).toEqual([200, 200])
    await stop()
  })
})
