import type { ModeLabel } from '../core/decision/mode.ts'
import { workloadOfPod } from '../core/decision/pod-workload.ts'
import type { Selectable, Subject, TemplateChange } from '../core/decision/subject.ts'
import { nodePoolsNamed } from '../core/discovery/objects/node-pools.ts'
import type { Acceptance } from '../core/findings/acceptance.ts'
import { parseRecord, recordTextIn } from '../core/injection/record.ts'
import type { InventoryView } from '../core/inventory/inventory.ts'
import type { Draft } from '../core/model/draft.ts'
import { ACCEPT_ANNOTATION, MODE_LABEL, RECORD_ANNOTATION } from '../core/model/keys.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { ScaledWorkload } from '../core/model/replicas.ts'
import {
  DEFAULT_GRACE,
  type Labels,
  type NamespaceFacts,
  type Pod,
  type PodTemplate,
  type Workload,
  type WorkloadSummary,
} from '../core/model/workload.ts'
import { at, entriesOf, given, isPresent, root, stringsAt } from '../kubernetes/json.ts'
import { statedInFile } from '../kubernetes/stated.ts'
import { toChangedWorkload, toPod, toWorkload } from '../kubernetes/workload.ts'
import { parseAccepts } from '../settings/accept.ts'
import { type AnnotatedObject, isUnknown, parseOverrides, unknownKeys } from '../settings/annotations.ts'
import { modeLabel, namespaceMode, namespaceRef } from './modes.ts'
import { compareTemplates, endsAsBefore, keepsOurs } from './template-change.ts'

/** An object to be assessed, as JSON. */
export interface AssessedObject {
  readonly what: 'workload' | 'pod'
  readonly raw: unknown
  /** The stored object, on UPDATE. */
  readonly stored?: unknown
  /** The field manager in the request's options. */
  readonly fieldManager?: string
  /** Used if the object itself names no namespace. */
  readonly namespace: string
  /** The object comes from a file. Unless the file is a dump of a cluster, its values are stated by the user. */
  readonly fromFile: boolean
  /** The API server has sent a request about it. */
  readonly isAsked?: true
}

/** A subject, and warnings about labels and annotations with unusable values. */
export interface ReadSubject {
  readonly subject: Subject
  /** Not a part of the subject: no decision depends on them. */
  readonly acceptances: readonly Acceptance[]
  readonly warnings: readonly string[]
}

/**
 * Reads an object and adds what the inventory knows about its namespace and its workload.
 * @throws ShapeError if the object does not have the shape that Kubernetes gives it.
 */
export function readSubject(object: AssessedObject, inventory: InventoryView): ReadSubject {
  return object.what === 'pod' ? readPod(object, inventory) : readWorkload(object, inventory)
}

function readWorkload(object: AssessedObject, inventory: InventoryView): ReadSubject {
  const { workload, stored, isSameTemplate } = workloadOf(object)
  const { ref, template, accept } = workload
  const namespace = inventory.namespace(ref.namespace)
  const places = placesOf(ref, template, namespace)
  const { overrides, warnings } = parseOverrides(places)
  const own = accept === undefined ? [] : [{ object: ref, annotations: { [ACCEPT_ANNOTATION]: accept } }]
  const accepts = parseAccepts([...own, ...places])
  const subject: Draft<Subject> = {
    what: 'workload',
    ref,
    template: onNodePools(template, inventory),
    change: stored === undefined ? 'new' : isSameTemplate ? 'same' : changeOf(object, template, stored),
    mirror: false,
    workload: scaled(workload, inventory),
    modeLabels: modeLabelsOf(template, workload),
    overrides,
  }
  if (stored !== undefined) subject.stored = stored
  if (workload.owner !== undefined) subject.owner = workload.owner
  const selectable = selectableOf(object, subject, { own: workload.labels ?? {}, namespace })
  if (selectable !== undefined) subject.selectable = selectable
  const mode = namespaceMode(namespace)
  if (mode !== undefined) subject.namespaceMode = mode
  return {
    subject,
    acceptances: accepts.acceptances,
    warnings: [...new Set([...misplacedOn(workload), ...warnings, ...accepts.warnings])],
  }
}

function scaled(workload: WorkloadSummary, inventory: InventoryView): ScaledWorkload {
  const autoscaled = inventory.autoscaled(workload.ref)
  return autoscaled === undefined ? workload : { ...workload, autoscaled }
}

/** A template that names a NodePool of Spot capacity asks for Spot, as one does that names the capacity type. */
function onNodePools(template: PodTemplate, inventory: InventoryView): PodTemplate {
  if (template.spot || template.nodePools === undefined) return template
  const { objects } = inventory
  const pools = objects === undefined ? [] : nodePoolsNamed(template.nodePools, objects)
  return pools.some(({ isSpot }) => isSpot) ? { ...template, spot: true } : template
}

/** A manifest states every value in it. A dump of a cluster only shows what was stored there. */
function workloadOf({ raw, stored, namespace, fieldManager, fromFile }: AssessedObject): {
  readonly workload: Workload
  readonly stored?: PodTemplate
  readonly isSameTemplate?: boolean
} {
  if (stored !== undefined) return toChangedWorkload(raw, namespace, { stored, fieldManager })
  const workload = toWorkload(raw, namespace)
  const { template } = workload
  const isSource = fromFile && !isDump(raw) && !isLowered(template)
  return {
    workload: isSource
      ? { ...workload, template: { ...template, stated: statedInFile(template) } }
      : workload,
  }
}

