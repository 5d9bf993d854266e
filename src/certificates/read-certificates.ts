import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { unlessThrown } from '../core/model/thrown.ts'
import type { Authority, Serving, StoredCertificates } from './stored-certificates.ts'

/** The keys of the Secret: those of `kubernetes.io/tls` and cert-manager, and Slackwater's own key for the CA's key. */
export const KEYS = {
  authorities: 'ca.crt',
  authorityKey: 'ca.key',
  serving: 'tls.crt',
  servingKey: 'tls.key',
} as const

/** The Secret's values, decoded; empty if a key is missing. */
export type Texts = (key: (typeof KEYS)[keyof typeof KEYS]) => string

interface Read {
  readonly certificates: StoredCertificates
  /** A sentence for each unusable part, starting with its key in the Secret. */
  readonly problems: readonly string[]
}

interface Parsed {
  readonly certificate: X509Certificate
  readonly authority: Authority
}

/** Each part on its own: the usable parts of a damaged Secret are used. */
export function readCertificates(textOf: Texts): Read {
  const problems: string[] = []
  const unusable = (key: string, problem: string): undefined => void problems.push(`${key}: ${problem}`)
  const parsed = authoritiesIn(textOf(KEYS.authorities))
  if (parsed.length === 0) unusable(KEYS.authorities, 'expected CA certificates in PEM')
  const authorityKey = authorityKeyIn(textOf(KEYS.authorityKey), parsed[0])
  if (authorityKey === undefined)
    unusable(KEYS.authorityKey, `expected the P-256 key of the first certificate in ${KEYS.authorities}`)
  const serving = servingIn(textOf, parsed)
  if (serving === undefined)
    unusable(KEYS.serving, `expected a certificate that TLS can serve with the key in ${KEYS.servingKey}`)
  else if (serving.issuer === undefined)
    unusable(KEYS.serving, `is not signed by a CA in ${KEYS.authorities}`)
  const certificates = {
    authorities: parsed.map(({ authority }) => authority),
    ...(authorityKey === undefined ? {} : { authorityKey }),
    ...(serving === undefined ? {} : { serving }),
  }
  return { certificates, problems }
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/** The CA certificates in a bundle; the rest of it is ignored. */
function authoritiesIn(bundle: string): readonly Parsed[] {
  return (bundle.match(BLOCK) ?? []).flatMap((block) => {
    const certificate = unlessThrown(() => new X509Certificate(block))
    if (certificate?.ca !== true) return []
    const cert = certificate.toString()
    return [{ certificate, authority: { id: certificate.fingerprint256, cert, ...validityOf(certificate) } }]
  })
}

/** The ids of the CAs in a bundle. */
export const idsIn = (bundle: string): readonly string[] =>
  authoritiesIn(bundle).map(({ authority }) => authority.id)

const validityOf = ({ validFromDate, validToDate }: X509Certificate) => ({
  begins: validFromDate.getTime(),
  ends: validToDate.getTime(),
})

function authorityKeyIn(pem: string, first: Parsed | undefined): string | undefined {
  const key = privateKeyIn(pem)
  if (key === undefined || first?.certificate.checkPrivateKey(key) !== true) return undefined
  return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? pem : undefined
}

const privateKeyIn = (pem: string): KeyObject | undefined => unlessThrown(() => createPrivateKey(pem))

function servingIn(textOf: Texts, authorities: readonly Parsed[]): Serving | undefined {
  const [cert, key] = [textOf(KEYS.serving), textOf(KEYS.servingKey)]
  const leaf = unlessThrown(() => new X509Certificate(cert))
  const privateKey = privateKeyIn(key)
  if (leaf === undefined || privateKey === undefined || !leaf.checkPrivateKey(privateKey)) return undefined
  // OpenSSL rejects more: a broken certificate later in the chain, a key that is too short.
  if (unlessThrown(() => createSecureContext({ cert, key })) === undefined) return undefined
  const issuer = authorities.find((one) => leaf.checkIssued(one.certificate) && isSignedBy(leaf, one))
  return { cert, key, ...validityOf(leaf), names: namesOf(leaf), issuer: issuer?.authority.id }
}

const isSignedBy = (leaf: X509Certificate, { certificate }: Parsed): boolean =>
  unlessThrown(() => leaf.verify(certificate.publicKey)) === true

/** From `DNS:a, IP Address:b`; the text is undefined if there are no names. */
const namesOf = ({ subjectAltName }: X509Certificate): readonly string[] =>
  ((subjectAltName as string | undefined) ?? '')
    .split(', ')
    .filter((name) => name.startsWith('DNS:'))
    .map((name) => name.slice('DNS:'.length))
