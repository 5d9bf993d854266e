import type { Logger } from 'pino'
import type { ApiServer } from '../cluster/api-server.ts'
import { type InventoryView, isInDoubt, type LiveView } from '../core/inventory/inventory.ts'
import type { Settings } from '../core/model/settings.ts'
import type { FilesView } from '../inventory/varied.ts'
import type { ManifestObject } from '../manifests/manifest-object.ts'
import { SYSTEM_CLOCK } from '../pacing/clock.ts'
import type { Terminal } from '../render/terminal.ts'
import type { Part } from '../server/health.ts'
import type { WatchAge } from '../server/metrics.ts'
import { clusterFailures } from './cluster-failures.ts'

/** The data that answers are based on. */
export interface KnowledgeSource {
  readonly inventory: InventoryView
  /** The API server of the followed cluster; absent with manifests. */
  readonly api?: ApiServer
  /** The live view of that cluster; absent with manifests. */
  readonly live?: LiveView
  /** The manifests, if there is no cluster. */
  readonly files?: KnownFiles
  /** Whether it is the cluster that this process runs in, found through the Pod's ServiceAccount. */
  readonly inPod: boolean
  /** Conditions for readiness. */
  readonly parts: readonly Part[]
  readonly ages: () => readonly WatchAge[]
  /** Keeps the data up to date until aborted. */
  readonly follow: (signal: AbortSignal) => Promise<void>
}

export interface KnownFiles {
  readonly inventory: FilesView
  /** As given on the command line. */
  readonly paths: readonly string[]
  readonly objects: readonly ManifestObject[]
  /** For objects that name none. */
  readonly namespace: string
}

interface KnowledgeOptions {
  readonly manifests?: readonly string[]
  readonly kubeconfig?: string
  readonly context?: string
  readonly namespace: string
  readonly assumeDefaultClass?: string
}

interface KnowledgeQuery {
  readonly options: KnowledgeOptions
  readonly settings: Settings
  readonly log: Logger
}

type KnowledgeOutcome =
  | { readonly ok: true; readonly source: KnowledgeSource }
  | { readonly ok: false; readonly problems: readonly string[] }

/** From the given files; otherwise from the cluster. */
export const knowledgeOf = (query: KnowledgeQuery, terminal: Terminal): Promise<KnowledgeOutcome> => {
  const { manifests } = query.options
  return manifests === undefined ? fromCluster(query) : fromFiles(manifests, query, terminal)
}

/** What reads manifests is loaded here only: a cluster does not need it. */
async function fromFiles(
  paths: readonly string[],
  { options, settings }: KnowledgeQuery,
  { readStdin }: Terminal,
): Promise<KnowledgeOutcome> {
  const { filesRead } = await import('./files-read.ts')
  const { namespace, assumeDefaultClass: assumedDefaultClass } = options
  const now = SYSTEM_CLOCK.date().getTime()
  const read = await filesRead(paths, { settings, namespace, assumedDefaultClass, now, readStdin })
  const { inventory, objects, problems } = read
  // A server with only half of its manifests would answer wrongly, and no user would notice.
  if (problems.length > 0) return { ok: false, problems }
  const files = { inventory, paths, objects, namespace }
  const still = { inPod: false, parts: [], ages: () => [], follow: () => Promise.resolve() }
  return { ok: true, source: { inventory, files, ...still } }
}

/** What follows a cluster is loaded here only: manifests do not need it. */
async function fromCluster({ options, settings, log }: KnowledgeQuery): Promise<KnowledgeOutcome> {
  const { followCluster } = await import('../cluster/follow-cluster.ts')
  const failures = clusterFailures({ log, server: () => address, now: SYSTEM_CLOCK.now })
  let address = ''
  const followed = await followCluster(options, {
    settings,
    onFailure: failures.onFailure,
    onUnreadable: (problem) => log.warn({ problem }, 'skipping unreadable object'),
  })
  if (!followed.ok) return { ok: false, problems: [followed.problem] }
  const { live, api, server, inPod } = followed
  address = server
  log.info({ server }, 'watching the cluster')
  const { view, ages, run } = live
  const isFresh = () => !isInDoubt(view)
  const parts: readonly Part[] = [
    ...live.resources.map((name) => ({
      name,
      isReady: () => !live.missing().includes(name),
      problem: failures.problem,
    })),
    { name: 'inventory-fresh', isReady: isFresh, problem: failures.problem },
  ]
  return { ok: true, source: { inventory: view, api, live: view, inPod, parts, ages, follow: run } }
}
