import { aftermathOf } from '../assessment/aftermath.ts'
import { assess, type ReadableAssessment } from '../assessment/assess.ts'
import { noticesAbout } from '../assessment/notices-about.ts'
import type { Aftermath } from '../core/decision/aftermath.ts'
import type { Decision } from '../core/decision/decide.ts'
import { type RelatedObject, relatedTo } from '../core/discovery/objects/related.ts'
import { type Acceptance, unusedAccepts } from '../core/findings/acceptance.ts'
import type { FindingId } from '../core/findings/catalogue.ts'
import { type Change, changesTo } from '../core/injection/desired.ts'
import { ownedWorkIn } from '../core/injection/owned-work.ts'
import type { Notice } from '../core/model/notice.ts'
import type { Settings } from '../core/model/settings.ts'
import { isWorkloadInFile } from '../core/model/workload-kind.ts'
import { knownWith, shapeProblem } from '../inventory/from-manifests.ts'
import { isPart } from '../inventory/parts.ts'
import { isOneOf, variantsIn } from '../inventory/variants.ts'
import type { FilesView } from '../inventory/varied.ts'
import { operationsFor, type PatchOperation, TEMPLATE_PATH } from '../kubernetes/patch.ts'
import { removedWorkloadApi } from '../kubernetes/removed-api.ts'
import { groupOf } from '../kubernetes/workload.ts'
import { effective } from '../manifests/effective.ts'
import { fieldPositions } from '../manifests/field-position.ts'
import type { ManifestObject } from '../manifests/manifest-object.ts'
import type { Note, Problem } from '../manifests/position.ts'
import type { ManifestSet } from '../manifests/read.ts'
import { type PlannedNamespace, planNamespaces } from './namespaces.ts'
import { otherNamespaceNotes } from './other-namespace.ts'

/** The plan for a workload or a Pod of the manifests. */
export interface PlannedObject extends Aftermath {
  readonly manifest: ManifestObject
  readonly decision: Decision
  /** What the webhook would do on apply, including the record. */
  readonly operations: readonly PatchOperation[]
  /** What is written into a file that users commit: without the record. */
  readonly withoutRecord: readonly PatchOperation[]
  /** What the webhook would send in the mode that applies. */
  readonly sent: readonly PatchOperation[]
  readonly warnings: readonly string[]
  readonly acceptances: readonly Acceptance[]
  /** Ids that the object itself accepts, and that are not among its findings. */
  readonly unusedAccepts: readonly FindingId[]
  /** About the Services that select it, and the objects that refer to them: of those below, its own. */
  readonly notices: readonly Notice[]
  /** Other objects in the files about the workload: its autoscalers and PodDisruptionBudgets. */
  readonly related: readonly RelatedObject[]
}

/** What would change in some manifests, and why. */
export interface Plan {
  /** Every object that was read, in the order of the files. */
  readonly manifests: readonly ManifestObject[]
  readonly objects: readonly PlannedObject[]
  readonly namespaces: readonly PlannedNamespace[]
  /** Notices of discovery about other objects. */
  readonly notices: readonly Notice[]
  readonly notes: readonly Note[]
  readonly problems: readonly Problem[]
}

interface PlanInputs {
  readonly manifests: ManifestSet
  readonly settings: Settings
  /** The namespace of objects that name none. */
  readonly namespace: string
  /** The cluster's default IngressClass, if the files do not have it. */
  readonly assumedDefaultClass?: string | undefined
  /** By which the age of measurements is told, in milliseconds since 1970; absent: none is too old. */
  readonly now?: number
}

