import { type Authority, hasAuthority, type Serving, type StoredCertificates } from './stored-certificates.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** How long new certificates are good for. Milliseconds; open-policy-agent/cert-controller has the same (rotator.go). */
export const LIFETIME = { authority: 10 * 365 * DAY, serving: 365 * DAY } as const

/**
 * How long before its end a certificate is replaced. Milliseconds. The serving certificate: cert-controller's 90 days.
 * The authority: as long as a serving certificate lasts, so that none outlives the authority that signed it; a choice.
 */
export const AHEAD = { authority: LIFETIME.serving, serving: 90 * DAY } as const

/** New certificates begin so long ago, for clocks that are behind. Milliseconds; cert-controller's. */
const BACK = HOUR

/**
 * How long every webhook configuration has had an authority before something signed by it is served. API servers watch
 * their configurations and have a change within seconds; a minute is a choice, for one that is behind. Milliseconds.
 */
export const PUBLISHED = 60_000

/**
 * How long an authority stays trusted after nothing signed by it is kept any more. Replicas read the Secret every few
 * seconds; an hour is a choice, for one that cannot reach the API server. Milliseconds.
 */
export const OVERLAP = HOUR

/**
 * No bundle grows beyond so many authorities, whatever goes on with the Secret; a choice. Two are trusted during a
 * rotation, three where it is interrupted by another.
 */
export const MOST_AUTHORITIES = 6

export type Due =
  | 'nothing'
  /** A new authority goes before those that are there. */
  | 'authority'
  /** A new serving certificate, signed by the first authority. */
  | 'serving'
  /** What we still serve is signed by an authority that is not kept: it is to be trusted meanwhile. */
  | 'overlap'
  /** All authorities but the first are to be trusted no longer. */
  | 'retirement'

export interface Circumstances {
  /** By the clock on the wall: certificates are judged by it. Milliseconds since 1970. */
  readonly now: number
  /** DNS names that the serving certificate must have. */
  readonly names: readonly string[]
  /** How long the first authority has been in every webhook configuration, milliseconds; undefined: it is not. */
  readonly published: number | undefined
  /** How long the kept authorities have been the same, and the first one the serving certificate's. Milliseconds. */
  readonly settled: number
  /** Who signed what this process serves; undefined where it serves nothing. */
  readonly servedBy: Authority | undefined
}

/** What is to be done about the Secret next. Times that are measured are by a monotonic clock: jumps do not shorten them. */
export function due(certificates: StoredCertificates, circumstances: Circumstances): Due {
  const { now, published = 0, settled, servedBy } = circumstances
  const [first, ...others] = certificates.authorities
  if (first === undefined || certificates.authorityKey === undefined) return 'authority'
  if (isDue(first, AHEAD.authority, now)) return 'authority'
  if (servedBy !== undefined && !hasAuthority(certificates, servedBy.id)) return 'overlap'
  const isReplaced = certificates.serving?.issuer !== first.id
  if (isReplaced && isTrusted(certificates) && published < PUBLISHED) return 'nothing'
  if (isReplaced || !isGood(certificates.serving, circumstances)) return 'serving'
  return others.length > 0 && settled >= OVERLAP ? 'retirement' : 'nothing'
}

/** Something that is trusted is kept: there is time to make the next authority known before it signs. */
export const isTrusted = ({ serving }: StoredCertificates): boolean => serving?.issuer !== undefined

/** A clock that went back may find that a certificate has not begun. */
const isDue = ({ begins, ends }: Validity, ahead: number, now: number): boolean =>
  begins > now || ends - now < ahead

const isGood = (serving: Serving | undefined, { now, names }: Circumstances): boolean =>
  serving !== undefined &&
  !isDue(serving, AHEAD.serving, now) &&
  names.every((name) => serving.names.includes(name))

/** Milliseconds since 1970. */
export interface Validity {
  readonly begins: number
  readonly ends: number
}

/**
 * When a new certificate holds: at least as long as the one that it replaces, at either end. Where two clocks disagree
 * nobody knows which is right, and a certificate that is good by both is made anew by neither.
 */
export const validityFrom = (now: number, lifetime: number, replaced: Validity | undefined): Validity => ({
  begins: Math.min(now - BACK, replaced?.begins ?? Number.POSITIVE_INFINITY),
  ends: Math.max(now + lifetime, replaced?.ends ?? 0),
})
