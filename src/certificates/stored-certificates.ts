/** The parsed content of the Secret. Times are milliseconds since 1970. */
export interface StoredCertificates {
  /** The trusted CAs, newest first: the first one signs. */
  readonly authorities: readonly Authority[]
  /** The first CA's private key, PEM; absent if unusable: then nothing can be signed. */
  readonly authorityKey?: string
  readonly serving?: Serving
}

/** The certificate of a CA. */
export interface Authority {
  /** Its fingerprint. */
  readonly id: string
  /** PEM. */
  readonly cert: string
  readonly begins: number
  readonly ends: number
}

/** A serving certificate with its matching key, both PEM. */
export interface Serving {
  readonly cert: string
  readonly key: string
  readonly begins: number
  readonly ends: number
  /** Its DNS names. */
  readonly names: readonly string[]
  /** The id of the stored CA that signed it; undefined: none did, and no client can trust it. */
  readonly issuer: string | undefined
}

export const NO_CERTIFICATES: StoredCertificates = { authorities: [] }

/** The CAs to trust, PEM: the content of `ca.crt`, and of every `caBundle`. */
export const bundleOf = ({ authorities }: StoredCertificates): string =>
  authorities.map(({ cert }) => cert).join('')

export const hasAuthority = ({ authorities }: StoredCertificates, wanted: string | undefined): boolean =>
  authorities.some(({ id }) => id === wanted)
