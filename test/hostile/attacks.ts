import type { Attack } from './attack.ts'
import { BINDING_ATTACKS } from './bindings.ts'
import { GATEWAY_ATTACKS } from './gateways.ts'
import { GRANT_ATTACKS } from './grants.ts'
import { INGRESS_ATTACKS } from './ingresses.ts'
import { SERVICE_ATTACKS } from './services.ts'
import { WORKLOAD_ATTACKS } from './workloads.ts'

/**
 * Each kind of hostile object. A new one is a line in one of these lists: its growth is tested, and it is run. In two halves
 * that take about as long, so that two clusters can be attacked at a time.
 */
export const HALVES: readonly [readonly Attack[], readonly Attack[]] = [
  [...INGRESS_ATTACKS, ...SERVICE_ATTACKS, ...BINDING_ATTACKS],
  [...GATEWAY_ATTACKS, ...GRANT_ATTACKS, ...WORKLOAD_ATTACKS],
]

export const ATTACKS: readonly Attack[] = HALVES.flat()
