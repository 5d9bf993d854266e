import { keyOf, type ObjectRef } from '../model/object-ref.ts'
import { isSame } from '../model/same.ts'
import type { WorkloadSummary } from '../model/workload.ts'

/** The workloads of a cluster, by their refs. */
export class KnownWorkloads {
  readonly #byKey = new Map<string, WorkloadSummary>()
  #changes = 0

  /** @returns whether this is news: most updates of a workload are of its status. */
  put(summary: WorkloadSummary): boolean {
    const key = keyOf(summary.ref)
    if (isSame(this.#byKey.get(key), summary)) return false
    this.#byKey.set(key, summary)
    this.#changes += 1
    return true
  }

  remove(key: string): void {
    if (this.#byKey.delete(key)) this.#changes += 1
  }

  get(ref: ObjectRef): WorkloadSummary | undefined {
    return this.#byKey.get(keyOf(ref))
  }

  all(): Iterable<WorkloadSummary> {
    return this.#byKey.values()
  }

  /** So often something changed. */
  get changes(): number {
    return this.#changes
  }

  get size(): number {
    return this.#byKey.size
  }
}
