import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { newAuthority, newServing, type Pair } from '../../src/certificates/issuer.ts'
import { idsIn, KEYS, readCertificates } from '../../src/certificates/read-certificates.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NAME = 'slackwater.slackwater-system.svc'
const NAMES = [NAME, `${NAME}.cluster.local`, 'slackwater.slackwater-system']
// Certificates know whole seconds.
const NOW = Math.floor(Date.now() / 1000) * 1000
const validity = { begins: NOW - HOUR, ends: NOW + DAY }

const [authority, other] = await Promise.all([newAuthority(validity), newAuthority(validity)])
const serving = await newServing({ authority, names: NAMES, validity })

describe('what is made', () => {
  test('is an authority that signs itself, and a certificate that it signed', () => {
    const [ca, leaf] = [new X509Certificate(authority.cert), new X509Certificate(serving.cert)]
    expect([ca.ca, leaf.ca]).toEqual([true, false])
    expect([ca.checkIssued(ca), ca.verify(ca.publicKey)]).toEqual([true, true])
    expect([leaf.checkIssued(ca), leaf.verify(ca.publicKey)]).toEqual([true, true])
    const stranger = new X509Certificate(other.cert)
    expect([leaf.checkIssued(stranger), leaf.verify(stranger.publicKey)]).toEqual([false, false])
  })

  test('is for the names, holds as long as it was told, and authenticates servers only', () => {
    const leaf = new X509Certificate(serving.cert)
    expect(leaf.subjectAltName).toBe(NAMES.map((name) => `DNS:${name}`).join(', '))
    expect([leaf.validFromDate.getTime(), leaf.validToDate.getTime()]).toEqual([NOW - HOUR, NOW + DAY])
    // id-kp-serverAuth, RFC 5280 4.2.1.12.
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
  })

  // RFC 5280 4.1.2.5: two digits of the year from 1950 to 2049, four from 2050 on.
  test.for<[string, number, number]>([
    ['1969', -HOUR, Date.UTC(2026, 0)],
    ['2060', Date.UTC(2026, 0), Date.UTC(2060, 0)],
  ])('also where a clock says %s', async ([, begins, ends]) => {
    const made = new X509Certificate((await newAuthority({ begins, ends })).cert)
    expect([made.validFromDate.getTime(), made.validToDate.getTime()]).toEqual([begins, ends])
  })

  test('is believed by a TLS client that trusts a bundle of two, with names of its own for each authority', async () => {
    expect(new X509Certificate(authority.cert).subject).not.toBe(new X509Certificate(other.cert).subject)
    expect(await handshake(serving, `${other.cert}${authority.cert}`)).toBe('authorized')
    expect(await handshake(serving, other.cert)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  })
})

async function handshake(shown: Pair, ca: string): Promise<string> {
  const server = createServer(shown).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = connect({ host: '127.0.0.1', port, ca, servername: NAME })
  const said = await new Promise<string>((resolve) => {
    socket.once('secureConnect', () => resolve(socket.authorized ? 'authorized' : 'not authorized'))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
  socket.destroy()
  server.close()
  return said
}

describe('what is read', () => {
  const whole: Readonly<Record<string, string>> = {
    [KEYS.authorities]: authority.cert + other.cert,
    [KEYS.authorityKey]: authority.key,
    [KEYS.serving]: serving.cert,
    [KEYS.servingKey]: serving.key,
  }
  const read = (change: Readonly<Record<string, string>>) => {
    const texts: Readonly<Record<string, string>> = { ...whole, ...change }
    return readCertificates((key) => texts[key] ?? '')
  }

  test('is what was made', () => {
    const { certificates, problems } = read({})
    expect(problems).toEqual([])
    const [first, second] = idsIn(authority.cert + other.cert)
    expect(certificates.authorities.map(({ id }) => id)).toEqual([first, second])
    expect(certificates.authorityKey).toBe(authority.key)
    expect(certificates.serving).toEqual({
      ...serving,
      begins: NOW - HOUR,
      ends: NOW + DAY,
      names: NAMES,
      issuer: first,
    })
  })

  const BROKEN = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
  test.for<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['empty', { 'ca.crt': '', 'ca.key': '', 'tls.crt': '', 'tls.key': '' }, ['ca.crt', 'ca.key', 'tls.crt']],
    ['words for an authority', { 'ca.crt': 'hello' }, ['ca.crt', 'ca.key', 'tls.crt']],
    ['a broken authority', { 'ca.crt': BROKEN }, ['ca.crt', 'ca.key', 'tls.crt']],
    ['a broken authority beside a good one', { 'ca.crt': BROKEN + authority.cert }, []],
    ['a serving certificate for an authority', { 'ca.crt': serving.cert }, ['ca.crt', 'ca.key', 'tls.crt']],
    ['another authority first: the key is not its', { 'ca.crt': other.cert + authority.cert }, ['ca.key']],
    ['words for the authority’s key', { 'ca.key': 'hello' }, ['ca.key']],
    ['no key of the authority', { 'ca.key': '' }, ['ca.key']],
    ['words for the serving certificate', { 'tls.crt': 'hello' }, ['tls.crt']],
    ['a chain that is broken', { 'tls.crt': serving.cert + BROKEN }, ['tls.crt']],
    ['another key', { 'tls.key': other.key }, ['tls.crt']],
    [
      'a certificate of somebody else',
      { 'tls.crt': other.cert, 'tls.key': other.key, 'ca.crt': authority.cert },
      ['tls.crt'],
    ],
  ])('%s: what cannot be used is named', ([, change, expected]) => {
    const { problems } = read(change)
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(expected)
  })

  test('a key of a kind that we do not sign with is no key', async () => {
    const { generateKeyPairSync } = await import('node:crypto')
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    expect(read({ 'ca.key': pem }).certificates.authorityKey).toBeUndefined()
  })
})
