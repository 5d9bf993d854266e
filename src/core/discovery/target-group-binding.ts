import type { LoadBalancer, TargetType } from '../model/exposure.ts'
import { ASSUME_ANNOTATION } from '../model/keys.ts'
import { refText } from '../model/object-ref.ts'
import { assumed, type Candidates, observed } from '../model/resolved.ts'
import { INGRESS_STACK, STACK_OWNERS } from './annotation-keys.ts'
import { type Assumed, NO_EVIDENCE, NOTHING, type Reading } from './claim.ts'
import { groupStack } from './group.ts'
import { notFound } from './ingress.ts'
import { type ServiceObject, serviceRef, type TargetGroupBindingObject } from './objects.ts'
import { groupId, portText } from './port.ts'
import { source } from './source.ts'
import { type TargetTypeAnswer, targetTypeOf } from './target-type.ts'
import type { Surroundings } from './view.ts'

const refersTo = ({ ref, service }: TargetGroupBindingObject) => serviceRef(ref.namespace, service)

/** The best witness: it says which target group exists, whoever made it. */
export const targetGroupBindingSource = source('TargetGroupBinding', {
  refersTo: (binding) => [refersTo(binding)],
  read: (binding, service, around) => (binding.deleting ? NOTHING : claimOf(binding, service, around)),
  notices: (binding, { view }) =>
    binding.deleting || view.service(refersTo(binding)) !== undefined
      ? []
      : [notFound(binding.ref, refersTo(binding))],
})

function claimOf(binding: TargetGroupBindingObject, service: ServiceObject, around: Surroundings): Reading {
  const { loadBalancer, stack, sentences } = stackOf(binding)
  const answer = targetTypeFor(binding, service, around)
  if (answer.refused !== undefined) return { claims: [], notices: [answer.refused] }
  const port = portText(service, binding.port)
  return {
    claims: [
      {
        id: groupId(stack, service, port),
        controller: 'lbc',
        loadBalancer,
        targetType: answer.targetType,
        evidence: NO_EVIDENCE,
        because: [[{ object: binding.ref }, { object: service.ref, detail: `:${port}` }]],
        assumed: [...sentences, ...answer.assumed],
      },
    ],
    notices: [],
  }
}

interface Stack {
  readonly stack: string
  readonly loadBalancer: Candidates<LoadBalancer>
  readonly sentences: readonly Assumed[]
}

/** From the controller's labels; a binding without them was made by hand and stands for itself. */
function stackOf(binding: TargetGroupBindingObject): Stack {
  const { labels, ref } = binding
  const group = labels[INGRESS_STACK]
  const from = (key: string) => ({ kind: 'label', key, object: ref }) as const
  if (group !== undefined) {
    return { stack: groupStack(group), loadBalancer: [observed('alb', from(INGRESS_STACK))], sentences: [] }
  }
  for (const { prefix, stack, loadBalancer } of STACK_OWNERS) {
    const namespace = labels[`${prefix}stack-namespace`]
    const name = labels[`${prefix}stack-name`]
    if (namespace === undefined || name === undefined) continue
    const seen = observed(loadBalancer, from(`${prefix}stack-name`))
    return { stack: `${stack} ${namespace}/${name}`, loadBalancer: [seen], sentences: [] }
  }
  return { stack: `binding ${ref.namespace}/${ref.name}`, ...byProtocol(binding) }
}

/** ALBs speak these to their targets (ELB API reference: CreateTargetGroup). */
const ALB_PROTOCOLS = ['HTTP', 'HTTPS']
const NLB_PROTOCOLS = ['TCP', 'TLS', 'UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC']

function byProtocol({ ref, protocol = '', service }: TargetGroupBindingObject): Omit<Stack, 'stack'> {
  const from = { kind: 'field', path: 'spec.targetGroupProtocol', object: ref } as const
  if (ALB_PROTOCOLS.includes(protocol)) return { loadBalancer: [observed('alb', from)], sentences: [] }
  if (NLB_PROTOCOLS.includes(protocol)) return { loadBalancer: [observed('nlb', from)], sentences: [] }
  const settledBy = `spec.targetGroupProtocol, or ${ASSUME_ANNOTATION} on ${refText(serviceRef(ref.namespace, service))}, would settle it`
  const text = `ALB assumed: ${refText(ref)} does not say what its target group belongs to; ${settledBy}`
  return {
    loadBalancer: [assumed('alb', from), assumed('nlb', from)],
    sentences: [{ about: 'loadBalancer', text }],
  }
}

/** What a binding says of its type is observed, and stands; only where it says nothing does the Service decide. */
function targetTypeFor(
  binding: TargetGroupBindingObject,
  service: ServiceObject,
  { settings }: Surroundings,
): TargetTypeAnswer {
  const from = { kind: 'field', path: 'spec.targetType', object: binding.ref } as const
  const written = binding.targetType === undefined ? [] : [observed<TargetType>(binding.targetType, from)]
  const settledBy = `spec.targetType on ${refText(binding.ref)}`
  return targetTypeOf({ written, service, settings, settledBy })
}
