import type { LoadBalancer, TargetType } from '../model/exposure.ts'
import type { Notice } from '../model/notice.ts'
import { assumed, type Candidate, type Candidates, declared, observed } from '../model/resolved.ts'
import { NLB } from './annotation-keys.ts'
import { type Assumed, information } from './claim.ts'
import type { ServiceObject } from './objects.ts'
import { writtenTargetType } from './target-type.ts'
import type { DiscoverySettings } from './view.ts'

/** What kind of load balancer a Service of type LoadBalancer gets, or why none that we know. */
export type ServiceOwnership =
  | {
      readonly ours: true
      readonly loadBalancer: Candidates<LoadBalancer>
      readonly written: readonly Candidate<TargetType>[]
      readonly assumed: readonly Assumed[]
      readonly notices: readonly Notice[]
    }
  | { readonly ours: false; readonly notices: readonly Notice[] }

/** LBC pkg/service/service_utils.go and webhooks/core/service_mutator.go; the address, where there is one, tells. */
export function serviceOwnershipOf(service: ServiceObject, settings: DiscoverySettings): ServiceOwnership {
  if (service.type !== 'LoadBalancer' || service.deleting) return { ours: false, notices: [] }
  const { loadBalancerClass } = service
  if (loadBalancerClass !== undefined && loadBalancerClass !== settings.loadBalancerClass) {
    const text = `spec.loadBalancerClass ${loadBalancerClass} belongs to another controller than ${settings.loadBalancerClass}`
    return {
      ours: false,
      notices: [information('load-balancer-class-of-another-controller', service.ref, text)],
    }
  }
  const seen = fromAddress(service)
  const { candidate, sentence } = fromSpec(service)
  const annotated = writtenTargetType([service], NLB.targetType)
  return {
    ours: true,
    loadBalancer: seen === undefined ? [candidate] : [seen, candidate],
    written: [...classicTargets(seen), ...forcedTargets(service), ...annotated.candidates],
    assumed: sentence === undefined ? [] : [{ about: 'loadBalancer', text: sentence }],
    notices: annotated.notices,
  }
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
  readonly sentence?: string
}

function fromSpec({ ref, annotations, loadBalancerClass }: ServiceObject): Guess {
  if (loadBalancerClass !== undefined) {
    return { candidate: declared('nlb', { kind: 'field', path: 'spec.loadBalancerClass', object: ref }) }
  }
  const type = annotations[NLB.type]
  const from = { kind: 'annotation', key: NLB.type, object: ref } as const
  const target = annotations[NLB.targetType]
  const isExternal = type === 'external' && (target === 'ip' || target === 'instance')
  if (isExternal || type === 'nlb-ip') return { candidate: declared('nlb', from) }
  const settledBy = 'spec.loadBalancerClass: service.k8s.aws/nlb would settle it'
  if (type === undefined) {
    const plain = assumed<LoadBalancer>('nlb', { kind: 'default', of: 'AWS Load Balancer Controller' })
    return {
      candidate: plain,
      sentence: `NLB assumed: the AWS Load Balancer Controller adopts new Services without a class since v2.5; ${settledBy}`,
    }
  }
  return {
    candidate: assumed('nlb', from),
    sentence: `NLB assumed: ${NLB.type}: ${type} alone leaves open which controller makes the load balancer; ${settledBy}`,
  }
}

/** A Classic Load Balancer knows only instances. */
const classicTargets = (seen: Candidate<LoadBalancer> | undefined): readonly Candidate<TargetType>[] =>
  seen?.value === 'classic' ? [{ value: 'instance', origin: seen.origin }] : []

const forcedTargets = ({ ref, annotations }: ServiceObject): readonly Candidate<TargetType>[] =>
  annotations[NLB.type] === 'nlb-ip'
    ? [declared('ip', { kind: 'annotation', key: NLB.type, object: ref })]
    : []