/** Plans every workload and Pod as written in its file, in the order of the files. */
export function planManifests(inputs: PlanInputs): Plan {
  const { manifests, settings, namespace, assumedDefaultClass, now } = inputs
  const variants = variantsIn(manifests.objects, namespace)
  const { objects, notes } = effective(manifests.objects, {
    namespace,
    isVariant: isOneOf(variants),
    isPart: isPart(namespace),
  })
  const {
    inventory,
    refused,
    notes: unshown,
  } = knownWith(variants, { objects, settings, namespace, assumedDefaultClass, now })
  const planned: PlannedObject[] = []
  const misshapen = [...refused]
  for (const manifest of manifests.objects) {
    const what = subjectKind(manifest)
    if (what === undefined) continue
    const assessment = assess({ what, raw: manifest.raw, namespace, fromFile: true }, { inventory, settings })
    if (assessment.readable) planned.push(plannedObject(manifest, assessment, inventory))
    else misshapen.push({ object: manifest, message: assessment.problem, field: assessment.field })
  }
  const elsewhere = otherNamespaceNotes(planned, { manifests: manifests.objects, inventory, namespace })
  const positionOf = fieldPositions()
  const problems = misshapen.map((one) => shapeProblem(one, positionOf))
  const exposed = inventory.exposedNamespaces()
  const factsOf = (name: string) => inventory.namespace(name)
  const peers: FilesView['gatedPeers'] = (...query) => inventory.gatedPeers?.(...query)
  return {
    manifests: manifests.objects,
    objects: planned,
    namespaces: planNamespaces({ exposed, factsOf, settings, controller: inventory.lbc(), peers }),
    notices: [...inventory.notices(), ...planned.flatMap(ofRemovedApi)],
    notes: [...manifests.notes, ...notes, ...variants.notes, ...unshown, ...elsewhere],
    problems: [...manifests.problems, ...distinct(problems)],
  }
}

const ofRemovedApi = ({ manifest, decision }: PlannedObject): readonly Notice[] =>
  removedWorkloadApi(decision.subject.ref, manifest.apiVersion)

/** The same object may be unreadable for discovery and for the plan: that counts as one problem. */
const distinct = (problems: readonly Problem[]): readonly Problem[] => {
  const byText = new Map(problems.map((problem) => [JSON.stringify(problem), problem]))
  return [...byText.values()]
}

function subjectKind({ apiVersion, kind }: ManifestObject): 'workload' | 'pod' | undefined {
  if (apiVersion === 'v1' && kind === 'Pod') return 'pod'
  return isWorkloadInFile(groupOf(apiVersion), kind) ? 'workload' : undefined
}

function plannedObject(
  manifest: ManifestObject,
  assessment: ReadableAssessment,
  inventory: FilesView,
): PlannedObject {
  const { decision, proposed, operations: sent, warnings, acceptances } = assessment
  const { template, what, ref } = decision.subject
  const aftermath = aftermathOf(assessment, inventory, manifest.raw)
  const related = relatedTo(ref, template.labels, inventory.objects)
  const withoutRecord = operationsFor(changesWithoutRecord(decision), template, TEMPLATE_PATH[what])
  return {
    manifest,
    decision,
    ...aftermath,
    unusedAccepts: unusedAccepts(aftermath.findings, acceptances),
    operations: proposed,
    sent,
    withoutRecord,
    warnings,
    acceptances,
    notices: noticesAbout(decision.subject, inventory),
    related,
  }
}

/**
 * The changes for a file that users commit: the same hooks and grace period as the webhook's, without its record, even
 * if the webhook leaves the template to its Pods. Once committed they are the user's own: the next plan finds nothing
 * to change.
 */
function changesWithoutRecord(decision: Decision): readonly Change[] {
  const { subject, protection, changes, verdict } = decision
  if (decision.mode.mode === 'off') return changes
  if (subject.isStoredPod === true) return []
  if (verdict === 'withhold' || protection === undefined) return []
  const ownedWork = ownedWorkIn(subject.template)
  const all = changesTo(subject.template, ownedWork, protection.desired)
  return all.flatMap((change): readonly Change[] => {
    if (change.kind !== 'write-record') return [change]
    return ownedWork.recorded ? [{ kind: 'remove-record', from: 'annotation' }] : []
  })
}
