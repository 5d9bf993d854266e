/** What the Secret keeps, read. Times are milliseconds since 1970. */
export interface StoredCertificates {
  /** Those that are trusted, newest first: the first one signs. */
  readonly authorities: readonly Authority[]
  /** The first one's private key, PEM; absent where it cannot be used: then nothing can be signed. */
  readonly authorityKey?: string
  readonly serving?: Serving
}

/** The certificate of an authority. */
export interface Authority {
  /** Its fingerprint. */
  readonly id: string
  /** PEM. */
  readonly cert: string
  readonly begins: number
  readonly ends: number
}

/** A serving certificate with its key, both PEM; they belong together. */
export interface Serving {
  readonly cert: string
  readonly key: string
  readonly begins: number
  readonly ends: number
  /** DNS names that it is for. */
  readonly names: readonly string[]
  /** The id of the kept authority that signed it; undefined: none did, and nobody can trust it. */
  readonly issuer: string | undefined
}

export const NO_CERTIFICATES: StoredCertificates = { authorities: [] }

/** What is to be trusted, PEM: the content of `ca.crt`, and of every `caBundle`. */
export const bundleOf = ({ authorities }: StoredCertificates): string =>
  authorities.map(({ cert }) => cert).join('')

export const hasAuthority = ({ authorities }: StoredCertificates, wanted: string | undefined): boolean =>
  authorities.some(({ id }) => id === wanted)
