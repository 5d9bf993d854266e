import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { ALGORITHM, newAuthority, newKeys, type Pair, pairOf } from '../../src/certificates/issuer.ts'

const DAY = 86_400_000
const validity = () => ({ begins: Date.now() - DAY, ends: Date.now() + DAY })

export interface Authority {
  /** PEM. */
  readonly ca: string
  /** A certificate of a client with this common name. */
  readonly client: (name: string) => Promise<Pair>
  /** One of a server. */
  readonly server: (name: string) => Promise<Pair>
}

/** An authority that signs certificates of clients. */
export async function clientAuthority(): Promise<Authority> {
  const { cert, key } = await newAuthority(validity())
  const issuer = new x509.X509Certificate(cert)
  const pkcs8 = x509.PemConverter.decodeFirst(key)
  const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign'])
  const signed = async (name: string, usage: x509.ExtendedKeyUsage): Promise<Pair> => {
    const keys = await newKeys()
    const { begins, ends } = validity()
    const certificate = await x509.X509CertificateGenerator.create(
      {
        subject: `CN=${name}`,
        issuer: issuer.subjectName,
        notBefore: new Date(begins),
        notAfter: new Date(ends),
        signingAlgorithm: ALGORITHM,
        signingKey,
        publicKey: keys.publicKey,
        extensions: [new x509.ExtendedKeyUsageExtension([usage])],
      },
      webcrypto,
    )
    return pairOf(certificate, keys)
  }
  return {
    ca: cert,
    client: (name) => signed(name, x509.ExtendedKeyUsage.clientAuth),
    server: (name) => signed(name, x509.ExtendedKeyUsage.serverAuth),
  }
}
