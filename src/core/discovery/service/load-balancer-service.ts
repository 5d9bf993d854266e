import {
  AUTO_MODE_LOAD_BALANCER_CLASS,
  AWS_CONTROLLER_NAMES,
  defaultOfController,
} from '../../model/aws-controllers.ts'
import type { AwsController, LoadBalancer, TargetType } from '../../model/exposure.ts'
import { information, type Notice } from '../../model/notice.ts'
import { assumed, type Candidate, type Candidates, declared, observed } from '../../model/resolved.ts'
import type { Labels } from '../../model/workload.ts'
import { BACKEND_PROTOCOL, CLASSIC, NLB } from '../annotations/annotation-keys.ts'
import type { Assumed } from '../claims/claim.ts'
import { writtenTargetType } from '../claims/target-type.ts'
import { gateAgainstService } from '../lbc/feature-gates.ts'
import type { ServiceObject } from '../objects/discovery-object.ts'
import type { EffectiveSettings } from '../objects/view.ts'

/** The kind of load balancer that a Service of type LoadBalancer gets, or why it gets none that Slackwater knows. */
type ServiceOwnership = OwnedService | { readonly served: false; readonly notices: readonly Notice[] }

export interface OwnedService {
  readonly served: true
  readonly controller: AwsController
  readonly loadBalancer: Candidates<LoadBalancer>
  readonly written: readonly Candidate<TargetType>[]
  readonly assumed: readonly Assumed[]
  readonly notices: readonly Notice[]
  /** LBC ignores the Service, and the in-tree cloud provider serves Services without a class. */
  readonly isInTree: boolean
}

/** LBC pkg/service/service_utils.go and webhooks/core/service_mutator.go. An existing address is the best evidence. */
export function serviceOwnershipOf(service: ServiceObject, settings: EffectiveSettings): ServiceOwnership {
  if (!mayHaveLoadBalancer(service) || service.deleting) return { served: false, notices: [] }
  const { loadBalancerClass } = service
  const controller = controllerOf(service, settings)
  if (controller === undefined) {
    const text = `spec.loadBalancerClass ${loadBalancerClass} belongs to another controller than ${settings.loadBalancerClass.value}`
    return {
      served: false,
      notices: [information('load-balancer-class-of-another-controller', service.ref, text)],
    }
  }
  const gate = controller === 'lbc' ? gateAgainstService(service, settings) : undefined
  const isInTree =
    controller === 'lbc' && isPlain(service) && (gate ?? unwatched(service, settings)) !== undefined
  if (gate !== undefined && !isInTree) {
    const text = `the load balancer controller ignores this Service because of its feature gate ${gate}`
    return { served: false, notices: [information('feature-gate-off', service.ref, text)] }
  }
  const seen = fromAddress(service)
  const { candidate, sentence } = isInTree ? fromProvider(service) : fromSpec(service, controller)
  const best = seen ?? candidate
  const forced = controller === 'lbc' ? forcedTargets(service) : []
  const annotated = writtenTargetType([service], NLB.targetType)
  return {
    served: true,
    controller,
    isInTree,
    loadBalancer: seen === undefined ? [candidate, ...classicInstead(service, candidate)] : [seen, candidate],
    written: [...classicTargets(best), ...forced, ...annotated.candidates],
    assumed: [...classicSentence(best), ...sentence],
    notices: annotated.notices,
  }
}

/** Neither class nor annotation selects LBC. */
const isPlain = ({ loadBalancerClass, annotations }: ServiceObject): boolean =>
  loadBalancerClass === undefined && !isAnnotated(annotations)

/** The namespace that LBC watches instead; undefined if it watches the Service's. */
const unwatched = ({ ref }: ServiceObject, { watchNamespace }: EffectiveSettings): string | undefined =>
  watchNamespace.value === ref.namespace ? undefined : watchNamespace.value

/**
 * A Service of type LoadBalancer. With its annotations, LBC also serves one of another type, unless its feature gate
 * ServiceTypeLoadBalancerOnly (off by default) is on, which is checked later (LBC pkg/service/service_utils.go).
 */
export const mayHaveLoadBalancer = ({ type, annotations }: ServiceObject): boolean =>
  type === 'LoadBalancer' || (type !== 'ExternalName' && isAnnotated(annotations))

function isAnnotated(annotations: Labels): boolean {
  const target = annotations[NLB.targetType]
  const type = annotations[NLB.type]
  return type === 'nlb-ip' || (type === 'external' && (target === 'ip' || target === 'instance'))
}

const controllerOf = (
  { loadBalancerClass }: ServiceObject,
  settings: EffectiveSettings,
): AwsController | undefined => {
  const effective = loadBalancerClass ?? settings.loadBalancerClass.value
  if (effective === AUTO_MODE_LOAD_BALANCER_CLASS) return 'auto-mode'
  return effective === settings.loadBalancerClass.value ? 'lbc' : undefined
}

/**
 * AWS's host names: `….elb.<region>.amazonaws.com` is an NLB, `….<region>.elb.amazonaws.com` a Classic Load Balancer
 * (and an ALB, which a Service never gets); in China both end in `.cn`.
 */
