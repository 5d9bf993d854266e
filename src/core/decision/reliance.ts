import { longestAllowed, longestMeasured, sleepingAbove } from '../injection/measured.ts'
import { type OwnedWork, withoutOurs } from '../injection/owned-work.ts'
import type { Seconds } from '../model/seconds.ts'
import { DEFAULT_GRACE, type PodTemplate } from '../model/workload.ts'

/** The user's own sleep, if it exceeds the grace period without our raise: the API server rejects such a template. */
export interface Reliance {
  readonly sleep: Seconds
  /** Names of the containers with such a sleep. */
  readonly containers: readonly string[]
  /** The grace period without our raise. */
  readonly grace: Seconds
}

/** The user's sleep that the API server accepts only because we raised the grace period; undefined if there is none. */
export function relianceOf(template: PodTemplate, ownedWork: OwnedWork): Reliance | undefined {
  const bare = withoutOurs(template, ownedWork)
  const limit = longestAllowed(bare)
  const sleep = longestMeasured(bare)
  if (sleep <= limit) return undefined
  return { sleep, containers: sleepingAbove(bare, limit), grace: bare.grace ?? DEFAULT_GRACE }
}
