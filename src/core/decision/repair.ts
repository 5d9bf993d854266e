import { underMaxGrace } from '../budget/caps.ts'
import { resolveShutdown } from '../budget/shutdown.ts'
import { longestKnownHook } from '../injection/hooks.ts'
import { type Standing, withoutOurs } from '../injection/standing.ts'
import { asItStands, nothingOfOurs, type Target } from '../injection/target.ts'
import { add, longer, longest, type Seconds } from '../model/seconds.ts'
import type { Settings } from '../model/settings.ts'
import { DEFAULT_GRACE, type PodTemplate } from '../model/workload.ts'
import type { Subject } from './subject.ts'

export interface RepairInputs {
  readonly subject: Subject
  readonly settings: Settings
  readonly standing: Standing
  readonly storedStanding: Standing
}

/**
 * What must happen in every mode, so that a user is never refused because of our work: our handler beside a
 * user's goes; where the request leaves less grace than our sleep, our work goes, or the grace is raised again
 * if templates must carry it. Undefined where the API server would accept the request as it is.
 */
export function repaired(inputs: RepairInputs): Target | undefined {
  const { subject, standing } = inputs
  const { template } = subject
  const sleep = longest([...standing.sleeps.values()])
  if (sleep > (template.grace ?? DEFAULT_GRACE)) return withoutConflict(inputs, sleep)
  return standing.contested.size === 0 ? undefined : asItStands(template, standing)
}

function withoutConflict(inputs: RepairInputs, sleep: Seconds): Target {
  const { subject, settings, standing, storedStanding } = inputs
  const { template, what } = subject
  if (settings.injectInto !== 'workloads' || what === 'pod') return nothingOfOurs(template, standing)
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
