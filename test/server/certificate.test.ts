import { X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newAuthority, newServing } from '../../src/certificates/issuer.ts'
import { type Certificate, loadCertificate } from '../../src/server/certificate.ts'
import { createMetrics } from '../../src/server/metrics.ts'
import { runServer } from '../../src/server/run-server.ts'
import { first, type JsonObject, makeCertificate, UNDECIDED, until } from './app.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slackwater-'))
})
afterEach(() => rm(folder, { recursive: true }))

const filesIn = (place: string) => ({ cert: path.join(place, 'tls.crt'), key: path.join(place, 'tls.key') })

async function write(place: string, { cert, key }: Pick<Certificate, 'cert' | 'key'>): Promise<void> {
  await mkdir(place, { recursive: true })
  await writeFile(filesIn(place).cert, cert)
  await writeFile(filesIn(place).key, key)
}

describe('a pair of files', () => {
  test('that belong together is read, with the day on which it ends', async () => {
    const made = await makeCertificate()
    await write(folder, made)
    const expires = new Date(Math.floor(made.expires.getTime() / 1000) * 1000)
    expect(await loadCertificate(filesIn(folder))).toEqual({
      ok: true,
      certificate: { cert: made.cert, key: made.key, begins: expect.any(Date), expires },
    })
  })

  test.for<[string, Partial<Record<'cert' | 'key', string>>, 'cert' | 'key', string]>([
    ['without a certificate', { cert: '' }, 'cert', 'expected a certificate in PEM'],
    ['with words for a certificate', { cert: 'hello' }, 'cert', 'expected a certificate in PEM'],
    ['with words for a key', { key: 'hello' }, 'key', 'expected a private key in PEM'],
  ])('%s names the file', async ([, change, file, problem]) => {
    await write(folder, { ...(await makeCertificate()), ...change })
    const loaded = await loadCertificate(filesIn(folder))
    expect(loaded).toEqual({ ok: false, problem: `${filesIn(folder)[file]}: ${problem}` })
  })

  test('of which one is the other’s place is told apart', async () => {
    const { cert, key } = await makeCertificate()
    await write(folder, { cert: key, key: cert })
    const { cert: file } = filesIn(folder)
    expect(await loadCertificate(filesIn(folder))).toEqual({
      ok: false,
      problem: `${file}: expected a certificate in PEM`,
    })
  })

  test('of two certificates does not belong together', async () => {
    const [one, other] = await Promise.all([makeCertificate(), makeCertificate()])
    await write(folder, { cert: one.cert, key: other.key })
    const { cert, key } = filesIn(folder)
    expect(await loadCertificate({ cert, key })).toEqual({
      ok: false,
      problem: `${key}: is not the key of the certificate in ${cert}`,
    })
  })

  test('of which the chain is broken after its first certificate is not one that can be served', async () => {
    const made = await makeCertificate()
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    await write(folder, { ...made, cert: `${made.cert}\n${broken}` })
    const { cert } = filesIn(folder)
    expect(await loadCertificate(filesIn(folder))).toEqual({
      ok: false,
      problem: `${cert}: contains a certificate or chain that TLS cannot serve`,
    })
  })

  test.for(['cert', 'key'] as const)('without the file of the %s cannot be read', async (missing) => {
    await write(folder, await makeCertificate())
    const file = filesIn(folder)[missing]
    await rm(file)
    expect(await loadCertificate(filesIn(folder))).toEqual({ ok: false, problem: `${file}: cannot be read` })
  })
})

