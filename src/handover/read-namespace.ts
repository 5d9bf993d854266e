import type { Knowledge } from '../assessment/assess.ts'
import { viewOf } from '../audit/audit-cluster.ts'
import { fillInventory } from '../audit/fill-inventory.ts'
import { unknownWithout } from '../audit/unknown-without.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { patient } from '../cluster/patient.ts'
import { resourceName } from '../cluster/resources.ts'
import type { SelectingObject, SelectingService } from '../core/handover/leave-labels.ts'
import type { NetworkPolicyFacts } from '../core/handover/network-policies.ts'
import { createInventory } from '../core/inventory/create-inventory.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Settings } from '../core/model/settings.ts'
import {
  type ReplicaSetFacts,
  type RunningPod,
  toControlled,
  toReplicaSet,
  toRunningPod,
} from '../kubernetes/controlled.ts'
import { given, ShapeError } from '../kubernetes/json.ts'
import type { Resource } from '../kubernetes/kinds.ts'
import { toNetworkPolicy } from '../kubernetes/network-policy.ts'
import {
  type DisruptionBudgetState,
  toDisruptionBudgetState,
  toSelectingObject,
  toSelectingService,
} from '../kubernetes/selecting.ts'
import { listResource } from '../report/listing.ts'
import { NETWORK_POLICIES, POD_MONITORS, resourceOf } from './resources.ts'
import { deniedRights, type Right } from './rights.ts'

interface NamespaceInputs {
  readonly api: ApiServer
  readonly settings: Settings
  readonly namespace: string
  readonly signal: AbortSignal
  /** What is being done, a few words. */
  readonly onStep: (words: string) => void
}

/** A workload whose Pods a ReplicaSet makes, as the API server has it. */
export interface ListedWorkload {
  readonly ref: ObjectRef
  readonly uid: string
  /** Its controller is another workload, such as the Deployment of a ReplicaSet. */
  readonly owner?: { readonly kind: string; readonly name: string }
  readonly labels: Readonly<Record<string, string>>
  readonly isDeleting: boolean
  readonly raw: unknown
}

/** Everything in a namespace that a handover depends on, read once. */
export interface NamespaceReading {
  readonly namespace: string
  readonly knowledge: Knowledge
  readonly workloads: readonly ListedWorkload[]
  readonly replicaSets: readonly ReplicaSetFacts[]
  readonly pods: readonly RunningPod[]
  readonly services: readonly SelectingService[]
  readonly disruptionBudgets: readonly DisruptionBudgetState[]
  readonly monitors: readonly SelectingObject[]
  readonly policies: readonly NetworkPolicyFacts[]
  /** Of the rights that replacing a Pod needs; empty: none, or nobody could tell. */
  readonly denied: readonly Right[]
  /** Without these nothing can be planned: what could not be listed, and why. */
  readonly unread: readonly string[]
  /** What could not be read, and what is unknown because of it. */
  readonly cautions: readonly string[]
}

/** Reads the namespace with the caller's rights. @throws the signal's reason if it is aborted. */
export async function readNamespace(inputs: NamespaceInputs): Promise<NamespaceReading> {
  const { settings, namespace, signal, onStep } = inputs
  const api = patient(inputs.api)
  const inventory = createInventory({ ...settings, fromFiles: false })
  const onList = (part: string): void => onStep(`reading ${part}`)
  const { ownNamespace } = settings
  const filled = await fillInventory({
    ...{ api, inventory, namespace, ownNamespace, signal, onList },
    date: () => new Date(),
  })
  const lists = new Lists({ ...inputs, api })
  const workloads = [
    ...(await lists.needed(resourceOf('Deployment'), (raw) => workloadOf('Deployment', namespace, raw))),
    ...(await lists.needed(resourceOf('Rollout'), (raw) => workloadOf('Rollout', namespace, raw))),
  ]
  const replicaSets: ListedWorkload[] = []
  const sets = await lists.needed(resourceOf('ReplicaSet'), (raw) => {
    replicaSets.push(workloadOf('ReplicaSet', namespace, raw))
    return toReplicaSet(raw)
  })
  return {
    namespace,
    knowledge: { inventory: viewOf(inventory, filled), settings },
    workloads: [...workloads, ...replicaSets],
    replicaSets: sets,
    pods: await lists.needed(resourceOf('Pod'), toRunningPod),
    services: await lists.needed(resourceOf('Service'), toSelectingService),
    disruptionBudgets: await lists.wanted(
      resourceOf('PodDisruptionBudget'),
      toDisruptionBudgetState,
      NO_BUDGETS,
    ),
    monitors: await lists.wanted(POD_MONITORS, toSelectingObject),
    policies: await lists.ofAllNamespaces(NETWORK_POLICIES, toNetworkPolicy, NO_POLICIES),
    denied: await deniedRights({ api, namespace, signal }),
    unread: lists.unread,
    cautions: [...lists.cautions, ...filled.missing.map(missingText)],
  }
}

