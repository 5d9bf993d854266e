/** Something that the leader does again and again. */
export interface ControlLoop {
  /** For logs and metrics: `namespace-labels`. */
  readonly name: string
  /** It goes by nothing that is known of the cluster: it ticks also where that is incomplete or old. */
  readonly regardlessOfDoubt?: boolean
  /**
   * Looks at what is, and does what is due. Called every few seconds, never twice at a time.
   * Aborted when the leadership ends: no write may follow then. What it throws is logged, and the next tick comes later.
   */
  tick(signal: AbortSignal): Promise<void>
}
