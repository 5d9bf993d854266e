import { type Evidence, type LoadBalancer, NO_EVIDENCE, type TargetType } from '../../model/exposure.ts'
import { ASSUME_ANNOTATION } from '../../model/keys.ts'
import { type Notice, warning } from '../../model/notice.ts'
import { keyOf, type ObjectRef, refText } from '../../model/object-ref.ts'
import { assumed, type Candidates, observed } from '../../model/resolved.ts'
import { INGRESS_STACK, STACK_OWNERS } from '../annotations/annotation-keys.ts'
import { shortened } from '../annotations/quote.ts'
import { type Assumed, type Claim, NOTHING, type Reading } from '../claims/claim.ts'
import { groupId, ofController, portOf } from '../claims/identity.ts'
import { referenceNotices } from '../claims/references.ts'
import { referrersOf } from '../claims/referrers.ts'
import { discoveryRule } from '../claims/rule.ts'
import { type TargetTypeAnswer, targetTypeOf } from '../claims/target-type.ts'
import { groupStack } from '../ingress/group.ts'
import {
  type DiscoveryObject,
  type ServiceObject,
  serviceRef,
  type TargetGroupBindingObject,
} from '../objects/discovery-object.ts'
import { ALL, type Drawer } from '../objects/drawer.ts'
import type { DiscoveryContext, ObjectView } from '../objects/view.ts'

/** Bindings, by their target group. */
const BINDINGS_BY_TARGET_GROUP: Drawer<TargetGroupBindingObject> = {
  name: 'bindings of a target group',
  keysOf: ({ targetGroup }) => (targetGroup === undefined ? [] : [targetGroup]),
}

/** Bindings with the ARN of their target group. */
const BINDINGS_WITH_ARN: Drawer<TargetGroupBindingObject> = {
  name: 'bindings with an ARN',
  keysOf: ({ targetGroup }) => (targetGroup === undefined ? [] : [ALL]),
}

/** A target group that a binding names. */
export interface BoundTargetGroup {
  /** As it is written; of some users, whatever they like. */
  readonly arn: string
  /**
   * The Service and what refers to it, by reference: if one of them has changed, the controller may change the target
   * group.
   */
  readonly declaredBy: readonly DiscoveryObject[]
}

/** Those of bindings that are not being deleted; some occur twice. */
export function boundTargetGroups(view: ObjectView): readonly BoundTargetGroup[] {
  // By Service: many bindings may name one that much refers to.
  const known = new Map<string, BoundTargetGroup['declaredBy']>()
  return view.filed(BINDINGS_WITH_ARN, ALL).flatMap((binding) => {
    const { deleting, targetGroup: arn } = binding
    if (deleting || arn === undefined) return []
    const ref = refersTo(binding)
    const declaredBy = known.get(keyOf(ref)) ?? declaringOf(ref, view)
    known.set(keyOf(ref), declaredBy)
    return [{ arn, declaredBy }]
  })
}

function declaringOf(ref: ObjectRef, view: ObjectView): BoundTargetGroup['declaredBy'] {
  const service = view.find('Service', ref)
  return [...(service === undefined ? [] : [service]), ...referrersOf(ref, view)]
}

const refersTo = ({ ref, service }: TargetGroupBindingObject) => serviceRef(ref.namespace, service)

/** The best evidence: a TargetGroupBinding shows that a target group exists, whoever created it. */
export const targetGroupBindingRule = discoveryRule('TargetGroupBinding', {
  refersTo: (binding) => [refersTo(binding)],
  read: (binding, service, context) => (binding.deleting ? NOTHING : claimOf(binding, service, context)),
  filedIn: [BINDINGS_BY_TARGET_GROUP, BINDINGS_WITH_ARN],
  notices: (binding, context) =>
    binding.deleting
      ? []
      : [
          ...referenceNotices(binding.ref, [{ service: refersTo(binding), port: binding.port }], context),
          ...sharedNotices(binding, context),
        ],
})

/**
 * A controller removes from a target group every target that its binding does not name, so two of them deregister each
 * other's Pods. LBC's webhook refuses the second one (webhooks/elbv2/targetgroupbinding_validator.go,
 * checkExistingTargetGroups); older bindings, and those of two clusters, it does not see.
 */
function sharedNotices(binding: TargetGroupBindingObject, { view }: DiscoveryContext): readonly Notice[] {
  const { ref, targetGroup, multiCluster } = binding
  if (targetGroup === undefined) return []
  const first = view.filed(BINDINGS_BY_TARGET_GROUP, targetGroup).slice(0, MOST_SHARING)
  const other = first.find((one) => !one.deleting && keyOf(one.ref) !== keyOf(ref))
  if (other === undefined || (multiCluster && other.multiCluster)) return []
  const text = `its target group ${shortened(nameIn(targetGroup))} belongs to ${refText(other.ref)} too: the controller refuses the second one, or both deregister each other's Pods; use one target group for each, or multiClusterTargetGroup: true on both`
  return [warning('binding-shared', ref, text)]
}

/** `NAME/ID` of `arn:…:targetgroup/NAME/ID`. */
const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf(':targetgroup/') + ':targetgroup/'.length)

/** Bindings of one target group that are looked at for one of them. A choice: one other is enough. */
const MOST_SHARING = 20

