import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { type Cluster, findHomeDir, KubeConfig, type User } from '@kubernetes/client-node'
import { parse } from 'yaml'
import { at, itemsOf, optional, root, stringAt } from '../kubernetes/json.ts'
import { kubeconfigProblem, SafeError, withoutUserinfo } from './secret-free.ts'
import { tokenFiles, withTokenFile } from './token-file.ts'

/** Which cluster to use, with the same options as kubectl. */
export interface ClusterChoice {
  readonly kubeconfig?: string | undefined
  readonly context?: string | undefined
}

/** Advice for every command if no cluster is configured. */
const ADVICE = 'give --kubeconfig, or set KUBECONFIG'

export type Loaded<Config = KubeConfig> =
  | {
      readonly ok: true
      readonly config: Config
      /** For display: without user name and password. */
      readonly server: string
      /** From the ServiceAccount of the Pod that Slackwater runs in, not from a kubeconfig. */
      readonly inPod: boolean
    }
  | { readonly ok: false; readonly problem: string }

/** The library's names for a ServiceAccount's configuration (client-node, config.ts loadFromCluster). */
const SERVICE_ACCOUNT_CONTEXT = 'inClusterContext'
const TOKEN_FILE = 'tokenFile'

/** The library's fallback if it finds nothing (client-node, config.ts loadFromDefault and loadFromClusterAndUser). */
const isNowhere = (config: KubeConfig): boolean =>
  config.getCurrentContext() === 'loaded-context' &&
  config.getCurrentCluster()?.server === 'http://localhost:8080'

export const isOfPod = (config: KubeConfig): boolean =>
  config.getCurrentContext() === SERVICE_ACCOUNT_CONTEXT &&
  config.getCurrentUser()?.authProvider?.name === TOKEN_FILE

/**
 * Loads the given file; otherwise the files of KUBECONFIG, ~/.kube/config, or the ServiceAccount of Slackwater's own Pod.
 * @param advice how to fix it if none of these exists, with the options of the calling command.
 */
export function loadKubeConfig({ kubeconfig, context }: ClusterChoice, advice = ADVICE): Loaded {
  let config: KubeConfig
  try {
    config = read(kubeconfig)
  } catch (error) {
    return { ok: false, problem: kubeconfigProblem(error) }
  }
  const isNone = isNowhere(config) || config.getContexts().length === 0
  if (kubeconfig === undefined && isNone) return { ok: false, problem: `no cluster: ${advice}` }
  const problem = contextProblem(config, context)
  if (problem !== undefined) return { ok: false, problem }
  if (context !== undefined) config.setCurrentContext(context)
  const wrong = urlProblem(config)
  if (wrong !== undefined) return { ok: false, problem: wrong }
  const server = withoutUserinfo(config.getCurrentCluster()?.server ?? '')
  return { ok: true, config, server, inPod: isOfPod(config) }
}

/** As kubectl checks it, before anything is sent: context, cluster and user are in the kubeconfig. */
function contextProblem(config: KubeConfig, given: string | undefined): string | undefined {
  const known = config.getContexts().map(({ name }) => name)
  const names = known.length === 0 ? 'the kubeconfig has no contexts' : `there are ${known.join(', ')}`
  const name = given ?? config.getCurrentContext()
  if (name === undefined || name === '')
    return `the kubeconfig has no current context: give --context; ${names}`
  const context = config.getContextObject(name)
  if (context === null) return `there is no context ${name}; ${names}`
  if (config.getCluster(context.cluster) === null)
    return `context ${name} names cluster ${context.cluster}, which is not in the kubeconfig`
  if (context.user !== '' && config.getUser(context.user) === null)
    return `context ${name} names user ${context.user}, which is not in the kubeconfig`
  return undefined
}

/** A value that is not a URL would fail at each request, with its whole text in the error. */
function urlProblem(config: KubeConfig): string | undefined {
  const { server, proxyUrl } = config.getCurrentCluster() ?? {}
  for (const [field, url] of Object.entries({ server, 'proxy-url': proxyUrl })) {
    if (url !== undefined && !URL.canParse(url))
      return `${field} of the kubeconfig is not a URL: ${withoutUserinfo(url)}`
  }
  return undefined
}

/** Bytes: dozens of times a kubeconfig of many clusters with their certificates, and still read quickly (a choice). */
const LARGEST = 2 ** 20

/** What a shell gives for `<(command)`, which has a writer; and `/dev/null`, which stands for no kubeconfig. */
const OPEN = /^\/dev\/(?:fd\/\d+|null)$/

