import type { Cluster, User } from '@kubernetes/client-node'

/** What may be shown of an error near secrets: its message does not always come from Slackwater. */

/** A URL without user name and password. */
export function withoutUserinfo(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null) return url.replace(/\/\/[^/@]*@/, '//')
  if (parsed.username === '' && parsed.password === '') return url
  parsed.username = ''
  parsed.password = ''
  return parsed.href.replace(/\/$/, '')
}

/** The operating system's errors name a command, a file or an address, and show none of its contents. */
const isOfSystem = (error: unknown): error is Error => error instanceof Error && 'syscall' in error

/** An error with a message from Slackwater: it holds no secret. */
export class SafeError extends Error {}

/**
 * Why there are no credentials. The library's errors contain the output of a plugin: its standard error, or standard
 * output that is not JSON, which may be a token.
 */
export function credentialsProblem(error: unknown, user: User | null): Error {
  if (error instanceof SafeError) return error
  const command: unknown = user?.exec?.command ?? user?.authProvider?.config?.['exec']?.['command']
  const plugin =
    typeof command === 'string' ? `plugin ${command}` : (user?.authProvider?.name ?? 'kubeconfig')
  return new SafeError(`no credentials from ${plugin}: ${reasonOf(error)}`)
}

function reasonOf(error: unknown): string {
  if (!isOfSystem(error))
    return 'it failed; its output may contain secrets and is not shown: run it by hand to see why'
  const isNotThere = 'code' in error && error.code === 'ENOENT' && error.message.startsWith('spawn ')
  return isNotThere ? 'it is not installed, or not on the PATH' : error.message
}

/** Replacing shorter ones would garble the message, and they are not secrets. A choice. */
const SHORTEST_SECRET = 4

/** An error of a connection, without the secrets of the kubeconfig. */
export function connectionProblem(error: Error, cluster: Cluster | null, user: User | null): Error {
  const secrets = [
    ...userinfoOf(cluster?.server),
    ...userinfoOf(cluster?.proxyUrl),
    user?.token,
    user?.password,
  ].filter((secret) => secret !== undefined && secret.length >= SHORTEST_SECRET)
  const { message } = error
  const safe = secrets.reduce<string>(
    (text, secret) => (secret === undefined ? text : text.replaceAll(secret, '…')),
    message,
  )
  return safe === message ? error : new SafeError(safe)
}

function userinfoOf(url: string | undefined): readonly string[] {
  const { username = '', password = '' } = URL.parse(url ?? '') ?? {}
  return [username, password, decoded(username), decoded(password)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Why a kubeconfig cannot be read. Parsers quote the lines around a mistake, and one of them may be a token: so only
 * the line number is shown.
 */
export function kubeconfigProblem(error: unknown): string {
  if (error instanceof SafeError) return error.message
  if (!(error instanceof Error)) return 'cannot be read'
  if (!PARSERS.includes(error.name)) return error.message.split('\n', 1)[0] ?? ''
  const line = lineOf(error)
  return `expected a kubeconfig in YAML or JSON${line === undefined ? '' : `, line ${line} is neither`}`
}

/** Names of errors: js-yaml's, those of the package yaml, and JSON.parse's. */
const PARSERS = [
  'YAMLException',
  'YAMLParseError',
  'YAMLSemanticError',
  'YAMLReferenceError',
  'ReferenceError',
  'SyntaxError',
]

function lineOf(error: Error): number | undefined {
  const { mark, linePos } = error as {
    readonly mark?: { readonly line?: unknown }
    readonly linePos?: unknown
  }
  if (typeof mark?.line === 'number') return mark.line + 1
  const [first]: readonly unknown[] = Array.isArray(linePos) ? linePos : []
  const line = typeof first === 'object' && first !== null && 'line' in first ? first.line : undefined
  return typeof line === 'number' ? line : undefined
}