const NLB_ADDRESS = /\.elb\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/
const CLASSIC_ADDRESS = /\.[a-z0-9-]+\.elb\.amazonaws\.com(\.cn)?$/

function fromAddress({ ref, hostnames }: ServiceObject): Candidate<LoadBalancer> | undefined {
  const from = { kind: 'field', path: 'status.loadBalancer.ingress', object: ref } as const
  if (hostnames.some((name) => NLB_ADDRESS.test(name))) return observed('nlb', from)
  if (hostnames.some((name) => CLASSIC_ADDRESS.test(name))) return observed('classic', from)
  return undefined
}

interface Guess {
  readonly candidate: Candidate<LoadBalancer>
  readonly sentence: readonly Assumed[]
}

function fromSpec({ ref, annotations, loadBalancerClass }: ServiceObject, controller: AwsController): Guess {
  if (loadBalancerClass !== undefined) {
    const from = { kind: 'field', path: 'spec.loadBalancerClass', object: ref } as const
    return { candidate: declared('nlb', from), sentence: [] }
  }
  // EKS Auto Mode does not read the annotation (EKS user guide: auto-configure-nlb).
  const type = controller === 'lbc' ? annotations[NLB.type] : undefined
  const from = { kind: 'annotation', key: NLB.type, object: ref } as const
  if (type !== undefined && isAnnotated(annotations))
    return { candidate: declared('nlb', from), sentence: [] }
  const why =
    type === undefined
      ? `${AWS_CONTROLLER_NAMES[controller]} adopts new Services without a class${controller === 'lbc' ? ' since v2.5' : ''}`
      : `${NLB.type}: ${type} alone does not determine which controller creates the load balancer`
  const classic = classicKey(annotations)
  const but = classic === undefined ? '' : `, but only a Classic Load Balancer has ${classic}`
  const text = `NLB assumed: ${why}${but}; to confirm, set spec.loadBalancerClass: ${CLASS[controller]}`
  const origin = type === undefined ? defaultOfController(controller) : from
  return { candidate: assumed('nlb', origin), sentence: [{ about: 'loadBalancer', text }] }
}

/** Classic, unless the annotation says nlb (Kubernetes: cloud-provider-aws). */
function fromProvider({ ref, annotations }: ServiceObject): Guess {
  const type = annotations[NLB.type]
  const isNlb = type === 'nlb'
  const text = `${isNlb ? 'NLB' : 'Classic Load Balancer'} of the cloud provider assumed, since ${AWS_CONTROLLER_NAMES.lbc} ignores the Service: to confirm, wait for its address`
  const from = { kind: 'annotation', key: NLB.type, object: ref } as const
  const candidate = assumed<LoadBalancer>(isNlb ? 'nlb' : 'classic', isNlb ? from : KUBERNETES)
  return { candidate, sentence: [{ about: 'loadBalancer', text }] }
}

const KUBERNETES = { kind: 'default', of: 'Kubernetes' } as const

/** The class to set; LBC's differs if its `--load-balancer-class` does. */
const CLASS: Readonly<Record<AwsController, string>> = {
  lbc: 'service.k8s.aws/nlb',
  'auto-mode': AUTO_MODE_LOAD_BALANCER_CLASS,
}

/** A Classic Load Balancer supports instance targets only. */
const classicTargets = ({ value, origin }: Candidate<LoadBalancer>): readonly Candidate<TargetType>[] =>
  value === 'classic' ? [{ value: 'instance', origin }] : []

/** It is not documented how long it keeps sending: it is treated as an ALB with instance targets. */
const classicSentence = ({ value }: Candidate<LoadBalancer>): readonly Assumed[] =>
  value === 'classic'
    ? [
        {
          about: 'reference',
          text: 'Classic Load Balancer, for which the exact time is not published: the safe budget of an ALB with instance targets is assumed; for an exact one, use an NLB with ip targets (spec.loadBalancerClass)',
        },
      ]
    : []

/** An annotation that only a Classic Load Balancer has. `aws-load-balancer-type: nlb` is for none. */
function classicKey(annotations: Labels): string | undefined {
  if (annotations[NLB.type] !== undefined) return undefined
  const protocol = annotations[BACKEND_PROTOCOL]
  const isHttp = protocol === 'http' || protocol === 'https'
  return [...Object.values(CLASSIC), ...(isHttp ? [BACKEND_PROTOCOL] : [])].find(
    (key) => annotations[key] !== undefined,
  )
}

/** A Service that LBC did not adopt, since it is older or LBC's mutator is off, keeps its Classic Load Balancer. */
function classicInstead(
  { ref, annotations, loadBalancerClass }: ServiceObject,
  { value }: Candidate<LoadBalancer>,
): readonly Candidate<LoadBalancer>[] {
  const key = classicKey(annotations)
  if (key === undefined || loadBalancerClass !== undefined || value === 'classic') return []
  return [assumed('classic', { kind: 'annotation', key, object: ref })]
}

const forcedTargets = ({ ref, annotations }: ServiceObject): readonly Candidate<TargetType>[] =>
  annotations[NLB.type] === 'nlb-ip'
    ? [declared('ip', { kind: 'annotation', key: NLB.type, object: ref })]
    : []