function claimOf(
  binding: TargetGroupBindingObject,
  service: ServiceObject,
  context: DiscoveryContext,
): Reading {
  const port = portOf(service, binding.port)
  if (port === undefined) return NOTHING
  const { loadBalancer, stack, sentences, isWitness } = stackOf(binding)
  const answer = targetTypeFor(binding, service, context)
  if (answer.refused !== undefined) return { claims: [], notices: [answer.refused] }
  const claim: Claim = {
    id: groupId(stack, service, port),
    port,
    controller: binding.controller,
    loadBalancer,
    targetType: answer.targetType,
    evidence: evidenceOf(binding, service),
    because: [[{ object: binding.ref }, { object: service.ref, port }]],
    assumed: [...sentences, ...answer.assumed],
    otherClusters: binding.multiCluster,
    ...(binding.targetGroup === undefined ? {} : { targetGroup: binding.targetGroup }),
    ...(isWitness ? { isWitness } : {}),
  }
  return { claims: [claim], notices: [] }
}

/**
 * Nothing but that a check cannot ask kube-proxy where it answers none: only a Service of type LoadBalancer has a
 * health-check node port (Kubernetes API: ServiceSpec). Without another, an NLB connects to the port of the traffic (ELB
 * API reference: CreateTargetGroup).
 */
function evidenceOf(
  binding: TargetGroupBindingObject,
  { type, externalTrafficPolicy }: ServiceObject,
): Evidence {
  const isAsked = type === 'LoadBalancer' || externalTrafficPolicy !== 'Local' || !isMadeByHand(binding)
  return isAsked ? NO_EVIDENCE : { ...NO_EVIDENCE, healthChecks: [{ protocol: 'TCP' }] }
}

interface Stack {
  readonly stack: string
  readonly loadBalancer: Candidates<LoadBalancer>
  readonly sentences: readonly Assumed[]
  readonly isWitness: boolean
}

/** From the controller's labels. Without them, a user created the binding, or its creator is unknown. */
function stackOf(binding: TargetGroupBindingObject): Stack {
  const { labels, ref, controller } = binding
  const labelled = (stack: string, loadBalancer: LoadBalancer, key: string): Stack => {
    const seen = observed(loadBalancer, { kind: 'label', key, object: ref })
    return { stack, loadBalancer: [seen], sentences: [], isWitness: false }
  }
  const group = labels[INGRESS_STACK]
  if (group !== undefined) return labelled(groupStack(group, controller), 'alb', INGRESS_STACK)
  for (const { prefix, stack, loadBalancer } of STACK_OWNERS) {
    const namespace = labels[`${prefix}stack-namespace`]
    const name = labels[`${prefix}stack-name`]
    if (namespace === undefined || name === undefined) continue
    return labelled(`${stack} ${namespace}/${name}`, loadBalancer, `${prefix}stack-name`)
  }
  const isWitness = isNamedByController(binding)
  const stack = ofController(`binding ${ref.namespace}/${ref.name}`, controller)
  return { stack, isWitness, ...byProtocol(binding) }
}

/** `k8s-<namespace>-<name>-<hash>`, the name of a target group that a controller creates (LBC buildTargetGroupName). */
const MADE_BY_CONTROLLER = /^k8s-[a-z0-9]{1,8}-[a-z0-9]{1,8}-[0-9a-f]{10}$/

const isNamedByController = ({ ref }: TargetGroupBindingObject): boolean => MADE_BY_CONTROLLER.test(ref.name)

/** A user or another tool created it, so its load balancer may have been serving for years. */
export const isMadeByHand = (binding: TargetGroupBindingObject): boolean =>
  Object.keys(binding.labels).length === 0 && !isNamedByController(binding)

/** Protocols between an ALB and its targets (ELB API reference: CreateTargetGroup). */
const ALB_PROTOCOLS = ['HTTP', 'HTTPS']
const NLB_PROTOCOLS = ['TCP', 'TLS', 'UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC']

function byProtocol({
  ref,
  protocol = '',
  service,
}: TargetGroupBindingObject): Omit<Stack, 'stack' | 'isWitness'> {
  const from = { kind: 'field', path: 'spec.targetGroupProtocol', object: ref } as const
  if (ALB_PROTOCOLS.includes(protocol)) return { loadBalancer: [observed('alb', from)], sentences: [] }
  if (NLB_PROTOCOLS.includes(protocol)) return { loadBalancer: [observed('nlb', from)], sentences: [] }
  const settledBy = `to confirm, set spec.targetGroupProtocol, or ${ASSUME_ANNOTATION} on ${refText(serviceRef(ref.namespace, service))}`
  const text = `ALB assumed: ${refText(ref)} does not name the protocol of its target group; ${settledBy}`
  return {
    loadBalancer: [assumed('alb', from), assumed('nlb', from)],
    sentences: [{ about: 'loadBalancer', text }],
  }
}

/**
 * A binding's own target type is observed, so it is not checked against the Service. Without one, the Service decides.
 */
function targetTypeFor(
  binding: TargetGroupBindingObject,
  service: ServiceObject,
  { settings }: DiscoveryContext,
): TargetTypeAnswer {
  const from = { kind: 'field', path: 'spec.targetType', object: binding.ref } as const
  const written = binding.targetType === undefined ? [] : [observed<TargetType>(binding.targetType, from)]
  const settledBy = `spec.targetType on ${refText(binding.ref)}`
  return targetTypeOf({ written, service, controller: binding.controller, settings, settledBy })
}
