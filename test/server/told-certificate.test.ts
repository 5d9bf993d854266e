import { once } from 'node:events'
import { connect } from 'node:tls'
import pino from 'pino'
import { expect, test } from 'vitest'
import { newAuthority, newServing } from '../../src/certificates/issuer.ts'
import type { Certificate } from '../../src/server/certificate.ts'
import { createMetrics } from '../../src/server/metrics.ts'
import { runServer } from '../../src/server/run-server.ts'
import { type JsonObject, UNDECIDED, until } from './app.ts'

const DAY = 24 * 3_600_000
const NAME = 'slackwater.slackwater-system.svc'
const validity = { begins: Date.now() - DAY, ends: Date.now() + DAY }
const authority = await newAuthority(validity)

const issued = async (): Promise<Certificate> => ({
  ...(await newServing({ authority, names: [NAME], validity })),
  expires: new Date(validity.ends),
})

/** The server's own run, with certificates that the test tells. */
async function serve() {
  const logs: JsonObject[] = []
  const log = pino({ base: null }, { write: (line: string) => void logs.push(JSON.parse(line)) })
  const metrics = createMetrics('1')
  let leave = (): void => undefined
  let tell = (_: Certificate): void => undefined
  const ended = runServer({
    host: '127.0.0.1',
    port: 0,
    healthPort: 0,
    certificates: (serveIt) => {
      tell = serveIt
    },
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
  const listening = () => logs.find((line) => line['msg'] === 'listening')
  await until(() => listening() !== undefined)
  const stop = async (): Promise<void> => {
    leave()
    await ended
  }
  return { port: Number(listening()?.['port']), tell: (one: Certificate) => tell(one), metrics, stop }
}

/** A handshake as an API server makes it: this authority, this name. @returns the serial number that was shown. */
async function handshake(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, ca: authority.cert, servername: NAME })
  try {
    await once(socket, 'secureConnect')
    return socket.getPeerCertificate().serialNumber
  } finally {
    socket.destroy()
  }
}

test('without a certificate the server listens and no handshake succeeds; with one it does', async () => {
  const { port, tell, metrics, stop } = await serve()
  await expect(handshake(port)).rejects.toThrow()
  // 1970 would raise an alarm.
  expect((await metrics.expose()).text).not.toMatch(/^slackwater_certificate\S* /m)
  tell(await issued())
  expect(await handshake(port)).toMatch(/^[0-9A-F]+$/)
  const seconds = Math.floor(validity.ends) / 1000
  const { text } = await metrics.expose()
  expect(text).toContain(`slackwater_certificate_expiry_timestamp_seconds ${seconds}\n`)
  await stop()
})

test('a certificate that changes again and again under one authority: no handshake fails', async () => {
  const { port, tell, stop } = await serve()
  const certificates = await Promise.all(Array.from({ length: 8 }, issued))
  const [first] = certificates
  if (first === undefined) throw new Error('none was issued')
  tell(first)
  const shown = new Set<string>()
  let isOver = false
  const client = async (): Promise<void> => {
    while (!isOver) shown.add(await handshake(port))
  }
  const clients = Promise.all(Array.from({ length: 8 }, client))
  for (let change = 0; change < 40 || shown.size < 2; change++) {
    // In the middle of handshakes: eight are always on their way.
    await new Promise((resolve) => setTimeout(resolve, 10))
    tell(certificates[change % certificates.length] ?? first)
  }
  isOver = true
  await clients
  expect(shown.size).toBeGreaterThan(1)
  await stop()
})
