import type { FindingId, Severity } from './catalogue.ts'

/**
 * When a finding holds. `before`: our change ends it. `after`: our change brings it. `throughout`: our change
 * neither brings nor ends it.
 */
export type Holds = 'before' | 'after' | 'throughout'

export interface Finding {
  readonly id: FindingId
  readonly severity: Severity
  readonly holds: Holds
  /** One sentence with the numbers of this object. */
  readonly message: string
}
