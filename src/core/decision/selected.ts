import {
  expressionsOf,
  type LabelSelector,
  labelsOfNamespace,
  meets,
  selectsNamespace,
  selectsObject,
} from '../discovery/objects/label-selector.ts'
import { once } from '../discovery/objects/once.ts'
import type { Settings, WrittenSelector } from '../model/settings.ts'
import type { Labels, NamespaceFacts, WorkloadSummary } from '../model/workload.ts'
import { traitsOf } from '../model/workload-kind.ts'
import type { Subject } from './subject.ts'

/**
 * What the user's own selectors of the webhook leave out. `objectSelector` is matched with the labels of the object in a
 * request: with a workload's own labels for its template, and with the labels of its Pods for each Pod.
 */

const whole = once(
  ({ matchLabels = {}, matchExpressions = [] }: WrittenSelector): LabelSelector => ({
    matchLabels,
    matchExpressions: matchExpressions.map(({ values = [], ...rest }) => ({ ...rest, values })),
  }),
)

/** The only label of a namespace that is known if nothing else is. */
const NAME_LABEL = 'kubernetes.io/metadata.name'

type Selectors = Pick<Settings, 'webhook'>

/** Why no request in a namespace is sent, as far as its labels are known. @param labels absent: unknown. */
export function namespaceLeftOut(
  { name, labels }: Pick<NamespaceFacts, 'name'> & { readonly labels?: Labels | undefined },
  { webhook }: Selectors,
): string | undefined {
  if (webhook.namespaceSelector === undefined) return undefined
  const selector = whole(webhook.namespaceSelector)
  const named = labelsOfNamespace(name)[NAME_LABEL]
  const isSelected =
    labels === undefined
      ? expressionsOf(selector).every((one) => one.key !== NAME_LABEL || meets(one, named))
      : selectsNamespace(selector, name, labels)
  return isSelected ? undefined : `webhook.namespaceSelector leaves out namespace ${name}`
}

const selects = (labels: Labels, { webhook }: Selectors): boolean =>
  webhook.objectSelector === undefined || selectsObject(whole(webhook.objectSelector), labels)

const selectsOneOf = (labels: readonly Labels[], settings: Selectors): boolean =>
  labels.some((one) => selects(one, settings))

/** Nothing is written into a Pod with these labels. */
export const isPodLeftOut = (labels: Labels, settings: Selectors): boolean => !selects(labels, settings)

/** Why nothing is written for a workload, neither into its template nor into its Pods. */
export function workloadLeftOut(
  { ref, labels, live }: WorkloadSummary,
  namespace: Labels | undefined,
  settings: Selectors,
): string | undefined {
  const pods = live?.templateLabels ?? {}
  const left = namespaceLeftOut({ name: ref.namespace, labels: namespace }, settings)
  return left ?? bothLeftOut({ own: [labels ?? {}], pods }, settings)
}

const bothLeftOut = (
  { own, pods }: { readonly own: readonly Labels[]; readonly pods: Labels },
  settings: Selectors,
): string | undefined =>
  selectsOneOf([...own, pods], settings) ? undefined : 'webhook.objectSelector leaves out it and its Pods'

/** Why nothing is written into a workload or its Pods, or into a Pod, be it by way of its template. */
export function leftOut(subject: Subject, settings: Settings): string | undefined {
  const { selectable, ref, template, what } = subject
  if (selectable === undefined) return undefined
  const labels = selectable.namespaceLabels
  const left = namespaceLeftOut({ name: ref.namespace, labels }, settings)
  if (left !== undefined) return left
  if (what === 'workload') return bothLeftOut({ own: selectable.labels, pods: template.labels }, settings)
  if (isReached(subject, settings) || isTemplateWritten(subject, settings)) return undefined
  return 'webhook.objectSelector leaves it out'
}

/** A Pod that is left out has the hook of its template, where that one is written. */
function isTemplateWritten({ workload }: Subject, settings: Settings): boolean {
  if (workload === undefined || settings.injectInto === 'pods') return false
  return traitsOf(workload.ref.kind)?.isWritten === true && selects(workload.labels ?? {}, settings)
}

/** Whether requests about the object itself are sent. */
export const isReached = ({ selectable }: Subject, settings: Selectors): boolean =>
  selectable === undefined || selectsOneOf(selectable.labels, settings)
