import type { App } from './app.ts'
import { type Certificate, type Watch, watchCertificate } from './certificate.ts'
import { type ClientAuthority, watchClientAuthority } from './client-authority.ts'
import type { ServerOptions } from './server-options.ts'
import { tlsOptions } from './tls-options.ts'

/**
 * How often certificate files are read again. A renewal has days; a mounted Secret takes about a minute.
 * Milliseconds; a choice.
 */
const CERTIFICATE_INTERVAL = 5_000

/**
 * Serves each new certificate, and accepts clients of each new client CA: new handshakes use both, open connections
 * stay.
 * @param onAuthority called when the client CA has changed.
 * @returns the watches to stop at the end.
 */
export function keepCredentials(app: App, options: ServerOptions, onAuthority: () => void): readonly Watch[] {
  const { certificate, certificates, clients, log } = options
  const held: { certificate: Certificate | undefined; clients: ClientAuthority | undefined } = {
    certificate,
    clients,
  }
  const apply = (): void => app.server.setSecureContext(tlsOptions(held))
  const serve = (next: Certificate): void => {
    held.certificate = next
    apply()
    log.info({ expires: next.expires }, 'serving certificate changed')
    tellValidity(next, options)
  }
  const ask = (next: ClientAuthority): void => {
    held.clients = next
    apply()
    onAuthority()
    log.info('client CA changed')
  }
  if (certificate !== undefined) tellValidity(certificate, options)
  certificates?.(serve)
  return [watchServed(options, serve), watchAsked(options, ask)].filter((watch) => watch !== undefined)
}

function watchServed(options: ServerOptions, serve: (next: Certificate) => void): Watch | undefined {
  const { certificateFiles: files, certificate: current, log } = options
  if (files === undefined || current === undefined) return undefined
  return watchCertificate({
    files,
    current,
    intervalMs: options.certificateIntervalMs ?? CERTIFICATE_INTERVAL,
    now: Date.now,
    onChange: serve,
    onProblem: (problem) => log.error({ problem }, 'serving certificate not changed'),
    onWait: (problem) => log.warn({ problem }, 'serving certificate not changed'),
  })
}

function watchAsked(options: ServerOptions, ask: (next: ClientAuthority) => void): Watch | undefined {
  const { clients, log } = options
  if (clients === undefined) return undefined
  return watchClientAuthority({
    file: clients.file,
    current: clients.ca,
    intervalMs: options.certificateIntervalMs ?? CERTIFICATE_INTERVAL,
    onChange: (ca) => ask({ ...clients, ca }),
    onProblem: (problem) => log.error({ problem }, 'client CA not changed'),
  })
}

/**
 * A certificate that is not valid now is served all the same if there is no better one, since some clients do not
 * check. The log says so.
 */
function tellValidity({ begins, expires }: Certificate, { metrics, log }: ServerOptions): void {
  metrics.certificateExpires(expires)
  if (expires.getTime() < Date.now()) log.warn({ expires }, 'serving certificate has expired')
  if (begins !== undefined && begins.getTime() > Date.now())
    log.warn({ begins }, 'serving certificate is not valid yet')
}
