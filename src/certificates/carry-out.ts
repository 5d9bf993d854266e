import { type Due, isTrusted, LIFETIME, MOST_AUTHORITIES, validityFrom } from './due.ts'
import { newAuthority, newServing } from './issuer.ts'
import { KEYS, readCertificates } from './read-certificates.ts'
import { type Authority, bundleOf, type StoredCertificates } from './stored-certificates.ts'

interface Means {
  /** Milliseconds since 1970. */
  readonly now: number
  /** DNS names of the serving certificate. */
  readonly names: readonly string[]
  readonly servedBy: Authority | undefined
}

/** The content of the Secret after the due step. */
export function carryOut(
  due: Due,
  certificates: StoredCertificates,
  means: Means,
): Promise<StoredCertificates> {
  switch (due) {
    case 'nothing':
      return Promise.resolve(certificates)
    case 'authority':
      return withNewAuthority(certificates, means)
    case 'serving':
      return withNewServing(certificates, means)
    case 'overlap':
      return Promise.resolve(withOverlap(certificates, means))
    case 'retirement':
      return Promise.resolve({ ...certificates, authorities: certificates.authorities.slice(0, 1) })
  }
}

/** If no trusted certificate is stored, the serving certificate need not wait. */
async function withNewAuthority(certificates: StoredCertificates, means: Means): Promise<StoredCertificates> {
  const [replaced] = certificates.authorities
  const made = await newAuthority(validityFrom(means.now, LIFETIME.authority, replaced))
  const others = certificates.authorities.slice(0, MOST_AUTHORITIES - 1)
  const next = reread({
    bundle: `${made.cert}${bundleOf({ authorities: others })}`,
    key: made.key,
    certificates,
  })
  return isTrusted(certificates) ? next : withNewServing(next, means)
}

async function withNewServing(
  certificates: StoredCertificates,
  { now, names }: Means,
): Promise<StoredCertificates> {
  const { authorities, authorityKey: key, serving } = certificates
  const [first] = authorities
  if (first === undefined || key === undefined) return certificates
  const validity = validityFrom(now, LIFETIME.serving, isTrusted(certificates) ? serving : undefined)
  const made = await newServing({ authority: { cert: first.cert, key }, names, validity })
  return reread({ bundle: bundleOf(certificates), key, certificates: { ...certificates, serving: made } })
}

const withOverlap = (certificates: StoredCertificates, { servedBy }: Means): StoredCertificates =>
  servedBy === undefined
    ? certificates
    : { ...certificates, authorities: [...certificates.authorities, servedBy] }

interface Made {
  readonly bundle: string
  readonly key: string
  readonly certificates: { readonly serving?: { readonly cert: string; readonly key: string } }
}

/** New certificates are parsed like any other: ids, dates and signatures come from the result, not from the input. */
const reread = ({ bundle, key, certificates: { serving } }: Made): StoredCertificates =>
  readCertificates(
    (which) =>
      ({
        [KEYS.authorities]: bundle,
        [KEYS.authorityKey]: key,
        [KEYS.serving]: serving?.cert ?? '',
        [KEYS.servingKey]: serving?.key ?? '',
      })[which],
  ).certificates
