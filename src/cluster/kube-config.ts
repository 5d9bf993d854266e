import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { type Cluster, findHomeDir, KubeConfig, type User } from '@kubernetes/client-node'
import { parse } from 'yaml'
import { at, itemsOf, optional, root, stringAt } from '../kubernetes/json.ts'
import { kubeconfigProblem, withoutUserinfo } from './secret-free.ts'
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
 * Loads the given file; otherwise KUBECONFIG, ~/.kube/config, or the ServiceAccount of Slackwater's own Pod.
 * @param advice how to fix it if none of these exists, with the options of the calling command.
 */
export function loadKubeConfig({ kubeconfig, context }: ClusterChoice, advice = ADVICE): Loaded {
  let config = new KubeConfig()
  try {
    for (const file of sourcesOf(kubeconfig)) refuseUnlessFile(file)
    if (kubeconfig === undefined) config.loadFromDefault()
    else config.loadFromFile(kubeconfig)
    config = withTokenFiles(config, isOfPod(config) ? [] : sourcesOf(kubeconfig))
  } catch (error) {
    return { ok: false, problem: `${kubeconfig ?? 'kubeconfig'}: ${kubeconfigProblem(error)}` }
  }
  if (kubeconfig === undefined && isNowhere(config)) return { ok: false, problem: `no cluster: ${advice}` }
  if (context !== undefined) config.setCurrentContext(context)
  const server = config.getCurrentCluster()?.server
  if (server === undefined) return { ok: false, problem: problemWithContext(config) }
  const problem = urlProblem(config)
  if (problem !== undefined) return { ok: false, problem }
  return { ok: true, config, server: withoutUserinfo(server), inPod: isOfPod(config) }
}

/** Why the current context leads to no cluster. */
function problemWithContext(config: KubeConfig): string {
  const name = config.getCurrentContext()
  if (!name) return 'the kubeconfig has no current context: give --context'
  const context = config.getContextObject(name)
  if (context !== null)
    return `context ${name} names the cluster ${context.cluster}, which is not in the kubeconfig`
  const known = config.getContexts().map((one) => one.name)
  return `there is no context ${name}; there are ${known.join(', ') || 'none'}`
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

/** Reading a pipe would block, and a device may have no end. The library reports a missing file. */
function refuseUnlessFile(file: string): void {
  const stat = OPEN.test(file) ? undefined : statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return
  if (!stat.isFile()) throw new Error('expected a file')
  if (stat.size > LARGEST) throw new Error(`larger than the limit of ${LARGEST} bytes`)
}

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

function withTokenFiles(config: KubeConfig, files: readonly string[]): KubeConfig {
  const named = new Map(files.flatMap(tokenFilesIn))
  const users = config.getUsers().map((user) => {
    const file = named.get(user.name)
    return file === undefined ? user : withTokenFile(user, file)
  })
  return withoutCredentials(config, users)
}

/** The files that the library reads, per its own rules. */
function sourcesOf(kubeconfig: string | undefined): readonly string[] {
  if (kubeconfig !== undefined) return [kubeconfig]
  const { KUBECONFIG = '' } = process.env
  if (KUBECONFIG !== '') return KUBECONFIG.split(path.delimiter).filter((file) => file !== '')
  const home = findHomeDir()
  return home === null ? [] : [path.join(home, '.kube', 'config')].filter((file) => existsSync(file))
}

/** Checking for duplicate keys compares each key with all before it; the library has already checked. */
const READING = { uniqueKeys: false, prettyErrors: false } as const

/** Users with the file that their `tokenFile` names, relative to the folder of the kubeconfig, as in kubectl. */
const tokenFilesIn = (file: string): readonly (readonly [user: string, tokenFile: string])[] =>
  itemsOf(at(root(parse(readFileSync(file, 'utf8'), READING)), 'users')).flatMap((entry) => {
    const tokenFile = optional(stringAt, at(entry, 'user', 'tokenFile')) ?? ''
    if (tokenFile === '') return []
    return [[stringAt(at(entry, 'name')), path.resolve(path.dirname(file), tokenFile)]]
  })
