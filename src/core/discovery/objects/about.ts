import type { ObjectRef } from '../../model/object-ref.ts'
import type { LabelSelector } from './label-selector.ts'

/** The workload or the Pods that an object is about. */
export interface About {
  /** Absent if no kind that is read, or if the object is about Pods. */
  readonly workload?: ObjectRef
  /** Selects Pods of the object's namespace. */
  readonly pods?: LabelSelector
}
