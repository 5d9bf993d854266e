import type { ServiceObject } from './objects.ts'
import type { EffectiveSettings } from './view.ts'

/** LBC's feature gates that decide whether it serves an object at all (LBC pkg/config/feature_gates.go). */
type Gates = EffectiveSettings['featureGates']

/** Which gate, as it stands, keeps LBC from a Service; undefined: none does. */
export function gateAgainstService({ type }: ServiceObject, { featureGates }: EffectiveSettings) {
  if (isOff(featureGates, 'EnableServiceController')) return 'EnableServiceController=false'
  const onlyOneType = gate(featureGates, 'ServiceTypeLoadBalancerOnly') === true
  return onlyOneType && type !== 'LoadBalancer' ? 'ServiceTypeLoadBalancerOnly=true' : undefined
}

const GATEWAY_GATES = { alb: 'ALBGatewayAPI', nlb: 'NLBGatewayAPI' } as const

/** Which gate keeps LBC from a Gateway of this kind. */
export function gateAgainstGateway(loadBalancer: 'alb' | 'nlb', { featureGates }: EffectiveSettings) {
  const name = GATEWAY_GATES[loadBalancer]
  return isOff(featureGates, name) ? `${name}=false` : undefined
}

/** A version may have another default: only what is written switches anything off. */
const isOff = (gates: Gates, name: string): boolean => gate(gates, name) === false

const gate = (gates: Gates, name: string): boolean | undefined =>
  Object.hasOwn(gates, name) ? gates[name] : undefined
