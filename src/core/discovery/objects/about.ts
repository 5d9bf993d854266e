import type { ObjectRef } from '../../model/object-ref.ts'

/** Whose replicas or Pods an object is about. */
export interface About {
  /** Absent: no workload that is read. */
  readonly workload?: ObjectRef
}
