import type { ObjectRef } from './object-ref.ts'

/**
 * Something that discovery has to say about an object which is not itself an exposure:
 * why a reference leads nowhere, or what a reading rests on.
 */
export interface Notice {
  readonly severity: 'information' | 'warning'
  /** Stable id in kebab case, for machines. */
  readonly id: string
  readonly object: ObjectRef
  /** One sentence, with what would settle it. */
  readonly text: string
}
