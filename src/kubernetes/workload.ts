import type { Draft } from '../core/model/draft.ts'
import { ACCEPT_ANNOTATION, ASSUME_ANNOTATION, MODE_LABEL, OUR_PREFIX } from '../core/model/keys.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { isSame } from '../core/model/same.ts'
import { seconds } from '../core/model/seconds.ts'
import type {
  CountOrPercent,
  Governed,
  Pod,
  PodTemplate,
  Replacement,
  Workload,
  WorkloadSummary,
} from '../core/model/workload.ts'
import { traitsOf } from '../core/model/workload-kind.ts'
import { changingLabelsIn } from './changing-labels.ts'
import { countOrPercentAt } from './count-or-percent.ts'
import {
  at,
  given,
  isPresent,
  itemsOf,
  type JsonNode,
  membersOf,
  optional,
  property,
  root,
  stringAt,
  stringsAt,
} from './json.ts'
import { liveFacts } from './live-facts.ts'
import { toSourcedTemplate } from './stated.ts'
import { statedReplicas } from './stated-replicas.ts'
import type { ChangeRequest } from './taken-along.ts'
import { secondsAt, toPodTemplate } from './template.ts'

/** `apps/v1` → `apps`; `v1` → ``. */
export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''

/** The namespace of an object that names none. */
const DEFAULT_NAMESPACE = 'default'

/**
 * Reads a workload with its pod template.
 * @param namespace used if the object names none.
 * @throws ShapeError with the field, the expected shape and the one found.
 */
export const toWorkload = (raw: unknown, namespace = DEFAULT_NAMESPACE): Workload =>
  toRequestedWorkload(root(raw), namespace)

/** A workload as requested, and its template as stored. */
interface ChangedWorkload {
  readonly workload: Workload
  readonly stored: PodTemplate
  /** The template is the stored one, value by value. */
  readonly isSameTemplate: boolean
}

/**
 * Reads a request to change a workload.
 * @param request.stored the workload as stored.
 * @throws ShapeError
 */
export function toChangedWorkload(
  raw: unknown,
  namespace: string,
  request: { readonly stored: unknown; readonly fieldManager?: string | undefined },
): ChangedWorkload {
  const { fieldManager } = request
  const before = at(root(request.stored), 'spec', 'template')
  const bare = toPodTemplate(before)
  const stored = toSourcedTemplate(root(request.stored), bare)
  const node = root(raw)
  const isSameTemplate = isSame(before.value, property(property(raw, 'spec'), 'template'))
  // Most updates leave the template alone: an equal one is not read twice.
  const template = isSameTemplate ? bare : undefined
  const workload = toRequestedWorkload(node, namespace, { stored, fieldManager }, template)
  return { workload, stored: stored.template, isSameTemplate }
}

function toRequestedWorkload(
  node: JsonNode,
  namespace: string,
  request?: ChangeRequest,
  template?: PodTemplate,
): Workload {
  const annotations = at(node, 'metadata', 'annotations')
  const workload: Draft<Workload> = {
    ...toWorkloadSummary(node, namespace),
    template: toSourcedTemplate(node, template ?? toPodTemplate(at(node, 'spec', 'template')), request)
      .template,
    misplacedAnnotations: ourKeysIn(annotations, ACCEPT_ANNOTATION),
    misplacedLabels: ourKeysIn(at(node, 'metadata', 'labels'), MODE_LABEL),
  }
  const accept = optional(stringAt, at(annotations, ACCEPT_ANNOTATION))
  if (accept !== undefined) workload.accept = accept
  return workload
}

/** @param read that is read there. */
const ourKeysIn = (node: JsonNode, read: string): readonly string[] =>
  Object.keys(membersOf(node)).filter((key) => key.startsWith(OUR_PREFIX) && key !== read)

/** Reads a workload's pod template, and what the workload's source states in it. @throws ShapeError */
export const toWorkloadTemplate = (node: JsonNode): PodTemplate =>
  toSourcedTemplate(node, toPodTemplate(at(node, 'spec', 'template'))).template

/** Reads the part of a workload that is kept, without its template. */
export function toWorkloadSummary(node: JsonNode, namespace = DEFAULT_NAMESPACE): WorkloadSummary {
  const spec = at(node, 'spec')
  const ref = refAt(node, namespace)
  const modeLabel = modeLabelAt(node)
  const owner = ownerAt(node, ref.namespace)
  const replicas = statedReplicas(node)
  const summary: Draft<WorkloadSummary> = {
    ref,
    replacement: replacementOf(ref.kind, spec),
    minReadySeconds: optional(secondsAt, at(spec, 'minReadySeconds')) ?? seconds(0),
  }
  const labels = stringsAt(at(node, 'metadata', 'labels'))
  if (Object.keys(labels).length > 0) summary.labels = labels
  if (modeLabel !== undefined) summary.modeLabel = modeLabel
  if (owner !== undefined) summary.owner = owner
  if (replicas !== undefined) summary.replicas = replicas
  const progressDeadline = optional(secondsAt, at(spec, 'progressDeadlineSeconds'))
  if (progressDeadline !== undefined) summary.progressDeadline = progressDeadline
  const changingLabels = changingLabelsIn(spec)
  if (changingLabels !== undefined) summary.changingLabels = changingLabels
  const assume = assumeAt(at(spec, 'template'))
  if (assume !== undefined) summary.assume = assume
  const source = templateOf(at(spec, 'workloadRef'), ref.namespace)
  if (source !== undefined) summary.templateOf = source
  const governed = governedIn(spec, ref.kind)
  if (governed !== undefined) summary.governed = governed
  const live = liveFacts(node, ref.kind)
  if (live !== undefined) summary.live = live
  return summary
}

