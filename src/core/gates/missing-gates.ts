import { MOST_REFERRERS } from '../discovery/annotations/limits.ts'
import { referrersOf } from '../discovery/claims/referrers.ts'
import { selectsObject } from '../discovery/objects/label-selector.ts'
import type { LbcState } from '../discovery/objects/lbc-state.ts'
import type { ObjectView } from '../discovery/objects/view.ts'
import { LBC_GATE_PREFIX } from '../model/aws-controllers.ts'
import type { Exposure } from '../model/exposure.ts'
import { compareText, keyOf, type ObjectRef } from '../model/object-ref.ts'
import type { Labels, NamespaceFacts } from '../model/workload.ts'
import { lbcFacts } from './lbc-outlook.ts'

/**
 * A binding's name may be longer, but not the second part of a condition type: the API server would reject the Pod
 * (apimachinery, util/validation, IsQualifiedName).
 */
const LONGEST_GATE_NAME = 63

/** A Pod that is being created. */
interface NewPod {
  readonly labels: Labels
  readonly readinessGates: readonly string[]
  /** Undefined: its Namespace is not known. */
  readonly namespace: NamespaceFacts | undefined
  /** Found in the cluster's objects, not assumed by an annotation. */
  readonly exposures: readonly Exposure[]
}

interface GateSources {
  readonly state: LbcState
  readonly objects: ObjectView
}

/**
 * The gates that LBC's webhook would inject into a new Pod, and does not, because LBC has no ready replica (LBC
 * pkg/inject/pod_readiness/pod_readiness_gate.go): one for each TargetGroupBinding of the Pod's namespace with ip
 * targets whose Service selects exactly the Pod's labels. LBC's own order is that of its cache, which is none; here
 * they are sorted by name. With less evidence than LBC would have, none: nobody would set such a gate, and the Pod
 * would never be ready. So there is none for EKS Auto Mode either, whose controller cannot be seen.
 */
export function missingGates(pod: NewPod, { state, objects }: GateSources): readonly string[] {
  if (pod.namespace === undefined || !isExpectedBack(state, pod.namespace)) return []
  const exposures = pod.exposures.filter(({ controller }) => controller === 'lbc')
  const facts = lbcFacts({ exposures, namespace: pod.namespace, labels: pod.labels }, state)
  if (facts.down === undefined || !facts.gates.every(({ now }) => now)) return []
  const services = new Map(exposures.map(({ service }) => [keyOf(service), service]))
  const names = [...services.values()].flatMap((service) => bindingsFor(service, pod.labels, objects))
  return [...new Set(names)]
    .sort(compareText)
    .map((name) => `${LBC_GATE_PREFIX}${name}`)
    .filter((gate) => !pod.readinessGates.includes(gate))
}

/**
 * LBC is installed to inject gates here and will set them once it is back. A Deployment that was scaled to none stays
 * away, and an LBC that watches another namespace does not know the bindings of this one.
 */
function isExpectedBack({ deployment, gateWebhooks, settings }: LbcState, { name }: NamespaceFacts): boolean {
  const watched = settings.watchNamespace.value
  return (
    deployment !== undefined &&
    deployment.desired > 0 &&
    gateWebhooks.some(({ controller }) => controller === 'lbc') &&
    (watched === undefined || watched === name)
  )
}

/** A binding that is being deleted has no gate: it may be gone before LBC is back. */
function bindingsFor(ref: ObjectRef, labels: Labels, objects: ObjectView): readonly string[] {
  const selector = objects.find('Service', ref)?.selector ?? {}
  const isSelected =
    Object.keys(selector).length > 0 && selectsObject({ matchLabels: selector, matchExpressions: [] }, labels)
  if (!isSelected) return []
  return referrersOf(ref, objects)
    .slice(0, MOST_REFERRERS)
    .flatMap((object) =>
      object.kind === 'TargetGroupBinding' &&
      object.controller === 'lbc' &&
      object.targetType === 'ip' &&
      !object.deleting &&
      object.ref.name.length <= LONGEST_GATE_NAME
        ? [object.ref.name]
        : [],
    )
}