const NO_BUDGETS = 'their status may be wrong for minutes after labels of Pods have changed'
const NO_POLICIES = 'one that allows traffic by a label that is taken off would cut it'

function missingText({ part, problem }: { readonly part: string; readonly problem: string }): string {
  const unknown = unknownWithout(part)
  return `${part} could not be listed completely (${problem})${unknown === undefined ? '' : `: ${unknown}`}`
}

function workloadOf(name: string, namespace: string, raw: unknown): ListedWorkload {
  const controlled = toControlled(raw)
  return {
    ref: { kind: name, namespace, name: controlled.name },
    uid: controlled.uid,
    ...given('owner', controlled.controller),
    labels: controlled.labels,
    isDeleting: controlled.isDeleting,
    raw,
  }
}

/** Lists one resource after another; a list that fails is told. */
class Lists {
  readonly unread: string[] = []
  readonly cautions: string[] = []
  readonly #inputs: NamespaceInputs

  constructor(inputs: NamespaceInputs) {
    this.#inputs = inputs
  }

  /** Nothing can be planned without it. */
  async needed<T>(resource: Resource, read: (raw: unknown) => T | undefined): Promise<readonly T[]> {
    const { found, problem } = await this.#list(resource, read, this.#inputs.namespace)
    if (problem !== undefined) this.unread.push(`${resourceName(resource)} cannot be listed: ${problem}`)
    return found
  }

  /** @param unknown what is unknown without it; absent: nothing that matters. */
  async wanted<T>(
    resource: Resource,
    read: (raw: unknown) => T | undefined,
    unknown?: string,
  ): Promise<readonly T[]> {
    const { found, problem } = await this.#list(resource, read, this.#inputs.namespace)
    if (problem !== undefined && unknown !== undefined)
      this.cautions.push(`${resourceName(resource)} cannot be listed (${problem}): ${unknown}`)
    return found
  }

  /** Of its own namespace at least. */
  async ofAllNamespaces<T>(
    resource: Resource,
    read: (raw: unknown) => T,
    unknown: string,
  ): Promise<readonly T[]> {
    const all = await this.#list(resource, read)
    if (all.problem === undefined) return all.found
    const own = await this.#list(resource, read, this.#inputs.namespace)
    const which =
      own.problem === undefined ? `${resourceName(resource)} of other namespaces` : resourceName(resource)
    this.cautions.push(`${which} cannot be listed (${own.problem ?? all.problem}): ${unknown}`)
    return own.found
  }

  async #list<T>(resource: Resource, read: (raw: unknown) => T | undefined, namespace?: string) {
    const { api, signal, onStep } = this.#inputs
    onStep(`reading ${resourceName(resource)}`)
    const found: T[] = []
    const onObject = (raw: unknown): void => {
      try {
        const one = read(raw)
        if (one !== undefined) found.push(one)
      } catch (error) {
        if (!(error instanceof ShapeError)) throw error
        this.cautions.push(`a ${resource.kind} cannot be read and is left out: ${error.message}`)
      }
    }
    const problem = await listResource({ resource }, { api, namespace, signal, onObject })
    signal.throwIfAborted()
    return { found, problem }
  }
}
