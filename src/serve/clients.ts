import { loadClientAuthority } from '../server/client-authority.ts'
import type { ServerOptions } from '../server/server-options.ts'

/** The options of `slackwater serve` that limit its clients. */
export interface ClientOptions {
  /** A file; absent: every client that can reach the port is answered. */
  readonly clientCa?: string
  /** Common names; absent: any that the CA signed. */
  readonly clientName?: readonly string[]
}

/** @returns undefined if every client is answered; a sentence if the options are not usable. */
export async function clientsOf({
  clientCa: file,
  clientName: names = [],
}: ClientOptions): Promise<ServerOptions['clients'] | string> {
  if (file === undefined)
    return names.length === 0 ? undefined : '--client-name needs --client-ca: the CA that signs these names'
  const loaded = await loadClientAuthority(file)
  return loaded.ok ? { file, ca: loaded.ca, names } : loaded.problem
}
