/** The API server's longest webhook timeout, 30 s: after it no caller waits for the answer. Milliseconds. */
const BODY_TIMEOUT = 30_000

/** What clients may use of Slackwater's resources. Defaults: see `DEFAULT_LIMITS`. */
export interface Limits {
  /** Bytes of incomplete bodies, over all connections. */
  readonly bodyBytes: number
  readonly connections: number
  /** For a whole body, milliseconds. */
  readonly bodyTimeoutMs: number
}

/**
 * Parts of the chart's 512 MiB (docs/failure-behaviour.md): four of the largest bodies, or two thousand ordinary
 * ones; a connection takes up to 90 KiB, so four hundred take 36 MiB.
 */
export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 32 * 1024 * 1024,
  connections: 400,
  bodyTimeoutMs: BODY_TIMEOUT,
}
