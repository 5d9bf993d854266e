import type { ObjectRef } from '../../model/object-ref.ts'

/** An object of a kind, with its name: the base of every narrow type. */
export interface Identified<K extends string> {
  readonly kind: K
  readonly ref: ObjectRef
}
