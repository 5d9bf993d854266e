import { createInventory, type Inventory } from '../core/inventory/create-inventory.ts'
import { type Discovered, isInDoubt, type LiveView } from '../core/inventory/inventory.ts'
import type { Settings } from '../core/model/settings.ts'
import type { Steps } from '../core/model/steps.ts'
import type { ApiServer } from './api-server.ts'
import { Arrivals } from './arrivals.ts'
import { InventorySink } from './inventory-sink.ts'
import { followObserved } from './observed.ts'
import { createReflector, type Reflector, type Timing } from './reflector.ts'
import { RESOURCES, resourceName } from './resources.ts'
import { inSlices } from './slices.ts'

/** An inventory that follows a cluster. */
export interface LiveInventory {
  readonly view: LiveView
  /** Every followed resource that decisions depend on, as kubectl names it. */
  readonly resources: readonly string[]
  /** Those of them whose first list has not ended. Custom resources that are not installed do not count. */
  missing(): readonly string[]
  /** Seconds since the API server last confirmed a resource's copy, for each resource that decisions depend on. */
  ages(): readonly ResourceAge[]
  /** Follows the cluster until aborted. */
  run(signal: AbortSignal): Promise<void>
}

export interface ResourceAge {
  readonly resource: string
  readonly seconds: number
}

/** Problems for the log. */
export interface FollowerLog {
  /** A list or a watch failed and will be retried. */
  readonly onFailure: (resource: string, error: unknown) => void
  /** An object does not have the shape of its kind and is skipped. */
  readonly onUnreadable: (problem: string) => void
}

interface LiveOptions {
  readonly api: ApiServer
  readonly settings: Settings
  readonly timing: Timing
  /** Monotonic, milliseconds. */
  readonly now: () => number
  readonly date: () => Date
  readonly random: () => number
  readonly listener: FollowerLog
}

/**
 * Maximum age of the copy of a resource. The API server sends a bookmark about every minute; if three are missing,
 * the copy counts as stale. Seconds.
 */
export const LONGEST_AGE = 180

/** Follows every resource that discovery reads; empty until it runs. */
export function createLiveInventory(options: LiveOptions): LiveInventory {
  const { api, timing, now, random, listener } = options
  const inventory = createInventory({ ...options.settings, fromFiles: false })
  const arrivals = new Arrivals(now)
  const onPhase = (): void => {
    if (missing().length > 0) return
    void inSlices(arrivals.markingOf(inventory.exposures())).catch((error: unknown) =>
      listener.onFailure('exposures', error),
    )
  }
  const followed = RESOURCES.map((resource) => ({
    resource,
    reflector: createReflector({
      api,
      resource,
      sink: new InventorySink({ inventory, arrivals, resource, listener }),
      timing,
      now,
      random,
      onFailure: (failed, error) => listener.onFailure(resourceName(failed), error),
      onPhase,
    }),
  }))
  const decisive = followed.filter(({ resource }) => resource.isOnlyShown !== true)
  const missing = (): readonly string[] =>
    decisive.filter(isStarting).map(({ resource }) => resourceName(resource))
  const ages = (): readonly ResourceAge[] =>
    decisive
      .filter(({ reflector }) => reflector.state().phase === 'following')
      .map(({ resource, reflector }) => ({
        resource: resourceName(resource),
        seconds: (now() - reflector.state().contact) / 1000,
      }))
  return {
    resources: decisive.map(({ resource }) => resourceName(resource)),
    view: doubtful(inventory, arrivals, () => doubtOf(missing(), ages())),
    missing,
    ages,
    run: async (signal) => {
      const { ownNamespace: namespace } = options.settings
      const observed = followObserved({ ...options, inventory, namespace }, signal)
      await Promise.all([observed, ...followed.map(({ reflector }) => reflector.run(signal))])
    },
  }
}

/** Recorded work stays; nothing new is injected based on a copy that is incomplete or stale. */
function doubtOf(missing: readonly string[], ages: readonly ResourceAge[]): string | undefined {
  if (missing.length > 0) return `${missing.join(', ')} not yet read from the cluster`
  const [oldest] = [...ages].sort((a, b) => b.seconds - a.seconds)
  if (oldest === undefined || oldest.seconds <= LONGEST_AGE) return undefined
  return `${oldest.resource} not up to date for ${Math.round(oldest.seconds)} s`
}

const NOTHING_KNOWN: Discovered = { exposures: [] }

// biome-ignore lint/correctness/useYield: nothing takes no steps.
function* none(): Steps<readonly never[]> {
  return []
}

function* nothing(): Steps<void> {}

const doubtful = (inventory: Inventory, arrivals: Arrivals, doubt: () => string | undefined): LiveView => ({
  doubt,
  exposuresOf: (selection) => (isInDoubt({ doubt }) ? NOTHING_KNOWN : inventory.exposuresOf(selection)),
  readInSteps: (selection) => (isInDoubt({ doubt }) ? nothing() : inventory.readInSteps(selection)),
  namespace: (name) => inventory.namespace(name),
  workload: (ref) => inventory.workload(ref),
  workloads: () => inventory.workloads(),
  autoscaled: (workload) => inventory.autoscaled(workload),
  noticesAbout: (selection) => inventory.noticesAbout(selection),
  exposedNamespaces: () => (isInDoubt({ doubt }) ? none() : inventory.exposedNamespacesInSteps()),
  passedOver: () => inventory.passedOver(),
  namespaces: () => inventory.namespaces(),
  gatedPeers: (namespace, controller) => inventory.gatedPeers(namespace, controller),
  lbc: () => inventory.lbc(),
  revision: () => inventory.revision(),
  objects: inventory.objects,
  progressOf: (exposure) => inventory.progressOf(exposure, (object) => arrivals.cameNow(object)),
  isFromStart: (exposure) => arrivals.isMarked(exposure),
})

const isStarting = ({ reflector }: { readonly reflector: Reflector }): boolean =>
  reflector.state().phase === 'starting'
