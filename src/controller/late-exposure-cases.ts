import { othersFirst } from '../cluster/slices.ts'
import { type AdoptionContext, type AdoptionVerdict, adoptionOf } from '../core/adoption/adoption.ts'
import { adoptionContext } from '../core/adoption/context.ts'
import type { LiveView } from '../core/inventory/inventory.ts'
import type { AwsController } from '../core/model/exposure.ts'
import type { Settings } from '../core/model/settings.ts'
import type { LiveFacts, WorkloadSummary } from '../core/model/workload.ts'
import { traitsOf } from '../core/model/workload-kind.ts'

/** What late exposure is judged by. */
export interface CaseContext {
  readonly inventory: LiveView
  readonly settings: Settings
  /** Whether the controller's readiness-gate label is set on a namespace, or is not going to be. */
  readonly gateSettled: (namespace: string, controller: AwsController) => boolean
  /** Namespaces that are never touched besides those of the settings: the load balancer controller's own. */
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

/** Every case there is. */
export async function unhookedCases(surroundings: CaseContext): Promise<readonly Case[]> {
  const found: Case[] = []
  for (const workload of [...surroundings.inventory.workloads()]) {
    found.push(...(await othersFirst(() => caseOf(workload, surroundings))))
  }
  return found
}

/** The case of one workload, or none. */
export function caseOf(workload: WorkloadSummary, surroundings: CaseContext): readonly Case[] {
  const { live } = workload
  if (live?.unhooked !== true || traitsOf(workload.ref.kind)?.isAdoptable !== true) return []
  const { furtherNamespaces, clock, ...knowledge } = surroundings
  const further = { furtherNamespaces: furtherNamespaces(), now: clock() }
  const context = adoptionContext(workload, { ...knowledge, ...further })
  const verdict = adoptionOf(workload, context)
  return verdict.kind === 'not-exposed' ? [] : [{ workload, live, context, verdict }]
}
