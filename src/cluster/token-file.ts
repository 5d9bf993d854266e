import { readFileSync } from 'node:fs'
import type { KubeConfig, User } from '@kubernetes/client-node'
import { SafeError } from './secret-free.ts'

type Authenticator = Parameters<KubeConfig['addAuthenticator']>[0]

/** The provider's name in the library's user, beside the library's own providers. */
const PROVIDER = 'slackwater/token-file'

interface TokenFile {
  readonly file: string
  /** The kubeconfig's token, used until the file has been read once. */
  readonly token?: string
}

/** A user whose kubeconfig names a `tokenFile`, which the library does not support; it wins over token and plugin. */
export function withTokenFile({ exec: _, token, ...user }: User, file: string): User {
  const config: TokenFile = { file, ...(token === undefined ? {} : { token }) }
  return { ...user, authProvider: { name: PROVIDER, config } }
}

/** Maximum age of a token that was read: client-go's. Milliseconds (client-go transport/token_source.go). */
const LONGEST_KEPT = 60_000

/**
 * Reads token files as client-go does: again within a minute, and without surrounding white space. If a file cannot
 * be read, the last token stays in use.
 * @param now monotonic, milliseconds.
 */
export function tokenFiles(now: () => number = () => performance.now()): Authenticator {
  const kept = new Map<string, { readonly token: string; readonly at: number }>()
  const tokenOf = ({ file, token }: TokenFile): string => {
    const last = kept.get(file)
    if (last !== undefined && now() - last.at < LONGEST_KEPT) return last.token
    try {
      const read = readToken(file)
      kept.set(file, { token: read, at: now() })
      return read
    } catch (error) {
      const known = last?.token ?? token
      if (known === undefined) throw error
      return known
    }
  }
  return {
    isAuthProvider: ({ authProvider }) => authProvider?.name === PROVIDER,
    applyAuthentication: async ({ authProvider }, options) => {
      const Authorization = `Bearer ${tokenOf(authProvider.config)}`
      options.headers = Object.assign(options.headers ?? {}, { Authorization })
    },
  }
}

/** @throws Error if the file cannot be read, or is empty. */
function readToken(file: string): string {
  const token = readFileSync(file, 'utf8').trim()
  if (token === '') throw new SafeError(`${file}: contains no token`)
  return token
}
