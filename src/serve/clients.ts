import { loadClientAuthority } from '../server/client-authority.ts'
import type { ServerOptions } from '../server/server-options.ts'

/** The options of `slackwater serve` that say whom it answers. */
export interface ClientOptions {
  /** A file; absent: whoever can reach the port is answered. */
  readonly clientCa?: string
  /** Common names; absent: any that the authority signed. */
  readonly clientName?: readonly string[]
}

/** @returns undefined where everybody is answered; a sentence where the options cannot be followed. */
export async function clientsOf({
  clientCa: file,
  clientName: names = [],
}: ClientOptions): Promise<ServerOptions['clients'] | string> {
  if (file === undefined)
    return names.length === 0 ? undefined : '--client-name needs --client-ca: the CA that signs these names'
  const loaded = await loadClientAuthority(file)
  return loaded.ok ? { file, ca: loaded.ca, names } : loaded.problem
}
