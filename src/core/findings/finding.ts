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
  /** A container, a limit: what tells several findings of one rule about one object apart; absent: there is only one. */
  readonly about?: string
  /** One sentence with the numbers of this object. */
  readonly message: string
  /** What happened, with the numbers: short enough for a warning together with the id and the action. */
  readonly brief: string
  /** What to do, an imperative clause. */
  readonly action: string
  /** Lines of YAML, or a command, to paste; absent: nothing can be pasted as it is. */
  readonly paste?: string
  /** A user accepts it: it is counted and shown apart, and never changes an exit code. */
  readonly accepted?: AcceptReason
}
