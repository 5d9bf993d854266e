/** Whether new Pods get one controller's readiness gate. */
export interface GateOutlook {
  readonly now: boolean
  /** After Slackwater has set its label on the namespace. */
  readonly afterwards: boolean
  /** The Namespace is not known, so it may have the label or not. */
  readonly isUnknown?: true
  /** Why no label helps, a clause. */
  readonly why?: string
}

/** The state of the load balancer controllers behind a subject's exposures. */
export interface LbcFacts {
  /** One for each controller with ip targets. */
  readonly gates: readonly GateOutlook[]
  /** The Deployment of LBC that has no ready replica. */
  readonly down?: string
}
