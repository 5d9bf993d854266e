import type { Provenance } from '../model/resolved.ts'
import type { FindingId, Severity } from './catalogue.ts'

/**
 * When a finding holds. `before`: our change ends it. `after`: our change brings it. `throughout`: our change
 * neither brings nor ends it.
 */
export type Holds = 'before' | 'after' | 'throughout'

/** What a user says about a finding that may stay: why, and where that is written. */
export interface AcceptReason {
  readonly reason: string
  readonly by: Provenance
}

export interface Finding {
  readonly id: FindingId
  readonly severity: Severity
  readonly holds: Holds
  /** One sentence with the numbers of this object. */
  readonly message: string
  /** A user accepts it: it is counted and shown apart, and never changes an exit code. */
  readonly accepted?: AcceptReason
}
