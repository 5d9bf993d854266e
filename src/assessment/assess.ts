import { allowedChanges, type Decision, decide } from '../core/decision/decide.ts'
import type { Subject } from '../core/decision/subject.ts'
import type { Change } from '../core/injection/desired.ts'
import type { InventoryView } from '../core/inventory/inventory.ts'
import type { Settings } from '../core/model/settings.ts'
import { at, given, root, ShapeError } from '../kubernetes/json.ts'
import { operationsFor, type PatchOperation, TEMPLATE_PATH } from '../kubernetes/patch.ts'
import { prove } from '../kubernetes/proof.ts'
import { type AssessedObject, type ReadSubject, readSubject } from './subject.ts'
import { keepingRecord } from './template-change.ts'

/** One object, decided on. */
export type Assessment =
  | {
      readonly readable: true
      readonly decision: Decision
      /** What is to be sent or written: proven, and empty where the mode allows nothing. */
      readonly operations: readonly PatchOperation[]
      /** What would be done in mode enforce, whatever the mode is: proven too. */
      readonly proposed: readonly PatchOperation[]
      /** Labels and annotations that could not be used, and a patch that could not be proven. */
      readonly warnings: readonly string[]
      /** Why the patch was held back: it would not have given a valid object. */
      readonly unproven?: string
    }
  | { readonly readable: false; readonly problem: string }

/** An object that could be read. */
export type ReadableAssessment = Extract<Assessment, { readonly readable: true }>

export interface Knowledge {
  readonly inventory: InventoryView
  readonly settings: Settings
}

/**
 * Decides on one object and proves the patch: the one way from JSON to a change, for the webhook, the plan and
 * the reports alike.
 */
export const assess = (object: AssessedObject, knowledge: Knowledge): Assessment =>
  assessSubject(object, () => readSubject(object, knowledge.inventory), knowledge)

/**
 * Decides on an object as it is read by the caller.
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
    if (error instanceof ShapeError) return { readable: false, problem: error.message }
    throw error
  }
}

function assessReadable(
  object: AssessedObject,
  { subject, warnings }: ReadSubject,
  { inventory, settings }: Knowledge,
): Assessment {
  const { template, ref } = subject
  const matching = subject.what === 'pod' ? 'pod' : 'template'
  const discovered = inventory.exposuresOf({
    namespace: ref.namespace,
    labels: template.labels,
    matching,
    ...given('workload', subject.workload?.ref),
  })
  const decision = decide(subject, discovered.exposures, settings)
  const allowed = allowedChanges(decision)
  const wanted = proven(object, decision, allowed)
  // A repair is owed even where the rest cannot be proven: without it the user would be refused.
  const sent =
    wanted.problem === undefined ? wanted : { ...wanted, ...proven(object, decision, decision.repair) }
  const proposed = allowed === decision.changes ? sent : proven(object, decision, decision.changes)
  const unproven = sent.problem ?? proposed.problem
  return {
    readable: true,
    decision,
    operations: sent.operations,
    proposed: proposed.operations,
    warnings: [
      ...decision.mode.warnings,
      ...warnings,
      ...(unproven === undefined ? [] : [`not changed, the API server would reject the result: ${unproven}`]),
    ],
    ...given('unproven', unproven),
  }
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
