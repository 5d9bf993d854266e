import { PUBLISHED } from './due.ts'
import type { Authority, Kept, Serving } from './kept.ts'

/** What a process serves, and who signed it. */
export interface Served {
  readonly serving: Serving
  readonly authority: Authority
}

/** How long an authority has been in every webhook configuration, milliseconds; undefined: it is not. */
export type Published = (id: string) => number | undefined

/**
 * What to serve: what is kept; but what is signed by another authority than before only once API servers trust that
 * one, or where they do not trust the one before any more.
 */
export function toServe(current: Served | undefined, kept: Kept, published: Published): Served | undefined {
  const offered = servedFrom(kept)
  if (offered === undefined || current === undefined) return offered ?? current
  if (offered.serving.cert === current.serving.cert && offered.serving.key === current.serving.key)
    return current
  const { id } = offered.authority
  if (id === current.authority.id) return offered
  const isTrusted = (published(id) ?? 0) >= PUBLISHED
  const isBetter = published(id) !== undefined && published(current.authority.id) === undefined
  return isTrusted || isBetter ? offered : current
}

function servedFrom({ authorities, serving }: Kept): Served | undefined {
  const authority = authorities.find(({ id }) => id === serving?.issuer)
  return serving === undefined || authority === undefined ? undefined : { serving, authority }
}
