import { performance } from 'node:perf_hooks'
import type { Settings } from '../core/model/settings.ts'
import { apiServerOf } from './api-server.ts'
import { type ClusterChoice, loadKubeConfig } from './kube-config.ts'
import { createLiveInventory, type Listener, type LiveInventory } from './live-inventory.ts'
import { TIMING } from './reflector.ts'

export type Followed =
  | { readonly ok: true; readonly live: LiveInventory; readonly server: string }
  | { readonly ok: false; readonly problem: string }

/** The cluster that a kubeconfig, or the Pod that we run in, leads to. Nothing is asked of it yet. */
export function followCluster(
  choice: ClusterChoice,
  { settings, ...listener }: Listener & { readonly settings: Settings },
): Followed {
  const loaded = loadKubeConfig(choice)
  if (!loaded.ok) return loaded
  const live = createLiveInventory({
    api: apiServerOf(loaded.config),
    settings,
    timing: TIMING,
    now: () => performance.now(),
    random: Math.random,
    listener,
  })
  return { ok: true, live, server: loaded.server }
}
