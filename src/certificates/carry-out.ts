import { type Due, isTrusted, LIFETIME, MOST_AUTHORITIES, validityFrom } from './due.ts'
import { newAuthority, newServing } from './issuer.ts'
import { type Authority, bundleOf, type Kept } from './kept.ts'
import { KEYS, readKept } from './read-kept.ts'

interface Means {
  /** Milliseconds since 1970. */
  readonly now: number
  /** DNS names of the serving certificate. */
  readonly names: readonly string[]
  readonly servedBy: Authority | undefined
}

/** What is to be kept once what is due has been done. */
export function carryOut(due: Due, kept: Kept, means: Means): Promise<Kept> {
  switch (due) {
    case 'nothing':
      return Promise.resolve(kept)
    case 'authority':
      return withNewAuthority(kept, means)
    case 'serving':
      return withNewServing(kept, means)
    case 'overlap':
      return Promise.resolve(withOverlap(kept, means))
    case 'retirement':
      return Promise.resolve({ ...kept, authorities: kept.authorities.slice(0, 1) })
  }
}

/** Where nothing is kept that is trusted, there is no reason to wait with the serving certificate. */
async function withNewAuthority(kept: Kept, means: Means): Promise<Kept> {
  const [replaced] = kept.authorities
  const made = await newAuthority(validityFrom(means.now, LIFETIME.authority, replaced))
  const others = kept.authorities.slice(0, MOST_AUTHORITIES - 1)
  const next = reread({ bundle: `${made.cert}${bundleOf({ authorities: others })}`, key: made.key, kept })
  return isTrusted(kept) ? next : withNewServing(next, means)
}

async function withNewServing(kept: Kept, { now, names }: Means): Promise<Kept> {
  const { authorities, authorityKey: key, serving } = kept
  const [first] = authorities
  if (first === undefined || key === undefined) return kept
  const validity = validityFrom(now, LIFETIME.serving, isTrusted(kept) ? serving : undefined)
  const made = await newServing({ authority: { cert: first.cert, key }, names, validity })
  return reread({ bundle: bundleOf(kept), key, kept: { ...kept, serving: made } })
}

const withOverlap = (kept: Kept, { servedBy }: Means): Kept =>
  servedBy === undefined ? kept : { ...kept, authorities: [...kept.authorities, servedBy] }

interface Made {
  readonly bundle: string
  readonly key: string
  readonly kept: { readonly serving?: { readonly cert: string; readonly key: string } }
}

/** What was made is read as anybody's would be: ids, dates and signatures are never taken from what was meant. */
const reread = ({ bundle, key, kept: { serving } }: Made): Kept =>
  readKept(
    (which) =>
      ({
        [KEYS.authorities]: bundle,
        [KEYS.authorityKey]: key,
        [KEYS.serving]: serving?.cert ?? '',
        [KEYS.servingKey]: serving?.key ?? '',
      })[which],
  ).kept
