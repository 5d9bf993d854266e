import { allowedChanges, type Decision, decide } from '../core/decision/decide.ts'
import type { Subject } from '../core/decision/subject.ts'
import { type Acceptance, acceptancesOf } from '../core/findings/acceptance.ts'
import { missingGates } from '../core/gates/missing-gates.ts'
import type { Change } from '../core/injection/desired.ts'
import { type InventoryView, isInDoubt, type Selection } from '../core/inventory/inventory.ts'
import type { Exposure } from '../core/model/exposure.ts'
import type { Settings } from '../core/model/settings.ts'
import type { Labels, WorkloadSummary } from '../core/model/workload.ts'
import { at, root, ShapeError } from '../kubernetes/json.ts'
import { operationsFor, type PatchOperation, TEMPLATE_PATH } from '../kubernetes/patch.ts'
import { prove } from '../kubernetes/proof.ts'
import { type AssessedObject, type ReadSubject, readSubject } from './subject.ts'
import { keepingRecord } from './template-change.ts'

/** The result of assessing one object. */
export type Assessment =
  | {
      readonly readable: true
      readonly decision: Decision
      /** The patch to send or write: proven valid, and empty if the mode allows no change. */
      readonly operations: readonly PatchOperation[]
      /** The patch for all of the decision's changes, as if the mode were not dry-run. Proven valid too. */
      readonly proposed: readonly PatchOperation[]
      /** Labels and annotations with unusable values, and a patch that could not be proven valid. */
      readonly warnings: readonly string[]
      /** Findings that users accept: the workload's own first, then its namespace's, then the installation's. */
      readonly acceptances: readonly Acceptance[]
      /** Why the patch was held back: the patched object would be invalid. */
      readonly unproven?: string
    }
  | {
      readonly readable: false
      readonly problem: string
      /** Where in the object, key by key. */
      readonly field: readonly (string | number)[]
    }

/** An object that could be read. */
export type ReadableAssessment = Extract<Assessment, { readonly readable: true }>

export interface Knowledge {
  readonly inventory: InventoryView
  readonly settings: Settings
}

/** Decides on one object and proves the patch. The webhook, the plan and the reports all use this function. */
export const assess = (object: AssessedObject, knowledge: Knowledge): Assessment =>
  assessSubject(object, () => readSubject(object, knowledge.inventory), knowledge)

/**
 * Like `assess`, for a caller that reads the object itself.
 * @param read may throw a ShapeError.
 */
export function assessSubject(
  object: AssessedObject,
  read: () => ReadSubject,
  knowledge: Knowledge,
): Assessment {
  try {
    return assessReadable(object, read(), knowledge)
  } catch (error) {
    if (error instanceof ShapeError) return { readable: false, problem: error.message, field: error.keys }
    throw error
  }
}

/**
 * The decision of `assess` alone: no patch is made, and none is proven. For whoever sends none, and looks at each Pod of a
 * cluster: a report, and what follows departures.
 */
export function decisionOn(object: AssessedObject, knowledge: Knowledge): Decided {
  try {
    return { readable: true, decision: decided(readSubject(object, knowledge.inventory), knowledge) }
  } catch (error) {
    if (error instanceof ShapeError) return { readable: false, problem: error.message, field: error.keys }
    throw error
  }
}

type Decided = Pick<ReadableAssessment, 'readable' | 'decision'> | Exclude<Assessment, ReadableAssessment>

function decided({ subject }: ReadSubject, knowledge: Knowledge): Decision {
  const { exposures } = knowledge.inventory.exposuresOf(selectionOf(subject))
  const gates = gatesFor(subject, exposures, knowledge)
  const ready = gates === undefined ? subject : { ...subject, missingGates: gates }
  return decide(ready, exposures, knowledge.settings)
}

function assessReadable(object: AssessedObject, read: ReadSubject, knowledge: Knowledge): Assessment {
  const { acceptances, warnings } = read
  const decision = decided(read, knowledge)
  const allowed = allowedChanges(decision)
  const wanted = proven(object, decision, allowed)
  // The repair is sent even if the rest cannot be proven: without it the API server would reject the request.
  const sent =
    wanted.problem === undefined ? wanted : { ...wanted, ...proven(object, decision, decision.repair) }
  const proposed = allowed === decision.changes ? sent : proven(object, decision, decision.changes)
  const unproven = sent.problem ?? proposed.problem
  const own = [...decision.mode.warnings, ...warnings]
  const assessment: ReadableAssessment = {
    readable: true,
    decision,
    operations: sent.operations,
    proposed: proposed.operations,
    acceptances: [...acceptances, ...acceptancesOf(knowledge.settings.accept)],
    warnings: own,
  }
  if (unproven === undefined) return assessment
  const rejected = `not changed, the API server would reject the result: ${unproven}`
  return { ...assessment, warnings: [...own, rejected], unproven }
}

/** What is needed of a subject to find what sends to it. */
interface Selected extends Pick<Subject, 'what' | 'ref'> {
  readonly template: { readonly labels: Labels }
  readonly workload?: Pick<WorkloadSummary, 'ref' | 'changingLabels'>
}

/**
 * A Pod is matched like the template of its workload: at its creation the Services of an Argo Rollout still select the
 * Pods before it. Only a Pod of an unknown workload is matched exactly.
 */
export function selectionOf({ what, ref, template, workload }: Selected): Selection {
  const { namespace } = ref
  const { labels } = template
  if (workload === undefined) return { namespace, labels, matching: what === 'pod' ? 'pod' : 'template' }
  const selection = { namespace, labels, matching: 'template', workload: workload.ref } as const
  const { changingLabels } = workload
  return changingLabels === undefined ? selection : { ...selection, changingLabels }
}

/** The gates to write into a new Pod; undefined: none. */
function gatesFor(
  { what, change, ref, template }: Subject,
  exposures: readonly Exposure[],
  { inventory, settings }: Knowledge,
): readonly string[] | undefined {
  if (settings.gateWhenControllerDown === 'off' || what !== 'pod' || change !== 'new') return undefined
  const { objects } = inventory
  const state = inventory.lbc?.()
  if (objects === undefined || state === undefined || isInDoubt(inventory)) return undefined
  const { labels, readinessGates } = template
  const namespace = inventory.namespace(ref.namespace)
  return missingGates({ labels, readinessGates, namespace, exposures }, { state, objects })
}

interface Proven {
  readonly operations: readonly PatchOperation[]
  readonly problem?: string
}

function proven(object: AssessedObject, { subject }: Decision, wanted: readonly Change[]): Proven {
  const { what, raw } = object
  const changes = withoutIdleRollout(object, subject, wanted)
  if (changes.length === 0) return { operations: [] }
  const operations = operationsFor(changes, subject.template, TEMPLATE_PATH[what])
  const proof = prove(raw, operations, TEMPLATE_PATH[what])
  return proof.proven ? { operations } : { operations: [], problem: proof.problem }
}

function withoutIdleRollout(
  { what, raw, stored: rawStored }: AssessedObject,
  { template, stored }: Subject,
  changes: readonly Change[],
): readonly Change[] {
  if (stored === undefined || what === 'pod') return changes
  const viewOf = (workload: unknown) => at(root(workload), 'spec', 'template').value
  return keepingRecord(changes, { raw: viewOf(raw), template }, { raw: viewOf(rawStored), template: stored })
}
