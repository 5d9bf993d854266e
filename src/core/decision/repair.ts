import { underMaxGrace } from '../budget/caps.ts'
import { resolveShutdown } from '../budget/shutdown.ts'
import { longestKnownHook } from '../injection/hooks.ts'
import { longestAllowed } from '../injection/measured.ts'
import { type Standing, standingBy, standingIn, withoutOurs } from '../injection/standing.ts'
import { asItStands, nothingOfOurs, type Target } from '../injection/target.ts'
import { RECORD_ANNOTATION } from '../model/keys.ts'
import { add, longer, longest, type Seconds } from '../model/seconds.ts'
import type { Settings } from '../model/settings.ts'
import type { PodTemplate } from '../model/workload.ts'
import type { Subject } from './subject.ts'

export interface RepairInputs {
  readonly subject: Subject
  readonly settings: Settings
  readonly standing: Standing
  readonly storedStanding: Standing
}

/**
 * What of our work stands in a request. The record of the request counts: a hook whose record a user has removed is the
 * user's. But where the API server would refuse the request for the sake of a hook that the stored record knows, that
 * record counts: nothing that a user writes into an annotation may stand in the way of the apply. So it does where the
 * text in the request is the manifest's own.
 */
export function standingOf(template: PodTemplate, stored: PodTemplate | undefined): Standing {
  const standing = standingIn(template)
  const record = stored?.annotations[RECORD_ANNOTATION]
  if (record === undefined || record === template.annotations[RECORD_ANNOTATION]) return standing
  const stated = template.stated ?? stored?.stated
  const known = standingBy(record, stated === undefined ? template : { ...template, stated })
  return stated?.record === true || isRefused(template, known) ? known : standing
}

const isRefused = (template: PodTemplate, { sleeps, contested }: Standing): boolean =>
  contested.size > 0 || longest([...sleeps.values()]) > longestAllowed(template)

/**
 * What must happen in every mode, so that a user is never refused because of our work: our handler beside a
 * user's goes; where the request leaves less grace than our sleep, our work goes, or the grace is raised again
 * if templates must carry it; where its annotations leave no room for our record, our work goes. Undefined where the API server would accept the request as it is.
 */
export function repaired(inputs: RepairInputs): Target | undefined {
  const { subject, standing } = inputs
  const { template } = subject
  if (template.overfull === true && standing.recorded) return nothingOfOurs(template, standing)
  if (!isRefused(template, standing)) return undefined
  const sleep = longest([...standing.sleeps.values()])
  return sleep > longestAllowed(template) ? withoutConflict(inputs, sleep) : asItStands(template, standing)
}

function withoutConflict(inputs: RepairInputs, sleep: Seconds): Target {
  const { subject, settings, standing, storedStanding } = inputs
  const { template, what } = subject
  const isLeft = settings.injectInto !== 'workloads' || what === 'pod' || template.negativeGrace === true
  if (isLeft) return nothingOfOurs(template, standing)
  const wanted = underMaxGrace(add(sleep, shutdownOf(inputs)), settings)
  const grace = longer(storedStanding.grace?.after ?? sleep, longer(sleep, wanted))
  return { ...asItStands(template, standing), grace, graceBefore: template.grace }
}

function shutdownOf({ subject, settings, standing }: RepairInputs): Seconds {
  const bare = withoutOurs(subject.template, standing)
  const { overrides } = subject
  const longestHook = longestKnownHook(bare)
  return resolveShutdown({ grace: bare.grace, longestHook, settings: settings.terms, overrides }).value
}

/** The stored template's share of ours, to be put back exactly. */
export function restored(stored: PodTemplate, standing: Standing, recordText: string | undefined): Target {
  const target = asItStands(stored, standing)
  return recordText === undefined ? target : { ...target, recordText }
}
