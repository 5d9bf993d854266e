import { othersFirst } from '../cluster/slices.ts'
import { type AdoptionContext, type AdoptionVerdict, adoptionOf } from '../core/adoption/adoption.ts'
import { adoptionContext } from '../core/adoption/context.ts'
import type { LiveView } from '../core/inventory/inventory.ts'
import type { AwsController } from '../core/model/exposure.ts'
import type { Settings } from '../core/model/settings.ts'
import type { LiveFacts, WorkloadSummary } from '../core/model/workload.ts'
import { traitsOf } from '../core/model/workload-kind.ts'

/** What decides about late exposure. */
export interface CaseContext {
  readonly inventory: LiveView
  readonly settings: Settings
  /** Whether the controller's readiness-gate label is set on a namespace, or will not be set. */
  readonly gateSettled: (namespace: string, controller: AwsController) => boolean
  /** Namespaces never touched, in addition to those in the settings: the load balancer controller's own. */
  readonly furtherNamespaces: () => readonly string[]
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** A workload that is exposed and lacks a hook. */
export interface Case {
  readonly workload: WorkloadSummary
  readonly live: LiveFacts
  readonly context: AdoptionContext
  readonly verdict: AdoptionVerdict
}

/** All cases in the inventory. */
export async function unhookedCases(surroundings: CaseContext): Promise<readonly Case[]> {
  const found: Case[] = []
  for (const workload of [...surroundings.inventory.workloads()]) {
    found.push(...(await othersFirst(() => caseOf(workload, surroundings))))
  }
  return found
}

/** The case of a workload; none if late exposure does not concern it. */
export function caseOf(workload: WorkloadSummary, surroundings: CaseContext): readonly Case[] {
  const { live } = workload
  if (live?.unhooked !== true || live.adopted || traitsOf(workload.ref.kind)?.isAdoptable !== true) return []
  const { furtherNamespaces, clock, ...knowledge } = surroundings
  const further = { furtherNamespaces: furtherNamespaces(), now: clock() }
  const context = adoptionContext(workload, { ...knowledge, ...further })
  const verdict = adoptionOf(workload, context)
  return verdict.kind === 'not-exposed' ? [] : [{ workload, live, context, verdict }]
}
