import type { KubeConfig } from '@kubernetes/client-node'
import type { ClusterChoice, Loaded } from './kube-config.ts'
import { PodAccess, podAccess } from './pod-access.ts'

/** An API server, and the credentials for it. */
export type Access = KubeConfig | PodAccess

/** As `loadKubeConfig`. In a Pod without a kubeconfig, the library is not loaded. */
export async function loadAccess(choice: ClusterChoice, advice: string): Promise<Loaded<Access>> {
  const pod = choice.kubeconfig === undefined && choice.context === undefined ? podAccess() : undefined
  if (pod !== undefined) return { ok: true, config: pod, server: pod.getCurrentCluster().server, inPod: true }
  const { loadKubeConfig } = await import('./kube-config.ts')
  return loadKubeConfig(choice, advice)
}

/** The same cluster and user, without the credentials obtained so far. */
export async function renewed(access: Access): Promise<Access> {
  if (access instanceof PodAccess) return access.renewed()
  const { withoutCredentials } = await import('./kube-config.ts')
  return withoutCredentials(access)
}
