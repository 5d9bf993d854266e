import type { ObjectRef } from '../../model/object-ref.ts'

/** An object of a kind, with its name: what every narrow type begins with. */
export interface Identified<K extends string> {
  readonly kind: K
  readonly ref: ObjectRef
}
