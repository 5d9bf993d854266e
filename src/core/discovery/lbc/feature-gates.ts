import type { FeatureGate } from '../../model/settings.ts'
import type { ServiceObject } from '../objects/discovery-object.ts'
import type { EffectiveSettings } from '../objects/view.ts'
import { argumentText } from './lbc-settings.ts'

type Gates = EffectiveSettings['featureGates']

/** The feature gate that keeps LBC from a Service, and where it is set; undefined if none does. */
export function gateAgainstService({ type }: ServiceObject, { featureGates }: EffectiveSettings) {
  const off = gateSetTo(featureGates, 'EnableServiceController', false)
  if (off !== undefined || type === 'LoadBalancer') return off
  return gateSetTo(featureGates, 'ServiceTypeLoadBalancerOnly', true)
}

const GATEWAY_GATES = { alb: 'ALBGatewayAPI', nlb: 'NLBGatewayAPI' } as const

/** The feature gate that keeps LBC from a Gateway of this kind. */
export const gateAgainstGateway = (loadBalancer: 'alb' | 'nlb', { featureGates }: EffectiveSettings) =>
  gateSetTo(featureGates, GATEWAY_GATES[loadBalancer], false)

/** Defaults differ between versions: only an explicit value turns a feature off. */
function gateSetTo(gates: Gates, name: FeatureGate, value: boolean): string | undefined {
  const gate = gates[name]
  return gate?.value === value ? `${name}=${value} (${argumentText(gate.origin)})` : undefined
}
