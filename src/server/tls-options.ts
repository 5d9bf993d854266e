import { constants } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'
import type { ClientAuthority } from './client-authority.ts'

interface ServedBy {
  /** Absent: no certificate yet, and handshakes fail until there is one. */
  readonly certificate: { readonly cert: string; readonly key: string } | undefined
  readonly clients: ClientAuthority | undefined
}

/**
 * Options for every handshake, at the start and after each change: an option left out of a later call is no longer
 * set. No renegotiation (TLS 1.2): a client could make the server sign again and again. With client certificates no
 * session is resumed: resumption would not check the certificate again, not even against a new CA.
 */
export const tlsOptions = ({ certificate, clients }: ServedBy): SecureContextOptions => ({
  ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key }),
  ...(clients === undefined ? {} : { ca: clients.ca }),
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION | (clients === undefined ? 0 : constants.SSL_OP_NO_TICKET),
})
