import type { ObjectRef } from './object-ref.ts'
import type { Seconds } from './seconds.ts'

/** What the controller of a load balancer last wrote about a gate into a Pod's condition; empty: no condition yet. */
export interface GateWords {
  readonly reason?: string
  readonly message?: string
}

/** What a Pod's status shows of its readiness. Times are milliseconds since 1970; absent: unknown, or never. */
export interface PodReadiness {
  /** When the kubelet took it over. */
  readonly started?: number
  /** Since when all its containers are ready; absent: they are not. */
  readonly containersReady?: number
  /** It is not ready since then; absent: it is ready, or has no such condition yet. */
  readonly unready?: number
  readonly isReady: boolean
  /** Its conditions that are not True, by type. */
  readonly unmet: ReadonlyMap<string, GateWords>
  /** Types of the conditions that are True. */
  readonly met: ReadonlySet<string>
}

/** A Pod whose containers are ready, and whose target group's gate has not passed for longer than it may need. */
export interface StuckGate extends GateWords {
  readonly pod: ObjectRef
  /** Its workload, if known; else the Pod. */
  readonly workload: ObjectRef
  /** The type of the condition. */
  readonly gate: string
  /** How long the gate may need. */
  readonly limit: Seconds
  /** Since when the containers are ready. */
  readonly since: number
}

/** Readiness gates of LBC and of EKS Auto Mode; not the legacy gate of LBC's first version, which nobody sets. */
export const TARGET_GATE = /^target-health\.(?!alb\.ingress\.k8s\.aws\/)/

/** `Target.FailedHealthChecks: Health checks failed`: the controller's own words. */
export function gateWordsText({ reason, message }: GateWords): string {
  const said = [reason, message].filter((text) => text !== undefined && text !== '')
  return said.length === 0 ? 'the controller has not written its condition' : said.join(': ')
}
