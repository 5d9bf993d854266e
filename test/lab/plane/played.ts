import type { LossCause } from '../../../src/core/measurement/measurement.ts'

/** What is played. Seconds, but where something else is said. */
export interface PlayOptions {
  /** The same seed plays the same, to the byte. */
  readonly seed: number
  /** When it begins. Milliseconds since 1970. */
  readonly begin: number
  /** P: each node stops sending new requests at a random time up to this after the DeregisterTargets call has returned. */
  readonly propagation: number
  /** In each departure one of the nodes stops just then, and not before. */
  readonly isPunctual: boolean
  /** C: from a Pod's deletion until the call has returned; of each departure a random time between half of it and all. */
  readonly controller: number
  readonly nodes: number
  readonly replicas: number
  /** Pods that leave: in rollouts of all replicas; the rest of a division is deleted one by one. */
  readonly departures: number
  /** To all nodes together. */
  readonly requestsPerSecond: number
  /** How long a request takes on average, and at most. */
  readonly request: { readonly mean: number; readonly longest: number }
  /** S: from the deletion until SIGTERM. */
  readonly sleep: number
  /**
   * At SIGTERM, `drains`: it refuses new connections and answers what is open; `dies`: it cuts what is open as well.
   */
  readonly atSigterm: 'drains' | 'dies'
  /** The next Pod is deleted only when the new one's target is healthy, as a readiness gate has it. */
  readonly gate: boolean
  /** From the readiness of a Pod until its target gets requests. */
  readonly registration: number
  /** From one rollout to the next at least; there are requests only around each. Absent: without a break. */
  readonly pause?: number
  /**
   * How long an address rests before another Pod gets it (30 s in the AWS VPC CNI); the address that rests longest is
   * taken. Absent: none is used again.
   */
  readonly cooldown?: number
  /** Parts of all requests that the application answers with a 5xx of its own. */
  readonly applicationErrors: number
  readonly ipv6: boolean
}

export const DEFAULT_PLAY: PlayOptions = {
  seed: 1,
  begin: Date.UTC(2026, 9, 1, 9),
  propagation: 12,
  isPunctual: false,
  // Measured of the real controller in an idle cluster: 0.2 to 1.3 s.
  controller: 1.3,
  nodes: 3,
  replicas: 10,
  departures: 30,
  requestsPerSecond: 100,
  request: { mean: 0.05, longest: 1 },
  sleep: 45,
  atSigterm: 'dies',
  gate: true,
  registration: 10,
  applicationErrors: 0.001,
  ipv6: false,
}

/** A Pod and its target. Milliseconds since 1970. */
export interface PlayedPod {
  readonly name: string
  readonly uid: string
  readonly ip: string
  /** Of the ReplicaSet. */
  readonly revision: string
  /** When it had its address. */
  readonly created: number
  readonly ready: number
  /** When its target got requests. */
  readonly healthy: number
  /** Absent: it stays. */
  readonly leaving?: PlayedDeparture
}

/** How a Pod leaves. Milliseconds since 1970. */
export interface PlayedDeparture {
  readonly rollout: number
  readonly deleted: number
  /** When the controller made the DeregisterTargets call, and when it had its answer. */
  readonly deregistering: number
  readonly deregistered: number
  /** When each node no longer sends to it. */
  readonly stops: readonly number[]
  readonly sigterm: number
  /** When its containers had ended. */
  readonly ended: number
  /** When its address was no more: connecting hangs from here on, until another Pod has it. */
  readonly gone: number
}

/** A request as the load balancer saw it. Milliseconds since 1970, with decimals. */
export interface PlayedRequest {
  readonly node: number
  readonly at: number
  readonly answered: number
  /** `10.0.1.2:8080`; absent: none was there. */
  readonly target?: string
  readonly status: number
  /** What the target answered; absent: it did not. */
  readonly targetStatus?: number
  /** In seconds; −1 as AWS has it. */
  readonly times: readonly [request: number, target: number, response: number]
  readonly trace: string
}

/** A request that was lost at a leaving target, or for want of any. */
export interface PlayedLoss {
  readonly at: number
  readonly answered: number
  readonly node: number
  readonly status: number
  readonly cause: LossCause
  readonly trace: string
  /** Absent: no target was there. */
  readonly pod?: string
}

/** What truly happened, which no log says. */
export interface Truth {
  readonly options: PlayOptions
  readonly loadBalancer: string
  readonly targetGroup: string
  readonly pods: readonly PlayedPod[]
  /** By the name of the Pod: when the last request was sent to it, as the load balancer received it. */
  readonly lastRequest: ReadonlyMap<string, number>
  readonly lost: readonly PlayedLoss[]
  readonly requests: number
  /** 5xx that the application answered itself. */
  readonly applicationErrors: number
}
