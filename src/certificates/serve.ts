import { PUBLISHED } from './due.ts'
import type { Authority, Serving, StoredCertificates } from './stored-certificates.ts'

/** What a process serves, and who signed it. */
export interface Served {
  readonly serving: Serving
  readonly authority: Authority
}

interface Standpoint {
  readonly published: Published
  /** By the clock on the wall, milliseconds since 1970. */
  readonly now: number
}

/** How long an authority has been in every webhook configuration, milliseconds; undefined: it is not. */
type Published = (id: string) => number | undefined

const isValid = ({ serving: { begins, ends } }: Served, now: number): boolean => begins <= now && now < ends

/**
 * What to serve: what is kept; but nothing that does not hold now in the place of what does; but what is signed by another authority than before only once API servers trust that
 * one, or where they do not trust the one before any more.
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
