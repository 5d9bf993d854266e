import { type LoadBalancer, NO_EVIDENCE, type TargetType } from '../../model/exposure.ts'
import { ASSUME_ANNOTATION } from '../../model/keys.ts'
import { refText } from '../../model/object-ref.ts'
import { assumed, type Candidates, observed } from '../../model/resolved.ts'
import { INGRESS_STACK, STACK_OWNERS } from '../annotations/annotation-keys.ts'
import { type Assumed, type Claim, NOTHING, type Reading } from '../claims/claim.ts'
import { groupId, ofController, portOf } from '../claims/identity.ts'
import { referenceNotices } from '../claims/references.ts'
import { discoveryRule } from '../claims/rule.ts'
import { type TargetTypeAnswer, targetTypeOf } from '../claims/target-type.ts'
import { groupStack } from '../ingress/group.ts'
import { type ServiceObject, serviceRef, type TargetGroupBindingObject } from '../objects/discovery-object.ts'
import type { DiscoveryContext } from '../objects/view.ts'

const refersTo = ({ ref, service }: TargetGroupBindingObject) => serviceRef(ref.namespace, service)

/** The best evidence: a TargetGroupBinding shows that a target group exists, whoever created it. */
export const targetGroupBindingRule = discoveryRule('TargetGroupBinding', {
  refersTo: (binding) => [refersTo(binding)],
  read: (binding, service, context) => (binding.deleting ? NOTHING : claimOf(binding, service, context)),
  notices: (binding, context) =>
    binding.deleting
      ? []
      : referenceNotices(binding.ref, [{ service: refersTo(binding), port: binding.port }], context),
})

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
    evidence: NO_EVIDENCE,
    because: [[{ object: binding.ref }, { object: service.ref, port }]],
    assumed: [...sentences, ...answer.assumed],
    otherClusters: binding.multiCluster,
    ...(isWitness ? { isWitness } : {}),
  }
  return { claims: [claim], notices: [] }
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
