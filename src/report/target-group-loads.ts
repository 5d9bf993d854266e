import { DEFAULT_TERMS } from '../core/budget/terms.ts'
import type { Decision } from '../core/decision/decide.ts'
import { leastController } from '../core/discovery/lbc/throttle.ts'
import type { LbcState } from '../core/discovery/objects/lbc-state.ts'
import type { InventoryView } from '../core/inventory/inventory.ts'
import type { Exposure } from '../core/model/exposure.ts'
import type { Settings } from '../core/model/settings.ts'
import { given } from '../kubernetes/json.ts'
import type { PodStatus } from '../kubernetes/pod-status.ts'
import type { DeregistrationsEntry, LbcEntry } from './lbc-schema.ts'

/**
 * Pairs of a node and a target group that are counted: 1,000 nodes whose Pods stand behind 200 target groups each. A
 * choice: whatever one tenant creates, the report's memory stays bounded, and the count is then too low.
 */
const MOST_PAIRS = 200_000

/**
 * How many target groups may lose a Pod at once: AWS Load Balancer Controller makes one DeregisterTargets call for each.
 * Counted while workloads and Pods are read. Only its own target groups with ip targets; EKS Auto Mode's limits are unknown.
 */
export class TargetGroupLoads {
  /** The namespace of each target group, by its id. */
  readonly #namespaces = new Map<string, string>()
  readonly #ofNode = new Map<string, Set<string>>()
  #pairs = 0

  add(exposures: readonly Exposure[]): void {
    for (const { id, service } of exposures.filter(isDeregistered))
      this.#namespaces.set(id, service.namespace)
  }

  /** A Pod that a drain evicts, and that is registered: DaemonSets stay, and what is not ready is no target. */
  addPod({ subject, exposures }: Decision, { node, isReady }: PodStatus): void {
    this.add(exposures)
    if (node === undefined || !isReady || subject.mirror) return
    if ((subject.owner ?? subject.workload?.ref)?.kind === 'DaemonSet') return
    const known = this.#ofNode.get(node) ?? new Set()
    const before = known.size
    for (const { id } of exposures.filter(isDeregistered))
      if (this.#pairs + known.size - before < MOST_PAIRS) known.add(id)
    this.#pairs += known.size - before
    if (known.size > 0) this.#ofNode.set(node, known)
  }

  /**
   * The controller's entry with them.
   * @param isWhole whether the whole cluster was read: a part of it is no measure of the load.
   */
  onto(
    entry: LbcEntry | undefined,
    {
      inventory,
      settings,
      isWhole,
    }: { readonly inventory: InventoryView; readonly settings: Settings; readonly isWhole: boolean },
  ): LbcEntry | undefined {
    const state = inventory.lbc?.()
    if (entry === undefined || state === undefined || !isWhole) return entry
    return { ...entry, ...given('deregistrations', this.#entry(state, settings)) }
  }

  /** Undefined: nothing can be said, or there is no such target group. */
  #entry({ callLimits, workers }: LbcState, { terms, accept }: Settings): DeregistrationsEntry | undefined {
    const { value: limits, origin } = callLimits
    const targetGroups = this.#namespaces.size
    if (limits === undefined || targetGroups === 0) return undefined
    const node = this.#busiest()
    return {
      targetGroups,
      controllerSeconds: leastController(limits, targetGroups),
      ...given('node', node && { ...node, controllerSeconds: leastController(limits, node.targetGroups) }),
      budgeted: terms.controllerSeconds ?? DEFAULT_TERMS.controller,
      limits: [...limits],
      source: origin.source,
      workers: workers.value,
      ...given('accepted', accept['controller-slow']),
    }
  }

  /** Of equally many, the first by name. */
  #busiest() {
    const [first] = [...this.#ofNode].sort(
      ([a, some], [b, others]) => others.size - some.size || (a < b ? -1 : 1),
    )
    if (first === undefined) return undefined
    const [name, ids] = first
    const byNamespace = Map.groupBy(ids, (id) => this.#namespaces.get(id) ?? '')
    const [most] = [...byNamespace].sort(([, some], [, others]) => others.length - some.length)
    const [namespace = '', own = []] = most ?? []
    return { name, targetGroups: ids.size, namespace, ofNamespace: own.length }
  }
}

const isDeregistered = ({ controller, targetType }: Exposure): boolean =>
  controller === 'lbc' && targetType.value === 'ip'