/** Reading a pipe would block, and a device may have no end. */
function refuseUnlessFile(file: string): void {
  const stat = OPEN.test(file) ? undefined : statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return
  if (!stat.isFile()) throw new Error('expected a file')
  if (stat.size > LARGEST) throw new Error(`larger than the limit of ${LARGEST} bytes`)
}

/** Each file is read once: what a shell gives for `<(command)` can be read only once. */
function read(kubeconfig: string | undefined): KubeConfig {
  const files = kubeconfig === undefined ? filesOfEnvironment() : [kubeconfig]
  if (files !== undefined) return merged(files.map(partOf))
  const config = new KubeConfig()
  config.loadFromDefault()
  return withoutCredentials(config)
}

/** Of several files, as kubectl merges them: the first that has a name, or a current context, counts. */
function merged(parts: readonly KubeConfig[]): KubeConfig {
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: firstOfEachName(parts.flatMap((part) => part.getClusters())),
    contexts: firstOfEachName(parts.flatMap((part) => part.getContexts())),
    currentContext: parts.map((part) => part.getCurrentContext()).find((name) => name) ?? '',
  })
  return withoutCredentials(config, firstOfEachName(parts.flatMap((part) => part.getUsers())))
}

function firstOfEachName<Named extends { readonly name: string }>(all: readonly Named[]): Named[] {
  const seen = new Set<string>()
  return all.filter(({ name }) => !seen.has(name) && seen.add(name))
}

/** Comments and marks: a file of nothing else is an empty kubeconfig for kubectl, and an error for the library. */
const NO_CONTENT = /^(?:#.*|---)$/gm

/** @throws SafeError that names the file. */
function partOf(file: string): KubeConfig {
  const config = new KubeConfig()
  try {
    refuseUnlessFile(file)
    const text = readFileSync(file, 'utf8')
    config.loadFromString(text.replace(NO_CONTENT, '').trim() === '' ? '{}' : text)
    config.makePathsAbsolute(path.dirname(file))
    const named = new Map(tokenFilesIn(text, path.dirname(file)))
    config.users = config.getUsers().map((user) => {
      const tokenFile = named.get(user.name)
      return tokenFile === undefined ? user : withTokenFile(user, tokenFile)
    })
    return config
  } catch (error) {
    throw new SafeError(`${file}: ${isMissing(error) ? 'no such file' : kubeconfigProblem(error)}`)
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** The same clusters and users, without the credentials obtained for them so far. */
export function withoutCredentials(
  config: KubeConfig,
  users: readonly User[] = config.getUsers(),
): KubeConfig {
  const fresh = new KubeConfig()
  fresh.addAuthenticator(tokenFiles())
  fresh.loadFromOptions({
    clusters: config.getClusters().map(withoutTls),
    users: [...users],
    contexts: config.getContexts(),
    currentContext: config.getCurrentContext(),
  })
  return fresh
}

/** Over `http:`, as `kubectl proxy` serves, there is no certificate to verify; the library refuses it all the same. */
const withoutTls = (cluster: Cluster): Cluster =>
  cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster

/**
 * Where no file is named: those of KUBECONFIG that exist, as for kubectl, or ~/.kube/config.
 * @returns undefined if there is none.
 */
function filesOfEnvironment(): readonly string[] | undefined {
  const { KUBECONFIG = '' } = process.env
  if (KUBECONFIG === '') {
    const home = findHomeDir()
    const file = home === null ? '' : path.join(home, '.kube', 'config')
    return existsSync(file) ? [file] : undefined
  }
  const named = KUBECONFIG.split(path.delimiter).filter((file) => file !== '')
  const files = named.filter((file) => existsSync(file))
  if (files.length === 0 && named.length > 0)
    throw new SafeError(`KUBECONFIG names no file that exists: ${named.join(', ')}`)
  return files
}

/** Checking for duplicate keys compares each key with all before it; the library checks it too. */
const READING = { uniqueKeys: false, prettyErrors: false } as const

/** Users with the file that their `tokenFile` names, relative to the folder of the kubeconfig, as in kubectl. */
function tokenFilesIn(text: string, folder: string): readonly (readonly [user: string, tokenFile: string])[] {
  const document: unknown = parse(text, READING)
  return itemsOf(at(root(document ?? {}), 'users')).flatMap((entry) => {
    const tokenFile = optional(stringAt, at(entry, 'user', 'tokenFile')) ?? ''
    if (tokenFile === '') return []
    return [[stringAt(at(entry, 'name')), path.resolve(folder, tokenFile)]]
  })
}
