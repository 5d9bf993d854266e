import type { Notice } from '../../model/notice.ts'
import { refusedAttributes } from '../annotations/refused-attributes.ts'
import { once } from '../objects/once.ts'
import type { OwnedGateway } from './gateway-ownership.ts'
import type { PropsLayer } from './target-group.ts'

/** What ELB refuses of the attributes that the configurations of a Gateway and of a target group write. */
export function gatewayRefusals(
  layers: readonly PropsLayer[],
  { loadBalancer, configuration }: OwnedGateway,
): readonly Notice[] {
  const balancer = loadBalancer.value === 'nlb' ? 'nlb' : 'alb'
  return [
    ...layers.flatMap(({ props, object, path }) => {
      const key = `${path}.targetGroupAttributes`
      return refusedOnce(props.attributes)(balancer, () =>
        refusedAttributes(Object.entries(props.attributes), { of: 'target group', balancer, key, object }),
      )
    }),
    ...configuration.loadBalancers.flatMap(({ attributes, ref }) => {
      const key = 'spec.loadBalancerAttributes'
      return refusedOnce(attributes)(balancer, () =>
        refusedAttributes(Object.entries(attributes), { of: 'load balancer', balancer, key, object: ref }),
      )
    }),
  ]
}

/** A route may lead to hundreds of Services, all with the Gateway's attributes. */
const refusedOnce = once((_: object) => {
  const known = new Map<string, readonly Notice[]>()
  return (balancer: string, make: () => readonly Notice[]): readonly Notice[] => {
    const notices = known.get(balancer) ?? make()
    known.set(balancer, notices)
    return notices
  }
})