/** A name of another shape governs nothing. */
function governedIn(spec: JsonNode, kind: string): Governed | undefined {
  if (traitsOf(kind)?.hasOrdinals !== true) return undefined
  const { value: service } = at(spec, 'serviceName')
  if (typeof service !== 'string' || service === '') return undefined
  return { service, labels: stringsAt(at(spec, 'template', 'metadata', 'labels')) }
}

/**
 * Reads a Pod. A Pod created with `generateName` has no name yet: its name here is that prefix and a `*`.
 * @throws ShapeError with the field, the expected shape and the one found.
 */
export function toPod(raw: unknown, namespace = DEFAULT_NAMESPACE): Pod {
  const node = root(raw)
  return {
    ...toOwnedPod(node, namespace),
    ...given('modeLabel', modeLabelAt(node)),
    mirror: isPresent(at(node, 'metadata', 'annotations', 'kubernetes.io/config.mirror')),
    ...(isPresent(at(node, 'metadata', 'annotations', 'helm.sh/hook')) ? { isHelmHook: true } : {}),
    template: toPodTemplate(node),
  }
}

/** A Pod's name and owner, without anything else. @throws ShapeError */
export function toOwnedPod(
  node: JsonNode,
  namespace = DEFAULT_NAMESPACE,
): Pick<Pod, 'ref' | 'owner' | 'isOwnerForeign'> {
  const ref = refAt(node, namespace)
  return {
    ref,
    ...given('owner', ownerAt(node, ref.namespace)),
    ...given('isOwnerForeign', isOwnerForeign(node)),
  }
}

function refAt(node: JsonNode, namespace: string): ObjectRef {
  const metadata = at(node, 'metadata')
  const generated = optional(stringAt, at(metadata, 'generateName'))
  return {
    kind: optional(stringAt, at(node, 'kind')) ?? '',
    namespace: optional(stringAt, at(metadata, 'namespace')) ?? namespace,
    name: optional(stringAt, at(metadata, 'name')) ?? `${generated ?? ''}*`,
  }
}

function assumeAt(template: JsonNode): string | undefined {
  const { value } = at(template, 'metadata', 'annotations', ASSUME_ANNOTATION)
  return typeof value === 'string' ? value : undefined
}

const templateOf = (node: JsonNode, namespace: string): ObjectRef | undefined =>
  isPresent(node)
    ? { kind: stringAt(at(node, 'kind')), namespace, name: stringAt(at(node, 'name')) }
    : undefined

const modeLabelAt = (node: JsonNode): string | undefined =>
  optional(stringAt, at(node, 'metadata', 'labels', MODE_LABEL))

function ownerAt(node: JsonNode, namespace: string): ObjectRef | undefined {
  const owner = ownerReferenceAt(node)
  if (owner === undefined) return undefined
  return { kind: stringAt(at(owner, 'kind')), namespace, name: stringAt(at(owner, 'name')) }
}

const ownerReferenceAt = (node: JsonNode): JsonNode | undefined =>
  itemsOf(at(node, 'metadata', 'ownerReferences')).find(
    (reference) => at(reference, 'controller').value === true,
  )

function isOwnerForeign(node: JsonNode): true | undefined {
  const owner = ownerReferenceAt(node)
  if (owner === undefined) return undefined
  const version = optional(stringAt, at(owner, 'apiVersion'))
  const group = traitsOf(stringAt(at(owner, 'kind')))?.group
  return version === undefined || group === undefined || group === groupOf(version) ? undefined : true
}

function replacementOf(kind: string, spec: JsonNode): Replacement {
  const replaces = traitsOf(kind)?.replaces ?? 'unknown'
  if (replaces !== 'by-strategy') return { kind: replaces }
  const strategy = at(spec, 'strategy')
  if (at(strategy, 'type').value === 'Recreate') return { kind: 'recreate' }
  const rolling = at(strategy, 'rollingUpdate')
  return {
    kind: 'rolling',
    maxSurge: optional(countOrPercentAt, at(rolling, 'maxSurge')) ?? QUARTER,
    maxUnavailable: optional(countOrPercentAt, at(rolling, 'maxUnavailable')) ?? QUARTER,
  }
}

/** Kubernetes' default of maxSurge and maxUnavailable (apps/v1 RollingUpdateDeployment). */
const QUARTER: CountOrPercent = { percent: 25 }
