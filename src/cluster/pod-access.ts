import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Cluster, KubeConfig, User } from '@kubernetes/client-node'
import { tokenFiles, withTokenFile } from './token-file.ts'

/** Where a Pod finds its ServiceAccount (client-go rest/config.go, InClusterConfig). */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The ServiceAccount of the Pod that Slackwater runs in, for requests to its cluster. The library knows it too, but to
 * load the library takes longer than everything else at the start of a Pod.
 */
export class PodAccess {
  readonly #cluster: Cluster
  readonly #user: User
  readonly #caFile: string
  readonly #tokens = tokenFiles()

  constructor(server: string, folder = SERVICE_ACCOUNT) {
    this.#caFile = path.join(folder, 'ca.crt')
    this.#cluster = { name: 'in-cluster', server, skipTLSVerify: false }
    this.#user = withTokenFile({ name: 'service-account' }, path.join(folder, 'token'))
  }

  getCurrentCluster(): Cluster {
    return this.#cluster
  }

  getCurrentUser(): User {
    return this.#user
  }

  /** Reads both files as often as the library does: the CA for each request, since it may change. */
  async applyToHTTPSOptions(options: Parameters<KubeConfig['applyToHTTPSOptions']>[0]): Promise<void> {
    options.ca = readFileSync(this.#caFile)
    await this.#tokens.applyAuthentication(this.#user, options)
  }

  /** The same, without the token that was read so far. */
  renewed(): PodAccess {
    return new PodAccess(this.#cluster.server, path.dirname(this.#caFile))
  }
}

/** @returns undefined if there is a kubeconfig, which comes first, or no ServiceAccount. */
export function podAccess(folder = SERVICE_ACCOUNT): PodAccess | undefined {
  const {
    KUBECONFIG = '',
    HOME = '',
    KUBERNETES_SERVICE_HOST: host,
    KUBERNETES_SERVICE_PORT: port,
  } = process.env
  if (KUBECONFIG !== '' || process.platform === 'win32') return undefined
  if (HOME !== '' && existsSync(path.join(HOME, '.kube', 'config'))) return undefined
  if (!existsSync(path.join(folder, 'token')) || host === undefined || port === undefined) return undefined
  // The library takes these for ports without TLS.
  if (['80', '8080', '8001'].includes(port)) return undefined
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`
  return URL.canParse(server) ? new PodAccess(server, folder) : undefined
}
