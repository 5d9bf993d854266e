import { KubeConfig } from '@kubernetes/client-node'

/** Where to find the cluster, as kubectl is told. */
export interface ClusterChoice {
  readonly kubeconfig?: string | undefined
  readonly context?: string | undefined
}

export type Loaded =
  | {
      readonly ok: true
      readonly config: KubeConfig
      readonly server: string
      /** By the ServiceAccount of the Pod that we run in, not by a kubeconfig. */
      readonly inPod: boolean
    }
  | { readonly ok: false; readonly problem: string }

/** As the library names what it makes of a ServiceAccount (client-node, config.ts loadFromCluster). */
const SERVICE_ACCOUNT_CONTEXT = 'inClusterContext'
const TOKEN_FILE = 'tokenFile'

/** What the library falls back to where it finds nothing. */
const NOWHERE = 'http://localhost:8080'

export const isOfPod = (config: KubeConfig): boolean =>
  config.getCurrentContext() === SERVICE_ACCOUNT_CONTEXT &&
  config.getCurrentUser()?.authProvider?.name === TOKEN_FILE

/** A file that was named; else KUBECONFIG, ~/.kube/config, or the ServiceAccount of the Pod that we run in. */
export function loadKubeConfig({ kubeconfig, context }: ClusterChoice): Loaded {
  const config = new KubeConfig()
  try {
    if (kubeconfig === undefined) config.loadFromDefault()
    else config.loadFromFile(kubeconfig)
  } catch (error) {
    return {
      ok: false,
      problem: `${kubeconfig ?? 'kubeconfig'}: ${error instanceof Error ? error.message : error}`,
    }
  }
  if (context !== undefined && config.getContextObject(context) === null) {
    const known = config.getContexts().map(({ name }) => name)
    return { ok: false, problem: `there is no context ${context}; there are ${known.join(', ') || 'none'}` }
  }
  if (context !== undefined) config.setCurrentContext(context)
  const server = config.getCurrentCluster()?.server
  if (server === undefined)
    return { ok: false, problem: 'the kubeconfig has no current context: give --context' }
  if (kubeconfig === undefined && server === NOWHERE) {
    const problem =
      'no cluster: give --kubeconfig or --manifests, set KUBECONFIG, or run in a Pod with a ServiceAccount'
    return { ok: false, problem }
  }
  return { ok: true, config, server, inPod: isOfPod(config) }
}
