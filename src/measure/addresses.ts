import { isIPv6, SocketAddress } from 'node:net'

/** Strings of a log, each only once: equal ones are the same object, and comparing them costs nothing. */
export class Names {
  readonly #known = new Map<string, string>()
  readonly #shape: (text: string) => string

  /** @param shape how it is written, whatever the log has. */
  constructor(shape: (text: string) => string = (text) => text) {
    this.#shape = shape
  }

  of(text: string): string {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    // A log of a year has fewer; what was forgotten is only written anew.
    if (this.#known.size >= MOST_NAMES) this.#known.clear()
    const shaped = this.#shape(text)
    this.#known.set(text, shaped)
    return shaped
  }
}

/** A choice: about 20 MiB. */
const MOST_NAMES = 100_000

/**
 * `10.0.1.2:8080`, `[2001:db8::1]:8080`. Load balancers write IPv6 addresses without brackets, so that the port is what comes
 * after the last colon; with brackets they are read, too.
 */
export function targetText(written: string): string {
  const colon = written.lastIndexOf(':')
  const address = written.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  return isIPv6(address) ? `[${addressText(address)}]${written.slice(colon)}` : written
}

/** As Kubernetes writes it: IPv6 in RFC 5952's form. */
export function addressText(written: string): string {
  if (!isIPv6(written) || written.includes('%')) return written
  return new SocketAddress({ address: written, family: 'ipv6' }).address
}
