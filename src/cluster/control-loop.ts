/** A task that the leader repeats. */
export interface ControlLoop {
  /** For logs and metrics: `namespace-labels`. */
  readonly name: string
  /** It does not depend on the inventory: it also ticks while the inventory is incomplete or stale. */
  readonly regardlessOfDoubt?: boolean
  /**
   * Reads the current state and does what is due. Called every few seconds, never twice at the same time. The signal
   * aborts when the leadership ends; after that it must not write. An error is logged, and the next tick comes later.
   */
  tick(signal: AbortSignal): Promise<void>
}