/** The server's own run, with a signal that the test gives and files that are read every 20 ms. */
async function serve(files: ReturnType<typeof filesIn>, expires?: Date) {
  const logs: JsonObject[] = []
  const log = pino({ base: null }, { write: (line: string) => void logs.push(JSON.parse(line)) })
  const loaded = await loadCertificate(files)
  if (!loaded.ok) throw new Error(loaded.problem)
  const metrics = createMetrics('1')
  let leave = (): void => undefined
  const ended = runServer({
    host: '127.0.0.1',
    port: 0,
    healthPort: 0,
    certificate: { ...loaded.certificate, ...(expires === undefined ? {} : { expires }) },
    certificateFiles: files,
    certificateIntervalMs: 20,
    drainDelayMs: 0,
    decide: UNDECIDED,
    parts: [],
    metrics,
    log,
    onSignal: (signal, listener) => {
      if (signal === 'SIGTERM') leave = listener
    },
    exit: () => undefined,
  })
  const said = (msg: string): JsonObject[] => logs.filter((line) => line['msg'] === msg)
  await until(() => said('listening').length > 0)
  const port = Number(said('listening')[0]?.['port'])
  const stop = async (): Promise<void> => {
    leave()
    await ended
  }
  return { port, said, metrics, stop }
}

const open = async (port: AddressInfo['port']): Promise<TLSSocket> => {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  await first(socket, 'secureConnect')
  return socket
}

const serialOf = (socket: TLSSocket): string => socket.getPeerCertificate().serialNumber.replace(/^0+/, '')
const serialIn = ({ cert }: Certificate): string => new X509Certificate(cert).serialNumber.replace(/^0+/, '')

/** What a new connection is shown. */
async function shown(port: number): Promise<string> {
  const socket = await open(port)
  const serial = serialOf(socket)
  socket.destroy()
  return serial
}

/** A request without a body on a connection that stays open; resolves with the first line of the answer. */
async function ask(socket: TLSSocket): Promise<string> {
  socket.write('GET /nowhere HTTP/1.1\r\nhost: localhost\r\n\r\n')
  const chunk = await first(socket, 'data')
  return String(chunk).split('\r\n')[0] ?? ''
}

describe('a certificate that has expired', () => {
  test.for<[string, number, number]>([
    ['is served, with a warning', -1000, 1],
    ['and one that has not: no warning', 60_000, 0],
  ])('%s', async ([, fromNow, warnings]) => {
    const made = await makeCertificate()
    await write(folder, made)
    const { port, said, stop } = await serve(filesIn(folder), new Date(Date.now() + fromNow))
    expect(await shown(port)).toBe(serialIn(made))
    // pino's level 40 is a warning.
    const expected = Array.from({ length: warnings }, () => expect.objectContaining({ level: 40 }))
    expect(said('serving certificate has expired')).toEqual(expected)
    await stop()
  })
})

describe('a certificate that changes while the server runs', () => {
  test('is shown to new connections, and an open one goes on', async () => {
    const [one, other] = await Promise.all([makeCertificate(), makeCertificate()])
    await write(folder, one)
    const { port, said, metrics, stop } = await serve(filesIn(folder))
    const kept = await open(port)
    expect(serialOf(kept)).toBe(serialIn(one))
    expect(await ask(kept)).toBe('HTTP/1.1 404 Not Found')

    await write(folder, other)
    await until(() => said('serving certificate changed').length > 0)
    expect(await shown(port)).toBe(serialIn(other))
    expect(await ask(kept)).toBe('HTTP/1.1 404 Not Found')
    const expiry = Math.floor(other.expires.getTime() / 1000)
    const { text } = await metrics.expose()
    expect(text).toContain(`slackwater_certificate_expiry_timestamp_seconds ${expiry}\n`)
    kept.destroy()
    await stop()
  })

  test('is not taken while it is broken: said once, and the old one stays until the next good one', async () => {
    const [one, other] = await Promise.all([makeCertificate(), makeCertificate()])
    await write(folder, one)
    const { port, said, stop } = await serve(filesIn(folder))
    // At one stroke, so that no reading meets half a file.
    await writeFile(path.join(folder, 'next'), other.key)
    await rename(path.join(folder, 'next'), filesIn(folder).key)
    await until(() => said('serving certificate not changed').length > 0)
    // Ten further readings of the same broken pair.
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(said('serving certificate not changed')).toEqual([
      expect.objectContaining({
        level: 50,
        problem: `${filesIn(folder).key}: is not the key of the certificate in ${filesIn(folder).cert}`,
      }),
    ])
    expect(await shown(port)).toBe(serialIn(one))

    await write(folder, other)
    await until(() => said('serving certificate changed').length > 0)
    expect(await shown(port)).toBe(serialIn(other))
    await stop()
  })

  test('is seen where a mounted Secret swaps its symbolic link', async () => {
    const [one, other] = await Promise.all([makeCertificate(), makeCertificate()])
    await write(path.join(folder, '..2026_1'), one)
    await write(path.join(folder, '..2026_2'), other)
    const data = path.join(folder, '..data')
    await symlink('..2026_1', data)
    const files = filesIn(folder)
    await symlink('..data/tls.crt', files.cert)
    await symlink('..data/tls.key', files.key)
    const { port, said, stop } = await serve(files)
    expect(await shown(port)).toBe(serialIn(one))

    await symlink('..2026_2', `${data}_tmp`)
    await rename(`${data}_tmp`, data)
    await until(() => said('serving certificate changed').length > 0)
    expect(await shown(port)).toBe(serialIn(other))
    await stop()
  })
})

