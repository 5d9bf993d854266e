import { longestAllowed, longestMeasured, sleepingAbove } from '../injection/measured.ts'
import { type OwnedWork, withoutOurs } from '../injection/owned-work.ts'
import type { Seconds } from '../model/seconds.ts'
import { DEFAULT_GRACE, type PodTemplate } from '../model/workload.ts'

/** A sleep of the user's own, above the grace period that the template has without us: the API server refuses that. */
export interface Reliance {
  readonly sleep: Seconds
  /** Names of the containers with such a sleep. */
  readonly containers: readonly string[]
  /** The grace period without us. */
  readonly grace: Seconds
}

/** What the API server takes of a template only with a grace period of ours; undefined where nothing. */
export function relianceOf(template: PodTemplate, ownedWork: OwnedWork): Reliance | undefined {
  const bare = withoutOurs(template, ownedWork)
  const limit = longestAllowed(bare)
  const sleep = longestMeasured(bare)
  if (sleep <= limit) return undefined
  return { sleep, containers: sleepingAbove(bare, limit), grace: bare.grace ?? DEFAULT_GRACE }
}
