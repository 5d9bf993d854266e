import type { ModeLabel } from '../core/decision/mode.ts'
import { workloadOfPod } from '../core/decision/pod-workload.ts'
import type { Subject, TemplateChange } from '../core/decision/subject.ts'
import type { InventoryView } from '../core/inventory/inventory.ts'
import { MODE_LABEL, RECORD_ANNOTATION } from '../core/model/keys.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { NamespaceFacts, Pod, PodTemplate, Workload, WorkloadSummary } from '../core/model/workload.ts'
import { at, given, isPresent, root } from '../kubernetes/json.ts'
import { statedInFile } from '../kubernetes/stated.ts'
import { toChangedWorkload, toPod, toWorkload } from '../kubernetes/workload.ts'
import { parseOverrides } from '../settings/annotations.ts'
import { compareTemplates, endsAsBefore, keepsOurs } from './template-change.ts'

/** An object to be assessed, as JSON. */
export interface AssessedObject {
  readonly what: 'workload' | 'pod'
  readonly raw: unknown
  /** The stored object, on UPDATE. */
  readonly stored?: unknown
  /** Who makes the request, as its options say. */
  readonly fieldManager?: string
  /** Where the object names no namespace. */
  readonly namespace: string
  /** It stands in a file, which itself states its grace period. */
  readonly fromFile: boolean
}

/** A subject, and what its labels and annotations say that cannot be used. */
export interface ReadSubject {
  readonly subject: Subject
  readonly warnings: readonly string[]
}

/**
 * Reads an object and joins what is known of its namespace and its workload.
 * @throws ShapeError where the object does not have the shape that Kubernetes gives it.
 */
export function readSubject(object: AssessedObject, inventory: InventoryView): ReadSubject {
  return object.what === 'pod' ? readPod(object, inventory) : readWorkload(object, inventory)
}

function readWorkload(object: AssessedObject, inventory: InventoryView): ReadSubject {
  const { workload, stored } = workloadOf(object)
  const { ref, template, misplacedAnnotations } = workload
  const namespace = inventory.namespace(ref.namespace)
  const { overrides, warnings } = overridesFor(ref, template, namespace)
  const subject: Subject = {
    what: 'workload',
    ref,
    template,
    ...comparison(object, template, stored),
    mirror: false,
    ...given('owner', workload.owner),
    workload,
    modeLabels: modeLabelsOf(template, workload),
    ...given('namespaceMode', namespaceMode(namespace)),
    overrides,
  }
  return { subject, warnings: [...misplacedAnnotations.map(misplaced), ...warnings] }
}

/** A file states all that it says; one that was taken from a cluster says what stood there, and no more. */
function workloadOf({ raw, stored, namespace, fieldManager, fromFile }: AssessedObject): {
  readonly workload: Workload
  readonly stored?: PodTemplate
} {
  if (stored !== undefined) return toChangedWorkload(raw, namespace, { stored, fieldManager })
  const workload = toWorkload(raw, namespace)
  const { template } = workload
  const isSource = fromFile && !isDump(raw)
  return {
    workload: isSource
      ? { ...workload, template: { ...template, stated: statedInFile(template) } }
      : workload,
  }
}

/** Nobody writes these into a manifest: the API server does. */
function isDump(raw: unknown): boolean {
  const metadata = at(root(raw), 'metadata')
  return (
    isPresent(at(metadata, 'uid')) ||
    isPresent(at(metadata, 'resourceVersion')) ||
    isPresent(at(root(raw), 'status'))
  )
}

const misplaced = (key: string): string =>
  `annotation ${key} on the workload is not read: it belongs on the template`

function readPod(object: AssessedObject, inventory: InventoryView): ReadSubject {
  const { pod, stored } = podOf(object)
  const namespace = inventory.namespace(pod.ref.namespace)
  const workload = workloadOfPod(pod, inventory)
  const { overrides, warnings } = overridesFor(pod.ref, pod.template, namespace)
  const subject: Subject = {
    what: 'pod',
    ref: pod.ref,
    template: pod.template,
    ...podComparison(pod.template, stored),
    ...given('owner', pod.owner),
    mirror: pod.mirror,
    ...given('workload', workload),
    modeLabels: [
      ...modeLabel(pod.modeLabel, pod.ref),
      ...modeLabel(workload?.modeLabel, workload?.ref ?? pod.ref),
    ],
    ...given('namespaceMode', namespaceMode(namespace)),
    overrides,
  }
  return { subject, warnings }
}

/**
 * A stored Pod cannot be changed where we write. What a request drops there of our work is put back, where that is all
 * that it changes of how the Pod ends; anything else is between the user and the API server.
 */
function podComparison(
  template: PodTemplate,
  stored: PodTemplate | undefined,
): { readonly change: TemplateChange; readonly stored?: PodTemplate } {
  if (stored === undefined) return { change: 'new' }
  const isRestored = !keepsOurs(template, stored) && endsAsBefore(template, stored)
  return { change: isRestored ? 'same-but-ours' : 'same', stored }
}

/** Of a stored Pod only its own record tells what is ours. */
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

function comparison(
  object: AssessedObject,
  template: PodTemplate,
  stored: PodTemplate | undefined,
): { readonly change: TemplateChange; readonly stored?: PodTemplate } {
  if (stored === undefined) return { change: 'new' }
  const rawOf = (raw: unknown) => at(root(raw), 'spec', 'template').value
  const requested = { raw: rawOf(object.raw), template }
  return { change: compareTemplates(requested, { raw: rawOf(object.stored), template: stored }), stored }
}

/** The template's own label counts as its Pods' will, before the workload's. */
const modeLabelsOf = (
  { labels }: PodTemplate,
  { modeLabel: own, ref }: Workload | WorkloadSummary,
): ModeLabel[] => [...modeLabel(labels[MODE_LABEL], ref), ...modeLabel(own, ref)]

const modeLabel = (value: string | undefined, object: ObjectRef): ModeLabel[] =>
  value === undefined ? [] : [{ value, object }]

const refOf = ({ name }: NamespaceFacts): ObjectRef => ({ kind: 'Namespace', namespace: '', name })

const namespaceMode = (namespace: NamespaceFacts | undefined): ModeLabel | undefined =>
  namespace === undefined ? undefined : modeLabel(namespace.labels[MODE_LABEL], refOf(namespace))[0]

function overridesFor(object: ObjectRef, template: PodTemplate, namespace: NamespaceFacts | undefined) {
  const places = [{ object, annotations: template.annotations }]
  if (namespace !== undefined) places.push({ object: refOf(namespace), annotations: namespace.annotations })
  return parseOverrides(places)
}