/** The API server sets these fields; users do not write them into a manifest, but generators write an empty status. */
function isDump(raw: unknown): boolean {
  const metadata = at(root(raw), 'metadata')
  return (
    isPresent(at(metadata, 'uid')) ||
    isPresent(at(metadata, 'resourceVersion')) ||
    entriesOf(at(root(raw), 'status')).length > 0
  )
}

/**
 * The record says that Slackwater wrote a longer grace period than the file has: it was taken from a cluster, where
 * something lowered it. No source writes such a record.
 */
const isLowered = (template: PodTemplate): boolean =>
  (template.grace ?? DEFAULT_GRACE) < (parseRecord(recordTextIn(template) ?? '')?.grace?.after ?? 0)

/** Keys on the workload itself that are not read there. */
const misplacedOn = ({ misplacedAnnotations: annotations, misplacedLabels }: Workload): readonly string[] => [
  ...annotations
    .filter((key) => !isUnknown(key))
    .map((key) => `annotation ${key} on the workload is not read: it belongs on the template`),
  ...unknownKeys(annotations, misplacedLabels),
]

function readPod(object: AssessedObject, inventory: InventoryView): ReadSubject {
  const { pod, stored } = podOf(object)
  const namespace = inventory.namespace(pod.ref.namespace)
  const workload = workloadOfPod(pod, inventory)
  // The one whose template it is, as `slackwater plan` shows it: its label counts, too.
  const source = workload?.templateOf && inventory.workload(workload.templateOf)
  const places = placesOf(pod.ref, pod.template, namespace)
  const { overrides, warnings } = parseOverrides(places)
  const accepts = parseAccepts(places)
  const subject: Draft<Subject> = {
    what: 'pod',
    ref: pod.ref,
    template: onNodePools(pod.template, inventory),
    change: podChange(pod.template, stored),
    mirror: pod.mirror,
    modeLabels: [
      ...modeLabel(pod.modeLabel, pod.ref),
      ...modeLabel(workload?.modeLabel, workload?.ref ?? pod.ref),
      ...modeLabel(source?.modeLabel, source?.ref ?? pod.ref),
    ],
    overrides,
  }
  if (object.fromFile && isDump(object.raw)) subject.isStoredPod = true
  if (pod.isHelmHook === true) subject.isHelmHook = true
  if (stored !== undefined) subject.stored = stored
  if (pod.owner !== undefined) subject.owner = pod.owner
  const selectable = selectableOf(object, subject, { own: pod.template.labels, namespace })
  if (selectable !== undefined) subject.selectable = selectable
  if (workload !== undefined) subject.workload = scaled(workload, inventory)
  const mode = namespaceMode(namespace)
  if (mode !== undefined) subject.namespaceMode = mode
  return { subject, acceptances: accepts.acceptances, warnings: [...warnings, ...accepts.warnings] }
}

/**
 * The fields that Slackwater writes are immutable in a stored Pod. If a request drops our work and changes nothing else
 * about how the Pod terminates, our work is put back. Any other change is left to the API server.
 */
function podChange(template: PodTemplate, stored: PodTemplate | undefined): TemplateChange {
  if (stored === undefined) return 'new'
  return !keepsOurs(template, stored) && endsAsBefore(template, stored) ? 'same-but-ours' : 'same'
}

/** For a stored Pod, only its own record shows which parts are Slackwater's. */
function podOf({ raw, namespace, stored }: AssessedObject): {
  readonly pod: Pod
  readonly stored?: PodTemplate
} {
  const pod = toPod(raw, namespace)
  if (stored === undefined) return { pod }
  const known = toPod(stored).template
  const witness = given('record', known.annotations[RECORD_ANNOTATION])
  return { pod: { ...pod, template: { ...pod.template, witness } }, stored: known }
}

function changeOf(object: AssessedObject, template: PodTemplate, stored: PodTemplate): TemplateChange {
  const rawOf = (raw: unknown) => at(root(raw), 'spec', 'template').value
  const requested = { raw: rawOf(object.raw), template }
  return compareTemplates(requested, { raw: rawOf(object.stored), template: stored })
}

/**
 * Undefined for an object that the API server has selected by its own copy of the cluster: then it asks about it. It also
 * asks about objects that carry our record, selected or not.
 */
function selectableOf(
  { what, stored: raw, isAsked }: AssessedObject,
  { template, stored }: Subject,
  { own, namespace }: { readonly own: Labels; readonly namespace: NamespaceFacts | undefined },
): Selectable | undefined {
  const isRecorded = [template, stored].some((one) => one && recordTextIn(one) !== undefined)
  if (isAsked && !isRecorded) return undefined
  const ofWorkload = () => stringsAt(at(root(raw), 'metadata', 'labels'))
  const before = what === 'pod' ? stored?.labels : stored && ofWorkload()
  const labels = before === undefined ? [own] : [own, before]
  return { labels, ...given('namespaceLabels', namespace?.labels) }
}

/** The template's label comes before the workload's: it is the one that the Pods will carry. */
const modeLabelsOf = (
  { labels }: PodTemplate,
  { modeLabel: own, ref }: Workload | WorkloadSummary,
): ModeLabel[] => [
  ...modeLabel(labels[MODE_LABEL], ref).map((label) => ({ ...label, onTemplate: true })),
  ...modeLabel(own, ref),
]

function placesOf(
  object: ObjectRef,
  template: PodTemplate,
  namespace: NamespaceFacts | undefined,
): readonly AnnotatedObject[] {
  const own = { object, annotations: template.annotations, labels: template.labels }
  if (namespace === undefined) return [own]
  const { annotations, labels } = namespace
  return [own, { object: namespaceRef(namespace), annotations, labels }]
}
