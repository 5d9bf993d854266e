import { performance } from 'node:perf_hooks'
import type { Settings } from '../core/model/settings.ts'
import { loadAccess } from './access.ts'
import { type ApiServer, apiServerOf } from './api-server.ts'
import type { ClusterChoice } from './kube-config.ts'
import { createLiveInventory, type FollowerLog, type LiveInventory } from './live-inventory.ts'
import { TIMING } from './reflector.ts'

type Followed =
  | {
      readonly ok: true
      readonly live: LiveInventory
      readonly api: ApiServer
      readonly server: string
      readonly inPod: boolean
    }
  | { readonly ok: false; readonly problem: string }

const ADVICE =
  'give --kubeconfig, set KUBECONFIG, or run in a Pod with a ServiceAccount; --manifests answers from files instead'

/** Follows the cluster of a kubeconfig, or of the Pod that Slackwater runs in. Sends no request yet. */
export async function followCluster(
  choice: ClusterChoice,
  { settings, ...listener }: FollowerLog & { readonly settings: Settings },
): Promise<Followed> {
  const loaded = await loadAccess(choice, ADVICE)
  if (!loaded.ok) return loaded
  const api = apiServerOf(loaded.config)
  const live = createLiveInventory({
    api,
    settings,
    timing: TIMING,
    now: () => performance.now(),
    date: () => new Date(),
    random: Math.random,
    listener,
  })
  return { ok: true, live, api, server: loaded.server, inPod: loaded.inPod }
}
