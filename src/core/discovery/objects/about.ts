import type { ObjectRef } from '../../model/object-ref.ts'
import type { LabelSelector } from './label-selector.ts'

/** Whose replicas or Pods an object is about. */
export interface About {
  /** Absent: none that is read, or it is about Pods. */
  readonly workload?: ObjectRef
  /** Pods of its namespace. */
  readonly pods?: LabelSelector
}
