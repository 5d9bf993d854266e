import type { ObjectView } from '../discovery/objects/view.ts'
import type { AwsController } from '../model/exposure.ts'
import { compareRefs, keyOf, type ObjectRef } from '../model/object-ref.ts'
import { type Autoscaled, mostReplicas } from '../model/replicas.ts'
import type { Governed, WorkloadSummary } from '../model/workload.ts'
import type { GatedPeers, InventoryView, Selection } from './inventory.ts'
import { matches } from './matching.ts'

/** A StatefulSet that names its governing Service. */
type GovernedWorkload = WorkloadSummary & { readonly governed: Governed }

/** The StatefulSets of each namespace, and the last answer about each, until something changes. */
export class GovernedWorkloads {
  readonly #byNamespace = new Map<string, Map<string, GovernedWorkload>>()
  readonly #answers = new Map<string, { readonly asOf: string; readonly found: GatedPeers | undefined }>()
  #version = 0

  put(summary: WorkloadSummary): void {
    const { ref } = summary
    if (isGoverned(summary)) this.#keep(summary)
    else this.remove(ref)
  }

  #keep(summary: GovernedWorkload): void {
    const { ref } = summary
    const own = this.#byNamespace.get(ref.namespace) ?? new Map<string, GovernedWorkload>()
    this.#byNamespace.set(ref.namespace, own.set(keyOf(ref), summary))
    this.#version += 1
  }

  remove(ref: ObjectRef): void {
    const own = this.#byNamespace.get(ref.namespace)
    if (own?.delete(keyOf(ref)) !== true) return
    this.#version += 1
    if (own.size > 0) return
    this.#byNamespace.delete(ref.namespace)
    for (const key of [...this.#answers.keys()])
      if (key.startsWith(`${ref.namespace}\0`)) this.#answers.delete(key)
  }

  /** @param clock differs after every change of what `around` answers. */
  answer(
    [namespace, controller]: readonly [namespace: string, controller: AwsController],
    clock: number,
    around: Around,
  ): GatedPeers | undefined {
    const own = this.#byNamespace.get(namespace)
    if (own === undefined) return undefined
    const key = `${namespace}\0${controller}`
    const asOf = `${clock} ${this.#version}`
    const known = this.#answers.get(key)
    if (known?.asOf === asOf) return known.found
    const sorted = [...own.values()].sort((a, b) => compareRefs(a.ref, b.ref))
    const found = firstGatedPeers(sorted, controller, around)
    this.#answers.set(key, { asOf, found })
    return found
  }

  get size(): number {
    return [...this.#byNamespace.values()].reduce((sum, { size }) => sum + size, 0)
  }
}

const isGoverned = (summary: WorkloadSummary): summary is GovernedWorkload => summary.governed !== undefined

interface Around extends Pick<InventoryView, 'exposuresOf' | 'autoscaled'> {
  readonly objects: ObjectView
}

/**
 * The first StatefulSet, by name, whose Pods a readiness gate of this controller would keep from finding each other
 * (bitnami/charts#30392). With `OrderedReady` even the second Pod is created only once the first is ready.
 */
function firstGatedPeers(
  governed: readonly GovernedWorkload[],
  controller: AwsController,
  around: Around,
): GatedPeers | undefined {
  for (const workload of governed) {
    const service = peerServiceOf(workload, around)
    if (service !== undefined && isGated(workload, controller, around))
      return { workload: workload.ref, service }
  }
  return undefined
}

/**
 * The governing Service, if peers reach a Pod through it only once the Pod is ready. It need not be headless: some charts
 * name the load balancer's own Service. One that is absent, or selects other Pods, leads to no peer.
 */
function peerServiceOf(workload: GovernedWorkload, around: Around): ObjectRef | undefined {
  const { ref, governed } = workload
  const scaled = { ...workload, ...definedAutoscaled(around.autoscaled(ref)) }
  if (mostReplicas(scaled) === 1) return undefined
  const service = around.objects.find('Service', {
    kind: 'Service',
    namespace: ref.namespace,
    name: governed.service,
  })
  if (service === undefined || service.type === 'ExternalName' || service.publishNotReadyAddresses)
    return undefined
  return matches(service.selector, selectionOf(workload)) ? service.ref : undefined
}

const definedAutoscaled = (autoscaled: Autoscaled | undefined) =>
  autoscaled === undefined ? {} : { autoscaled }

const isGated = (workload: GovernedWorkload, controller: AwsController, around: Around): boolean =>
  around
    .exposuresOf(selectionOf(workload))
    .exposures.some((exposure) => exposure.targetType.value === 'ip' && exposure.controller === controller)

const selectionOf = ({ ref, governed }: GovernedWorkload): Selection => ({
  namespace: ref.namespace,
  labels: governed.labels,
  matching: 'template',
  workload: ref,
})
