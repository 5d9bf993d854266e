import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import type { Certificate } from './certificate.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** ECDSA P-256: small, fast, and enough for every Go client. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A certificate of its own for trying the server out; valid for a day, from an hour ago for clocks that differ. */
export async function selfSigned(hosts: readonly string[]): Promise<Certificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const expires = new Date(Date.now() + DAY)
  const names = hosts.map((host) => ({
    type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const),
    value: host,
  }))
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=slackwater',
      notBefore: new Date(Date.now() - HOUR),
      notAfter: expires,
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [new x509.SubjectAlternativeNameExtension(names), new x509.BasicConstraintsExtension(true)],
    },
    webcrypto,
  )
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { cert: certificate.toString('pem'), key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'), expires }
}
