/** Whether new Pods get a readiness gate of one controller. */
export interface GateOutlook {
  readonly now: boolean
  /** Once the namespace has the label that we would set. */
  readonly afterwards: boolean
  /** Why no label helps, a clause. */
  readonly why?: string
}

/** What is seen of the load balancer controllers of a subject's exposures. */
export interface LbcFacts {
  /** One for each controller with ip targets. */
  readonly gates: readonly GateOutlook[]
  /** The Deployment of LBC that has no ready replica. */
  readonly down?: string
}
