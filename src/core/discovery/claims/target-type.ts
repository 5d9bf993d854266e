import { defaultOfController } from '../../model/aws-controllers.ts'
import type { AwsController, TargetType } from '../../model/exposure.ts'
import { type Notice, warning } from '../../model/notice.ts'
import { refText } from '../../model/object-ref.ts'
import { assumed, type Candidate, type Candidates, type Origin, resolve } from '../../model/resolved.ts'
import { shortened } from '../annotations/quote.ts'
import {
  type Annotated,
  badValue,
  lineOf,
  sourceOf,
  UNWRITTEN,
  type Written,
} from '../annotations/written.ts'
import type { ServiceObject } from '../objects/discovery-object.ts'
import type { EffectiveSettings } from '../objects/view.ts'
import type { Assumed } from './claim.ts'

/** The annotation of the first object that has it. */
export function writtenTargetType(layers: readonly Annotated[], key: string): Written<TargetType> {
  const line = lineOf(layers, key)
  if (line === undefined) return UNWRITTEN
  if (line.text === 'ip' || line.text === 'instance') {
    const origin = { rank: 'declared', source: sourceOf(line) } as const
    return { candidates: [{ value: line.text, origin }], notices: [] }
  }
  return { candidates: [], notices: [badValue(line, `"${shortened(line.text)}" is neither ip nor instance`)] }
}

interface TargetTypeQuestion {
  /** The declared or observed types, the most binding first. */
  readonly written: readonly Candidate<TargetType>[]
  readonly service: ServiceObject
  readonly controller: AwsController
  readonly settings: EffectiveSettings
  /** What to set to confirm the type, for the message. */
  readonly settledBy: string
}

/** The target type with its alternatives; `refused`: the controller creates no such target group. */
export type TargetTypeAnswer =
  | { readonly refused: Notice }
  | {
      readonly refused?: undefined
      readonly targetType: Candidates<TargetType>
      readonly assumed: readonly Assumed[]
    }

/** The written type; else `ip` if only that can work; else the controller's default, with the alternative kept. */
export function targetTypeOf(question: TargetTypeQuestion): TargetTypeAnswer {
  const { written, service } = question
  const [best, ...others] = written
  if (best === undefined) return unwritten(question)
  const targetType = [best, ...others] as const
  const { value, origin } = resolve(targetType)
  if (value === 'instance' && !service.hasNodePorts && origin.rank === 'declared') {
    return { refused: refusal(service, question.settledBy) }
  }
  return { targetType, assumed: [] }
}

/** LBC: an instance target group without a node port is an error for the whole load balancer. */
function refusal(service: ServiceObject, settledBy: string): Notice {
  const { id, what, field, cure } = service.type === 'LoadBalancer' ? UNALLOCATED : CLUSTER_IP
  const text = `Instance targets cannot reach ${what}: the controller refuses this target group; to fix it, set ${settledBy} or ${field}: ${cure} on ${refText(service.ref)}`
  return warning(id, service.ref, text)
}

const CLUSTER_IP = {
  id: 'instance-targets-on-cluster-ip',
  what: 'a ClusterIP Service',
  field: 'spec.type',
  cure: 'NodePort',
} as const
const UNALLOCATED = {
  id: 'instance-targets-without-node-port',
  what: 'a Service without node ports',
  field: 'spec.allocateLoadBalancerNodePorts',
  cure: 'true',
} as const

/**
 * The controller's argument applies to every target group that declares no type. A Slackwater setting applies to the
 * whole installation, so anything observed or written for one target group ranks higher.
 */
const originOfDefault = ({ rank, source }: Origin): Origin =>
  rank === 'explicit' ? { rank: 'assumed', source } : { rank, source }

function unwritten(question: TargetTypeQuestion): TargetTypeAnswer {
  const { service, settings, settledBy, controller } = question
  const { value: defaultTargetType, origin } = settings.defaultTargetType
  const byController = defaultOfController(controller)
  if (controller === 'auto-mode') {
    const text = `target type ip assumed, the default of EKS Auto Mode: to confirm, set ${settledBy}`
    const targetType: Candidates<TargetType> = [
      assumed('ip', byController),
      assumed('instance', byController),
    ]
    return { targetType, assumed: [{ about: 'targetType', text }] }
  }
  if (!service.hasNodePorts && defaultTargetType !== 'ip') {
    const { what, field } = service.type === 'LoadBalancer' ? UNALLOCATED : CLUSTER_IP
    const text = `target type ip assumed: an instance target cannot reach ${what}; to confirm, set ${settledBy}`
    const source = { kind: 'field', path: field, object: service.ref } as const
    return { targetType: [assumed('ip', source)], assumed: [{ about: 'targetType', text }] }
  }
  if (defaultTargetType !== undefined) {
    const other = defaultTargetType === 'ip' ? 'instance' : 'ip'
    const targetType: Candidates<TargetType> = [
      { value: defaultTargetType, origin: originOfDefault(origin) },
      assumed(other, byController),
    ]
    return { targetType, assumed: [] }
  }
  const text = `target type instance assumed, the controller's default: to confirm, set ${settledBy} or the setting defaultTargetType`
  return {
    targetType: [assumed('instance', byController), assumed('ip', byController)],
    assumed: [{ about: 'targetType', text }],
  }
}
