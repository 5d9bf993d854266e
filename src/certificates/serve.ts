import { PUBLISHED } from './due.ts'
import type { Authority, Serving, StoredCertificates } from './stored-certificates.ts'

/** What a process serves, and the CA that signed it. */
export interface Served {
  readonly serving: Serving
  readonly authority: Authority
}

interface Standpoint {
  readonly published: Published
  /** The wall clock, milliseconds since 1970. */
  readonly now: number
}

/** How long a CA has been in every webhook configuration, milliseconds; undefined: it is not in all. */
type Published = (id: string) => number | undefined

const isValid = ({ serving: { begins, ends } }: Served, now: number): boolean => begins <= now && now < ends

/**
 * Which certificate to serve: the stored one, with two exceptions. If the current one is valid now and the stored one
 * is not, the current one stays. If another CA signed the stored one, it must wait until API servers trust that CA,
 * unless they no longer trust the current one.
 */
export function toServe(
  current: Served | undefined,
  certificates: StoredCertificates,
  { published, now }: Standpoint,
): Served | undefined {
  const offered = servedFrom(certificates)
  if (offered === undefined || current === undefined) return offered ?? current
  if (offered.serving.cert === current.serving.cert && offered.serving.key === current.serving.key)
    return current
  if (isValid(current, now) && !isValid(offered, now)) return current
  const { id } = offered.authority
  if (id === current.authority.id) return offered
  const isTrusted = (published(id) ?? 0) >= PUBLISHED
  const isBetter = published(id) !== undefined && published(current.authority.id) === undefined
  return isTrusted || isBetter ? offered : current
}

function servedFrom({ authorities, serving }: StoredCertificates): Served | undefined {
  const authority = authorities.find(({ id }) => id === serving?.issuer)
  return serving === undefined || authority === undefined ? undefined : { serving, authority }
}
