/** Exit codes, as `kubectl diff` and linters use them. */
export const EXIT = {
  /** Nothing to report. */
  ok: 0,
  /** Findings of warning or error; with `--exit-code` also changes. */
  findings: 1,
  /** Input that could not be used. */
  badInput: 2,
} as const
