import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { connect } from 'node:tls'
import { caBundle } from './certificates.ts'
import { NAMESPACE, RELEASE, serviceAddress } from './installation.ts'

/**
 * An API server keeps its connections; one that has just started makes new ones. These are such: handshakes with
 * Slackwater's Service, one after the other, each believing what the webhook configuration says at that time.
 */
export interface Handshakes {
  /** Whether a certificate has been shown, and believed; by its fingerprint. */
  readonly seen: (fingerprint256: string) => boolean
  /** Waits for the one that is open. */
  end(): Promise<HandshakeResult>
}

export interface HandshakeResult {
  readonly count: number
  readonly failures: readonly string[]
}

/** Between two. Milliseconds. */
const INTERVAL = 50
/** Before one counts as failed. Milliseconds. */
const TIMEOUT = 20_000

export async function beginHandshakes(): Promise<Handshakes> {
  const service = { host: await serviceAddress(), port: 443 }
  let isEnding = false
  const certificates = new Set<string>()
  const failures: string[] = []
  let count = 0
  const running = (async () => {
    while (!isEnding) {
      await caBundle()
        .then((ca) => shown(service, ca))
        .then((seen) => certificates.add(seen?.fingerprint256 ?? ''))
        .catch((error: unknown) => failures.push(String(error)))
      count += 1
      await pause(INTERVAL)
    }
  })()
  return {
    seen: (one) => certificates.has(one),
    end: async () => {
      isEnding = true
      await running
      return { count, failures }
    },
  }
}

/** The certificate that is shown to somebody who believes `ca`. @throws where it is not believed, or none is shown. */
export async function shown(at: { readonly host: string; readonly port: number }, ca: string) {
  const socket = connect({ ...at, servername: `${RELEASE}.${NAMESPACE}.svc`, ca })
  socket.setTimeout(TIMEOUT, () => socket.destroy(new Error(`no handshake within ${TIMEOUT / 1000} s`)))
  try {
    await once(socket, 'secureConnect')
    return socket.getPeerX509Certificate()
  } finally {
    socket.destroy()
  }
}
