import { constants } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'
import type { ClientAuthority } from './client-authority.ts'

interface ServedBy {
  /** Absent: there is none yet, and handshakes fail until one comes. */
  readonly certificate: { readonly cert: string; readonly key: string } | undefined
  readonly clients: ClientAuthority | undefined
}

/**
 * What every handshake goes by, at the start and after each change: an option that is left out later is gone.
 * No renegotiation (TLS 1.2): a client could make the server sign again and again. Where clients prove who they are, no
 * session is resumed: resuming it would not check their certificate again, also not against an authority that is new.
 */
export const tlsOptions = ({ certificate, clients }: ServedBy): SecureContextOptions => ({
  ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key }),
  ...(clients === undefined ? {} : { ca: clients.ca }),
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION | (clients === undefined ? 0 : constants.SSL_OP_NO_TICKET),
})
