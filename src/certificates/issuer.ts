import 'reflect-metadata'
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { Validity } from './due.ts'

/** ECDSA P-256: small, fast, and enough for every Go client. */
export const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A certificate and its key, both PEM. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

/** A self-signed CA: it signs serving certificates and no intermediate CAs. */
export async function newAuthority(validity: Validity): Promise<Pair> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      // A unique name: clients look up a CA by its name first, and during a rotation there are two.
      name: `CN=slackwater CA ${randomBytes(4).toString('hex')}`,
      ...datesOf(validity),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  )
  return pairOf(certificate, keys)
}

interface Wanted {
  readonly authority: Pair
  /** DNS names. */
  readonly names: readonly string[]
  readonly validity: Validity
}

/** A certificate for a server with these names. @throws if the CA's key is not of the kind that Slackwater creates. */
export async function newServing({ authority, names, validity }: Wanted): Promise<Pair> {
  const keys = await newKeys()
  const issuer = new x509.X509Certificate(authority.cert)
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: 'CN=slackwater',
      issuer: issuer.subjectName,
      ...datesOf(validity),
      signingAlgorithm: ALGORITHM,
      signingKey: await importKey(authority.key),
      publicKey: keys.publicKey,
      extensions: [
        new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value }))),
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        await x509.AuthorityKeyIdentifierExtension.create(issuer, false, webcrypto),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  )
  return pairOf(certificate, keys)
}

export const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

export async function pairOf(
  certificate: x509.X509Certificate,
  { privateKey }: webcrypto.CryptoKeyPair,
): Promise<Pair> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', privateKey)
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
  }
}

const importKey = (pem: string): Promise<webcrypto.CryptoKey> => {
  const pkcs8 = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' })
  return webcrypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign'])
}

const datesOf = ({ begins, ends }: Validity) => ({ notBefore: new Date(begins), notAfter: new Date(ends) })
