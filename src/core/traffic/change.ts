import type { IngressObject, ServiceObject } from '../discovery/objects/discovery-object.ts'
import type { RouteObject } from '../discovery/objects/gateway-api.ts'
import type { LiveView } from '../inventory/inventory.ts'

/** An object that moves traffic when it is updated. */
export type TrafficObject = IngressObject | RouteObject | ServiceObject

/** An object as it was stored, and as an update leaves it. */
export interface TrafficChange {
  readonly before: TrafficObject
  readonly after: TrafficObject
}

/** What is asked about the rest of the cluster. On doubt it has no exposures, and nothing is found. */
export type TrafficView = Pick<LiveView, 'exposuresOf' | 'workloads' | 'objects'>
