import type { ApiServer } from '../cluster/api-server.ts'
import type { Clock } from '../pacing/clock.ts'
import type { PodProgress } from './plan.ts'

/** How a plan is carried out, or taken back. */
export interface HandoverOptions {
  readonly api: ApiServer
  readonly clock: Clock
  /** Stops between two requests, at a point from which the next call goes on. */
  readonly signal: AbortSignal
  /** Pods of the workload beyond those that it wants, at any time. At least 1. */
  readonly maxExtra: number
  /** For the whole: nothing is begun after it. Milliseconds. */
  readonly timeout: number
  /** Whenever the state or the note of a Pod has changed. */
  readonly onProgress: (progress: PodProgress) => void
  /** What could not be done, and what may go wrong because of it; sentences. */
  readonly onCaution: (sentence: string) => void
}
