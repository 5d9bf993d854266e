import type { Severity } from '../core/findings/catalogue.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Position } from '../manifests/position.ts'
import type { WorkloadEntry } from '../report/schema.ts'

/** What a command found, wherever its objects come from. A renderer of a format takes this, and nothing else. */
export interface Result {
  /** The command, `plan` for example: for titles. */
  readonly command: string
  /** Version of the program that judged. */
  readonly version: string
  /**
   * Slackwater's changes are part of what is judged, because they are made when the objects are applied: what they fix
   * does not count. Absent: it is judged as it is now.
   */
  readonly isAfterChanges?: true
  /** In the order of the files, or by namespace and name. */
  readonly workloads: readonly ResultWorkload[]
  /** About anything but a workload: another object, a file, a part that is missing. */
  readonly remarks: readonly ResultRemark[]
}

export interface ResultWorkload extends WorkloadEntry {
  /** The context of its cluster; absent: there is one, or none. */
  readonly cluster?: string
  /** Where it is written; absent: it comes from a cluster. */
  readonly position?: Position
  /** Where the label or annotation of each of its warnings is written; absent: it comes from a cluster. */
  readonly warningPositions?: readonly Position[]
}

export interface ResultRemark {
  /** `problem`: input that could not be read; `missing`: something that could not be listed. */
  readonly what: 'notice' | 'note' | 'problem' | 'concern' | 'missing'
  /** Stable; for a problem and a missing part the same as `what`. */
  readonly id: string
  readonly severity: Severity
  /** One sentence. */
  readonly message: string
  /** What to do; absent: the message says it, or nothing. */
  readonly action?: string
  readonly object?: ObjectRef
  /** Without a line it concerns the whole file. */
  readonly position?: Pick<Position, 'file'> & Partial<Position>
  readonly cluster?: string
}
