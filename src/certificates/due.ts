import { type Authority, hasAuthority, type Serving, type StoredCertificates } from './stored-certificates.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Lifetime of new certificates. Milliseconds; the same as in open-policy-agent/cert-controller (rotator.go). */
export const LIFETIME = { authority: 10 * 365 * DAY, serving: 365 * DAY } as const

/**
 * How long before its expiry a certificate is replaced. Milliseconds. Serving certificate: cert-controller's 90 days.
 * CA: the lifetime of a serving certificate, so that no serving certificate outlives the CA that signed it; a choice.
 */
export const AHEAD = { authority: LIFETIME.serving, serving: 90 * DAY } as const

/** New certificates are valid from this long ago, for clocks that are behind. Milliseconds; cert-controller's. */
const BACK = HOUR

/**
 * How long every webhook configuration must contain a CA before a certificate signed by it is served. API servers
 * watch their configurations and see a change within seconds; a minute is a choice, for one that is behind.
 * Milliseconds.
 */
export const PUBLISHED = 60_000

/**
 * How long a CA stays trusted after the Secret holds no certificate signed by it. Replicas read the Secret every few
 * seconds; an hour is a choice, for one that cannot reach the API server. Milliseconds.
 */
export const OVERLAP = HOUR

/**
 * Maximum number of CAs in a bundle, whatever happens to the Secret; a choice. A rotation needs two, an interrupted
 * one three.
 */
export const MOST_AUTHORITIES = 6

export type Due =
  | 'nothing'
  /** A new CA, placed before the existing ones. */
  | 'authority'
  /** A new serving certificate, signed by the first CA. */
  | 'serving'
  /** The certificate still served is signed by a CA that is not in the Secret: it must stay trusted meanwhile. */
  | 'overlap'
  /** Only the first CA stays trusted. */
  | 'retirement'

export interface Circumstances {
  /** The wall clock, which certificates are checked against. Milliseconds since 1970. */
  readonly now: number
  /** DNS names that the serving certificate must have. */
  readonly names: readonly string[]
  /** How long the first CA has been in every webhook configuration, milliseconds; undefined: it is not in all. */
  readonly published: number | undefined
  /** How long the stored CAs have been the same, and the first one has signed the serving certificate. Milliseconds. */
  readonly settled: number
  /** The CA that signed what this process serves; undefined if it serves nothing. */
  readonly servedBy: Authority | undefined
}

/** The next step for the Secret. Durations come from a monotonic clock: clock jumps do not shorten them. */
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

/** A trusted certificate is stored: there is time to publish the next CA before it signs. */
export const isTrusted = ({ serving }: StoredCertificates): boolean => serving?.issuer !== undefined

/** If a clock was set back, a certificate may not be valid yet. */
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
 * The validity of a new certificate: at both ends at least that of the one that it replaces. If two clocks disagree,
 * it is unknown which one is right, and a certificate that is valid on both is renewed by neither.
 */
export const validityFrom = (now: number, lifetime: number, replaced: Validity | undefined): Validity => ({
  begins: Math.min(now - BACK, replaced?.begins ?? Number.POSITIVE_INFINITY),
  ends: Math.max(now + lifetime, replaced?.ends ?? 0),
})
