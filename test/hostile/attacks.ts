import type { Attack } from './attack.ts'
import { BINDING_ATTACKS } from './bindings.ts'
import { GATEWAY_ATTACKS } from './gateways.ts'
import { GRANT_ATTACKS } from './grants.ts'
import { INGRESS_ATTACKS } from './ingresses.ts'
import { SERVICE_ATTACKS } from './services.ts'
import { WORKLOAD_ATTACKS } from './workloads.ts'

/**
 * Each kind of hostile object. A new one is a line in one of these lists: its growth is tested, and it is run. In three
 * parts, so that several clusters can be attacked at a time.
 */
export const PARTS = {
  ingresses: INGRESS_ATTACKS,
  services: [...SERVICE_ATTACKS, ...BINDING_ATTACKS],
  others: [...GATEWAY_ATTACKS, ...GRANT_ATTACKS, ...WORKLOAD_ATTACKS],
} as const satisfies Readonly<Record<string, readonly Attack[]>>

export const ATTACKS: readonly Attack[] = Object.values(PARTS).flat()
