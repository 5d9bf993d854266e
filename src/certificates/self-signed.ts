import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import { ALGORITHM, newKeys, type Pair, pairOf } from './issuer.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A self-signed certificate for a trial; valid for a day, and since an hour ago, for clocks that differ. */
export async function selfSigned(hosts: readonly string[]): Promise<Pair & { readonly expires: Date }> {
  const keys = await newKeys()
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
  return { ...(await pairOf(certificate, keys)), expires }
}