const HOUR = 3_600_000

/** A certificate that holds from one time to another, in hours from now. */
async function lasting(begins: number, ends: number): Promise<Certificate> {
  const validity = { begins: Date.now() + begins * HOUR, ends: Date.now() + ends * HOUR }
  const authority = await newAuthority(validity)
  const pair = await newServing({ authority, names: ['localhost'], validity })
  return { ...pair, begins: new Date(validity.begins), expires: new Date(validity.ends) }
}

/** Ten further readings of the same files. */
const readAgain = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200))

describe('a certificate that does not hold now', () => {
  test.for<[string, number, number, RegExp]>([
    ['not yet', 1, 2, /tls\.crt: is not valid before \d{4}-.*Z; the previous one stays in use$/],
    ['no more', -2, -1, /tls\.crt: expired at \d{4}-.*Z; the previous one stays in use$/],
  ])('%s: the one before stays while it holds, and it is said once', async ([, begins, ends, problem]) => {
    const [one, other, third] = await Promise.all([lasting(-1, 1), lasting(begins, ends), lasting(-1, 3)])
    await write(folder, one)
    const { port, said, stop } = await serve(filesIn(folder))
    await write(folder, other)
    await until(() =>
      said('serving certificate not changed').some((line) => problem.test(String(line['problem']))),
    )
    await readAgain()
    expect(
      said('serving certificate not changed').filter((line) => problem.test(String(line['problem']))),
    ).toHaveLength(1)
    expect(await shown(port)).toBe(serialIn(one))
    await write(folder, third)
    await until(() => said('serving certificate changed').length > 0)
    expect(await shown(port)).toBe(serialIn(third))
    await stop()
  })

  test('is taken when its time has come', async () => {
    // X.509 counts whole seconds.
    const soon = 1500 / HOUR
    const [one, other] = await Promise.all([lasting(-1, 1), lasting(soon, 2)])
    await write(folder, one)
    const { port, said, stop } = await serve(filesIn(folder))
    await write(folder, other)
    await until(() => said('serving certificate not changed').length > 0)
    expect(await shown(port)).toBe(serialIn(one))
    await until(() => said('serving certificate changed').length > 0)
    expect(await shown(port)).toBe(serialIn(other))
    expect(said('serving certificate is not valid yet')).toEqual([])
    await stop()
  })

  test('is served where there is no better: alone at the start, with a warning', async () => {
    const one = await lasting(1, 2)
    await write(folder, one)
    const { port, said, stop } = await serve(filesIn(folder))
    expect(await shown(port)).toBe(serialIn(one))
    expect(said('serving certificate is not valid yet')).toMatchObject([{ level: 40 }])
    await stop()
  })

  test('is taken where the one before does not hold either', async () => {
    const [one, other] = await Promise.all([lasting(-2, -1), lasting(1, 2)])
    await write(folder, one)
    const { port, said, stop } = await serve(filesIn(folder))
    await write(folder, other)
    await until(() => said('serving certificate changed').length > 0)
    expect(await shown(port)).toBe(serialIn(other))
    await stop()
  })
})
